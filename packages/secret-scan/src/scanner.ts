/**
 * The interface between a push and whatever looks for secrets in it. Scanners differ (a library in worker threads, a
 * program, later our own rules); what they are given and what they answer does not.
 */

/** What the bytes of a {@link ScanInput} are: a git object, or a name that travels beside the objects. */
export type ScanKind = 'blob' | 'tree' | 'commit' | 'tag' | 'ref-name' | 'path'

/** Where scanned bytes come from. Only ever copied into findings: no rule is exempted by path or name. */
export interface ScanObject {
  /** Object id, or the name itself for a ref name or path. */
  readonly id: string
  readonly type: ScanKind
  /** Path by which the object was first reached, when it has one. */
  readonly path?: string
  /** Commit which brought the object, when known. */
  readonly commit?: string
}

/** One thing to scan. A source of chunks is read once, with backpressure, and never held whole. */
export interface ScanInput {
  readonly meta: ScanObject
  /** Size in bytes as git states it. A source that yields another number of bytes makes the scan incomplete. */
  readonly size: number
  readonly chunks: Uint8Array | AsyncIterable<Uint8Array>
}

/** What one push may cost. Spending it makes the scan incomplete: nothing is skipped. */
export interface ScanBudget {
  readonly signal: AbortSignal
  /** Milliseconds on the clock that was given to the scanner. */
  readonly deadline: number
  /** Bytes that may be scanned in all. */
  readonly bytes: number
}

/** A secret that was found. Holds nothing from which the secret could be read or confirmed without the installation key. */
export interface Finding {
  /** Stable rule id, such as `github-token`. */
  readonly rule: string
  /** What the rule finds, for people: `GitHub token`. */
  readonly title: string
  /** Id of the scanned object. */
  readonly object: string
  readonly type: ScanKind
  readonly path?: string
  readonly commit?: string
  /** What the secret was wrapped in, outermost first; empty when it stands there as it is. */
  readonly encodings: readonly ('utf-16' | 'base64' | 'hex' | 'percent')[]
  /** One-based line, and column in bytes, of the first byte as it stands in the object. */
  readonly line: number
  readonly column: number
  /** `rwf1_` and 32 hex digits: HMAC-SHA-256 of the decoded secret under the installation's key. Equal secrets are equal everywhere. */
  readonly fingerprint: string
  /** The secret's length and at most its first four characters; printable ASCII but for the ellipsis. */
  readonly excerpt: string
}

/** Why a scan did not look at everything. Closed: what is not one of these is a defect. */
export type IncompleteReason =
  | 'bytes-spent'
  | 'time-spent'
  | 'aborted'
  | 'too-many-findings'
  | 'input-failed'
  | 'size-mismatch'
  | 'scanner-missing'
  | 'scanner-failed'
  | 'scanner-output'
  | 'closed'

/** Scanned all of it and found nothing. */
export interface CleanReport {
  readonly kind: 'clean'
  readonly objects: number
  readonly bytes: number
}

/** Scanned all of it. INVARIANT: `findings` is every finding; a list that was cut would let an exception for a few hide the rest. */
export interface FoundReport {
  readonly kind: 'found'
  readonly objects: number
  readonly bytes: number
  readonly findings: readonly Finding[]
}

/** Did not scan all of it: the push is denied, whatever `findings` (what was found until then) says. */
export interface IncompleteReport {
  readonly kind: 'incomplete'
  readonly reason: IncompleteReason
  /** One line for the operator, printable, without input bytes. */
  readonly detail: string
  readonly findings: readonly Finding[]
}

export type ScanReport = CleanReport | FoundReport | IncompleteReport

/** Looks for secrets. Never throws for anything in its input: what it could not do is an {@link IncompleteReport}. */
export interface Scanner {
  readonly name: string
  scan(inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>, budget: ScanBudget): Promise<ScanReport>
  /** Starts whatever a scan needs, so that it overlaps with the arrival of the push. Safe to call at any time. */
  warm(): void
  /** Ends what runs. Scans under way become incomplete. */
  close(): Promise<void>
}

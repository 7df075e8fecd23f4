import type { ReceivePermit, RefwardCode, RepoId, RepoRef, RequestId, ScannerName } from '@refward/core-policy'
import type { Ledger, RefOutcome } from '@refward/ledger'
import type { LiveSecrets, Scanner } from '@refward/secret-scan'
import type { PushListing, PushRequest as UpstreamPush, PushResult } from '@refward/upstream'
import type { MirrorStore } from '../mirror/mirror-store.ts'
import type { MirrorSource } from '../mirror/mirror-types.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import type { QuarantineStore } from '../quarantine/quarantine.ts'
import type { PushAnswerSink } from './push-answer.ts'
import type { StageTimes } from './stage-clock.ts'

/** What a push needs of the gateway. */
export interface PushDependencies {
  readonly git: GitRuntime
  readonly quarantines: QuarantineStore
  readonly mirrors: Pick<MirrorStore, 'mirror'>
  readonly ledger: Pick<Ledger, 'decided' | 'finished' | 'openDecisions' | 'ownedBranches' | 'listTips' | 'takeTip' | 'dropTips'>
  /** The configured repository of an id from the ledger; undefined when the configuration names it no more. */
  readonly repository: (id: RepoId) => RepoRef | undefined
  /** The upstream of a repository. Rejects when there is no credential to write to it. */
  readonly forge: (repo: RepoRef) => Promise<PushForge>
  readonly scanner: (name: ScannerName) => Scanner
  /** The gateway's own credentials as they are now. */
  readonly secrets: () => LiveSecrets
  /** Digest of the configuration in force, for the record. */
  readonly policyDigest?: string
  readonly clock: PushClock
}

/** The upstream of one repository, with a lease to write already in hand. */
export interface PushForge extends MirrorSource {
  listForPush(signal: AbortSignal): Promise<PushListing>
  /** Never sent twice, and never for anything but what the permit in the request is for. */
  push(request: UpstreamPush, signal: AbortSignal): Promise<PushResult>
}

export interface PushClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that never go back, with fractions. */
  monotonic(): number
  sleep(milliseconds: number): Promise<void>
}

export interface PushRequest {
  readonly permit: ReceivePermit
  readonly request: RequestId
  /** Not compressed any more; waits are bounded by whoever reads the socket. It throws when the client goes away. */
  readonly body: AsyncIterable<Uint8Array>
  readonly answer: PushAnswerSink
  /** Aborts when the client goes away or the gateway stops. Heeded until the push is sent to the forge, and not after. */
  readonly signal: AbortSignal
}

/** How a push ended, for metrics and the log; the ledger has the record. */
export type PushOutcome = PushEnd & {
  readonly stages: StageTimes
  /** False when a part of the request was not read: the connection cannot be used again. */
  readonly drained: boolean
}

export type PushEnd =
  /** The client only asked whether it may push. */
  | { readonly kind: 'probe' }
  /** Nothing was sent to the forge. `fault` is what lies beneath an unexpected one, for the log alone. */
  | { readonly kind: 'refused'; readonly codes: readonly RefwardCode[]; readonly fault?: unknown }
  | { readonly kind: 'forwarded'; readonly refs: readonly RefOutcome[]; readonly fault?: unknown }

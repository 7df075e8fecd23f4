import type { AuditLine } from '@refward/testing-gateway'

/** What the audit says of one push. */
export interface PushRecord {
  readonly agent: string
  readonly outcome: 'permit' | 'deny'
  readonly codes: readonly string[]
  /** How a permitted push ended; undefined while that is open. */
  readonly result: string | undefined
  /** What was wanted of each ref and what became of it: `create accepted`, `rewrite refused`, `update RW_REF_PROTECTED`. */
  readonly refs: Readonly<Record<string, string>>
}

interface Decided extends AuditLine, Pick<PushRecord, 'agent' | 'outcome' | 'codes'> {
  readonly decision: number
  readonly refs: readonly { readonly ref: string; readonly kind: string; readonly rewrite: boolean; readonly code?: string }[]
}

interface Finished extends AuditLine {
  readonly decision: number
  readonly result: string
  readonly code?: string
  readonly refs: readonly { readonly ref: string; readonly result: string }[]
}

/** The pushes among lines of the audit, each with its end. */
export function readPushes(lines: readonly AuditLine[]): readonly PushRecord[] {
  const ends = new Map(lines.filter(isFinished).map((end) => [end.decision, end]))
  return lines.filter(isPush).map((push) => describe(push, ends.get(push.decision)))
}

/** The codes of what was permitted, and failed. */
export function readFaults(lines: readonly AuditLine[]): readonly string[] {
  return lines.filter(isFinished).flatMap(({ result, code }) => (result === 'failed' ? [code ?? ''] : []))
}

function describe({ agent, outcome, codes, refs }: Decided, end: Finished | undefined): PushRecord {
  const results = new Map(end?.refs.map(({ ref, result }) => [ref, result]))
  const told = refs.map(({ ref, kind, rewrite, code }) => [ref, `${rewrite ? 'rewrite' : kind} ${code ?? results.get(ref) ?? 'open'}`])
  return { agent, outcome, codes, result: end?.result, refs: Object.fromEntries(told) as Record<string, string> }
}

function isPush(line: AuditLine): line is Decided {
  return line.kind === 'decided' && line['operation'] === 'push'
}

function isFinished(line: AuditLine): line is Finished {
  return line.kind === 'finished'
}

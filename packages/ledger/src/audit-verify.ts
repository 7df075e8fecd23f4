import { setImmediate as nextTurn } from 'node:timers/promises'

import type { ChainRow } from './audit-chain.ts'
import { isSealedHead, isSealedLine, noHash, parseFrame } from './audit-chain.ts'
import type { AuditLog } from './audit-log.ts'
import type { AuditBreak, AuditHead, AuditVerdict } from './types.ts'

const pageLines = 1000

export interface VerifyOptions {
  readonly audit: AuditLog
  readonly key: Uint8Array
  /** An end that was noted earlier, outside of this machine. */
  readonly expect: AuditHead | undefined
}

/** Checks every line against its seal, its place and the line before it, and the last one against the sealed end. */
export async function verifyChain({ audit, key, expect }: VerifyOptions): Promise<AuditVerdict> {
  const { head, firstSeq, lastSeq } = audit.end()
  if (head === undefined || !isSealedHead(key, head)) return broken(lastSeq, 'head')
  if (firstSeq < 1) return broken(firstSeq, 'inserted')
  const walk = await walkChain(audit, key, { last: head.seq, expect })
  if (walk.kind === 'stopped') return broken(walk.at, await diagnose(audit, key, { seq: walk.at, last: head.seq }))
  if (lastSeq > head.seq) return broken(head.seq + 1, 'inserted')
  if (walk.hash !== head.hash) return broken(head.seq, 'changed')
  // A whole older copy of the ledger verifies. Only an end that was noted elsewhere can tell that lines came after it.
  if (expect !== undefined && !walk.met) return broken(Math.min(expect.seq, head.seq + 1), 'rolled-back')
  return { kind: 'ok', head: { seq: head.seq, hash: head.hash }, clockSteppedBack: walk.clockSteppedBack }
}

type Walk =
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'ended'; readonly hash: string; readonly met: boolean; readonly clockSteppedBack: number }

interface WalkGoal {
  readonly last: number
  readonly expect: AuditHead | undefined
}

async function walkChain(audit: AuditLog, key: Uint8Array, goal: WalkGoal): Promise<Walk> {
  let [seq, prev, latest, clockSteppedBack, met] = [0, noHash, -Infinity, 0, false]
  for await (const row of eachRow(audit, 1)) {
    if (seq === goal.last) break
    const at = checkRow(key, row, { seq: seq + 1, prev })
    if (at === undefined) return { kind: 'stopped', at: seq + 1 }
    if (at < latest) clockSteppedBack += 1
    met ||= row.seq === goal.expect?.seq && row.hash === goal.expect.hash
    ;[seq, prev, latest] = [row.seq, row.hash, at]
  }
  return seq < goal.last ? { kind: 'stopped', at: seq + 1 } : { kind: 'ended', hash: prev, met, clockSteppedBack }
}

/** The time of a line that is whole and in its place. */
function checkRow(key: Uint8Array, row: ChainRow, place: { readonly seq: number; readonly prev: string }): number | undefined {
  if (row.seq !== place.seq || !isSealedLine(key, row)) return undefined
  const frame = parseFrame(row.line)
  return frame?.seq === place.seq && frame.prev === place.prev ? frame.at : undefined
}

/**
 * What happened at the first place that does not hold. Each line carries its number under its seal, so a line that was moved still
 * says where it belongs.
 */
async function diagnose(audit: AuditLog, key: Uint8Array, place: { readonly seq: number; readonly last: number }): Promise<AuditBreak> {
  const { seq } = place
  let here: { readonly claims: number | undefined } | undefined
  const elsewhere = new Set<number>()
  let later = false
  for await (const row of eachRow(audit, seq)) {
    const claims = isSealedLine(key, row) ? parseFrame(row.line)?.seq : undefined
    if (row.seq === seq) here = { claims }
    else later = true
    if (row.seq !== seq && claims !== undefined) elsewhere.add(claims)
  }
  if (here === undefined) return elsewhere.has(seq) ? 'reordered' : later ? 'removed' : 'truncated'
  return judge(seq, here.claims, elsewhere)
}

function judge(seq: number, claims: number | undefined, elsewhere: ReadonlySet<number>): AuditBreak {
  const pushedAway = elsewhere.has(seq)
  // A line that was never sealed here: put before the true one, or written over it.
  if (claims === undefined) return pushedAway ? 'inserted' : 'changed'
  // The lines before this one are whole, so one that claims an earlier place is a copy.
  const copy = claims < seq || elsewhere.has(claims)
  if (pushedAway) return copy ? 'inserted' : 'reordered'
  return claims > seq && !copy ? 'removed' : 'changed'
}

/** Every row from a place on, by pages, so that a long audit neither fills the memory nor holds up other work. */
async function* eachRow(audit: AuditLog, from: number): AsyncGenerator<ChainRow> {
  let next = from
  for (;;) {
    const page = audit.rows({ from: next, limit: pageLines })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageLines) return
    next = last.seq + 1
    await nextTurn()
  }
}

function broken(seq: number, what: AuditBreak): AuditVerdict {
  return { kind: 'broken', seq, what }
}

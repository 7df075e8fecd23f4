import { type RefName, type RepoId, RefwardError, type RequestId, decideReceive } from '@refward/core-policy'
import type { UndoOutcome } from '@refward/git-engine'
import type { KeptTip, Ledger } from '@refward/ledger'
import { requirePermit } from '../http/refused-error.ts'
import type { PushParts } from './push-operation.ts'

export interface UndoParts extends Pick<PushParts, 'policy' | 'engine'> {
  readonly ledger: Pick<Ledger, 'listTips' | 'showAgent'>
}

export interface UndoCall {
  readonly repo: RepoId
  readonly ref: RefName
  /** Number of the kept tip; without it the newest that has not been brought back. */
  readonly tip?: number
  readonly requestId: RequestId
  readonly signal: AbortSignal
}

/** An operator brings back what an agent's push replaced, within the rights of that agent: a protected branch stays protected. */
export async function undo({ policy, engine, ledger }: UndoParts, call: UndoCall): Promise<UndoOutcome> {
  const tip = await findTip(ledger, call)
  const agent = await ledger.showAgent(tip.agent)
  const subject = { agent: tip.agent, session: undefined, repositories: agent?.repositories ?? [] }
  const permit = requirePermit(decideReceive(policy(), subject, call.repo))
  return engine.undo({ permit, request: call.requestId, ref: call.ref, tip: tip.id, signal: call.signal })
}

async function findTip(ledger: UndoParts['ledger'], { repo, ref, tip }: UndoCall): Promise<KeptTip> {
  const tips = await ledger.listTips({ repo, ref, limit: 1000 })
  const found = tip === undefined ? tips[0] : tips.find(({ id }) => id === tip)
  if (found !== undefined) return found
  const detail = tip === undefined ? 'nothing is kept for it that has not been brought back' : `there is no tip ${tip} of it that can still be brought back`
  throw new RefwardError('RW_UNDO_IMPOSSIBLE', { ref, detail, remedy: 'refward undo --list shows what can be brought back' })
}

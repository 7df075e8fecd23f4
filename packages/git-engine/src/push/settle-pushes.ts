import { type RepoRef, RefwardError } from '@refward/core-policy'
import type { DecisionRecord, FinishInput } from '@refward/ledger'
import type { PushEngineState } from './push-engine.ts'
import { recordEnd } from './push-record.ts'
import { judgeRefs } from './read-back.ts'

/** What was found out about a push that a crash, or a lost answer, left open. */
export type SettledPush =
  | { readonly kind: 'settled'; readonly decision: DecisionRecord; readonly outcome: FinishInput }
  /** The forge cannot be asked now; the decision stays open. */
  | { readonly kind: 'open'; readonly decision: DecisionRecord; readonly error: unknown }

/**
 * Asks the forge what is true of every permitted push that has no end in the ledger, and records it: applied, not applied, or
 * superseded by somebody else, in which case it cannot be told. Nothing is sent again.
 */
export async function settleOpenPushes(engine: PushEngineState, signal: AbortSignal): Promise<readonly SettledPush[]> {
  const open = await engine.deps.ledger.openDecisions()
  const settled: SettledPush[] = []
  for (const decision of open) {
    if (engine.running.has(decision.id)) continue
    settled.push(await settle(engine, decision, signal).catch((error: unknown): SettledPush => ({ kind: 'open', decision, error })))
  }
  return settled
}

async function settle({ deps }: PushEngineState, decision: DecisionRecord, signal: AbortSignal): Promise<SettledPush> {
  const forge = await deps.forge(findRepository(deps.repository, decision))
  const listing = await forge.listForPush(signal)
  const outcome = recordEnd(judgeRefs(decision.refs, listing), 'settled')
  await deps.ledger.finished(decision.id, outcome)
  return { kind: 'settled', decision, outcome }
}

function findRepository(repository: (id: DecisionRecord['repo']) => RepoRef | undefined, { repo }: DecisionRecord): RepoRef {
  const found = repository(repo)
  if (found === undefined) throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo, detail: 'it is not in the configuration any more' })
  return found
}

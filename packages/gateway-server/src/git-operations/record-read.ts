import { type Policy, type ReadPermit, decideRead } from '@refward/core-policy'
import type { DecisionInput, FinishInput, Ledger } from '@refward/ledger'
import { toFailure } from '../http/error-answer.ts'
import { requirePermit } from '../http/refused-error.ts'
import { credentialUse } from './credential-use.ts'
import type { GitCallContext } from './git-operations.ts'

export interface RecordReadParts {
  readonly policy: () => Policy
  readonly ledger: Pick<Ledger, 'decided' | 'finished'>
}

/** A read that may go on; `finish` closes its record, once. */
export interface PermittedRead {
  readonly permit: ReadPermit
  readonly finish: (outcome: Omit<FinishInput, 'refs'>) => Promise<void>
}

/**
 * Decides whether this session may read the repository, and records that before anything is read. A cache hit passes here like everything else.
 *
 * @throws RefusedError when it may not; that is recorded too.
 */
export async function beginRead({ policy, ledger }: RecordReadParts, context: GitCallContext, operation: 'list' | 'fetch'): Promise<PermittedRead> {
  const decision = decideRead(policy(), context.subject, context.repo)
  const input = { ...describe(context, operation), credential: credentialUse(policy(), context.repo) }
  if (decision.kind === 'deny') {
    const { refusals } = decision
    await ledger.decided({ ...input, outcome: 'deny', rules: refusals.map(({ rule }) => rule), codes: refusals.map(({ code }) => code) })
  }
  const permit = requirePermit(decision)
  const id = await ledger.decided({ ...input, outcome: 'permit', rules: ['repository.read'], codes: [] })
  return { permit, finish: (outcome) => ledger.finished(id, { ...outcome, refs: [] }) }
}

/** A read that ends when its promise does. */
export async function recordRead<T>(parts: RecordReadParts, context: GitCallContext, operation: 'list' | 'fetch', read: (permit: ReadPermit) => Promise<T>): Promise<T> {
  const { permit, finish } = await beginRead(parts, context, operation)
  try {
    const value = await read(permit)
    await finish({ result: 'done' })
    return value
  } catch (error) {
    await finish({ result: 'failed', code: toFailure(error).code })
    throw error
  }
}

function describe({ subject, requestId, repo }: GitCallContext, operation: 'list' | 'fetch'): Pick<DecisionInput, 'request' | 'agent' | 'session' | 'repo' | 'operation' | 'refs'> {
  return { request: requestId, agent: subject.agent, session: subject.session, repo, operation, refs: [] }
}

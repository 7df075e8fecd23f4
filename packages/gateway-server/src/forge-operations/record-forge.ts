import type { Refusal } from '@refward/core-policy'
import type { DecisionInput } from '@refward/ledger'
import { credentialUse } from '../git-operations/credential-use.ts'
import type { ForgeCallContext, ForgeParts } from './forge-context.ts'

/** What is done and to what, in the record. */
export interface ForgeDeed {
  readonly operation: 'forge-read' | 'forge-write'
  /** A word of ours: `pull.create`. */
  readonly action: string
  readonly target: string | undefined
}

/** What stands in every record of the forge plane. */
export function describeDeed({ policy, policyDigest, secrets }: Pick<ForgeParts, 'policy' | 'policyDigest' | 'secrets'>, context: ForgeCallContext, deed: ForgeDeed): Omit<DecisionInput, 'outcome' | 'rules' | 'codes'> {
  const { subject, requestId, repo } = context
  return {
    request: requestId,
    agent: subject.agent,
    session: subject.session,
    repo,
    operation: deed.operation,
    refs: [],
    policy: policyDigest(),
    action: deed.action,
    // A branch of that name would put a credential into the record for good.
    ...(deed.target === undefined ? {} : { target: secrets().mask(deed.target) }),
    credential: credentialUse(policy(), repo),
  }
}

export function recordDenial(parts: ForgeParts, context: ForgeCallContext, deed: ForgeDeed, refusals: readonly Refusal[]): Promise<unknown> {
  const input = describeDeed(parts, context, deed)
  return parts.ledger.decided({ ...input, outcome: 'deny', rules: refusals.map(({ rule }) => rule), codes: refusals.map(({ code }) => code) })
}

import { createRefusal } from '../errors/refusal.ts'
import type { Refusal } from '../errors/refusal.ts'
import { commitChecks } from './content/commit-checks.ts'
import type { ContentCheck, ContentContext } from './content/content-context.ts'
import { limitChecks } from './content/limit-checks.ts'
import { objectChecks } from './content/object-checks.ts'
import { pathChecks } from './content/path-checks.ts'
import { secretChecks } from './content/secret-checks.ts'
import { submoduleChecks } from './content/submodule-checks.ts'
import type { PushFacts } from './facts.ts'
import { ForwardPermit } from './permits.ts'
import type { Decision, RefsPermit } from './permits.ts'

/** What weighs most comes first, because the list is cut. */
const CONTENT_CHECKS: readonly ContentCheck[] = [
  ...secretChecks,
  ...objectChecks,
  ...pathChecks,
  ...submoduleChecks,
  ...commitChecks,
  ...limitChecks,
]

const MAXIMUM_REFUSALS = 20

/**
 * Decides on what a push contains; all refusals at once, so that one more push is enough, but not more than twenty. The permit binds the
 * repository and each ref with its old and new id. Refusals without a ref are about the whole push.
 */
export function decideContent(refs: RefsPermit, facts: PushFacts): Decision<ForwardPermit> {
  const { policy, subject } = refs
  const context: ContentContext = { refs, policy, settings: policy.settings, agent: subject.agent, facts }
  const refusals: Refusal[] = []
  for (const check of CONTENT_CHECKS) {
    for (const refusal of check.judge(context)) {
      if (refusals.length === MAXIMUM_REFUSALS) return { kind: 'deny', refusals: [...refusals, refuseFurther()] }
      refusals.push(refusal)
    }
  }
  return refusals.length === 0 ? { kind: 'permit', permit: new ForwardPermit(refs) } : { kind: 'deny', refusals }
}

function refuseFurther(): Refusal {
  return createRefusal('RW_PUSH_REFUSED_FURTHER', { rule: 'push.further' }, { count: MAXIMUM_REFUSALS })
}

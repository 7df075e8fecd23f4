import type { Policy } from '../config/compile-policy.ts'
import type { Subject } from '../config/config.ts'
import { decideRead, decideReceive, findReadRule } from '../decide/decide-read.ts'
import type { Refusal } from '../errors/refusal.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import type { RepoId } from '../ids/repo-id.ts'
import type { ExplainedRule, Explanation } from './explanation.ts'

/** Who asks. An operator sees the rule that hides a repository; an agent sees what its refusal says, and no more. */
export type Audience = 'operator' | 'agent'

export interface AccessQuestion {
  readonly subject: Subject
  readonly repo: RepoId
  readonly audience: Audience
}

/** May this agent read this repository. */
export function explainRead(policy: Policy, question: AccessQuestion): Explanation {
  const access = explainReading(policy, question)
  return {
    agent: question.subject.agent,
    repository: question.repo,
    operation: 'read',
    outcome: access.every(({ outcome }) => outcome === 'allows') ? 'allow' : 'deny',
    access,
    refs: [],
    forge: [],
    content: [],
    assumptions: [],
  }
}

export function explainReading(policy: Policy, { subject, repo, audience }: AccessQuestion): readonly ExplainedRule[] {
  const decision = decideRead(policy, subject, repo)
  const { rule } = findReadRule(policy.repository(repo), subject, repo)
  if (decision.kind === 'deny') return decision.refusals.map((refusal) => explainRefusal(refusal, audience === 'operator' ? rule : undefined))
  const entry = quoteUntrusted(decision.permit.policy.entry)
  return [{ rule, outcome: 'allows', message: `the entry ${entry} lets agent ${subject.agent} read` }]
}

export function explainPushing(policy: Policy, question: AccessQuestion): readonly ExplainedRule[] {
  const reading = explainReading(policy, question)
  if (reading.some(({ outcome }) => outcome === 'refuses')) return reading
  const decision = decideReceive(policy, question.subject, question.repo)
  if (decision.kind === 'deny') return [...reading, ...decision.refusals.map((refusal) => explainRefusal(refusal, undefined))]
  return [...reading, { rule: 'repository.push', outcome: 'allows', message: `agent ${question.subject.agent} may push` }]
}

export function explainRefusal({ rule, message, code, hint }: Refusal, trueRule: string | undefined): ExplainedRule {
  return { rule: trueRule ?? rule, outcome: 'refuses', message, code, hint }
}

import type { Policy } from '../config/compile-policy.ts'
import { decideReceive } from '../decide/decide-read.ts'
import { decideForgeIntent, decideForgeRead } from '../forge/decide-forge.ts'
import type { ForgeChange } from '../forge/forge-change.ts'
import { numberOf } from '../forge/forge-change.ts'
import { objectChecks } from '../forge/forge-checks.ts'
import type { ForgeFacts } from '../forge/forge-facts.ts'
import type { ForgeIntentPermit } from '../forge/forge-permits.ts'
import { rightOf } from '../forge/forge-right.ts'
import { explainRefusal, explainReading } from './explain-read.ts'
import type { AccessQuestion, Audience } from './explain-read.ts'
import { explainResult } from './describe-rule.ts'
import { explainTexts } from './explain-texts.ts'
import type { ExplainedForge, ExplainedRule, Explanation } from './explanation.ts'
import { type ForgeQuestion, toAskedChange } from './forge-question.ts'

/** What is known of one thing that is asked about. */
export interface AskedForge {
  readonly question: ForgeQuestion
  /** The object as the forge has it, and what the ledger says. */
  readonly facts: Pick<ForgeFacts, 'ownedRefs' | 'ownedObjects' | 'object'>
}

export interface ForgeQuestions extends AccessQuestion {
  readonly asked: readonly AskedForge[]
  /** Where a pull request goes when no base is named; undefined when the forge was not asked. */
  readonly defaultBranch: string | undefined
  /** What was taken for granted in the facts. */
  readonly assumptions: readonly string[]
}

/** What would become of changes to pull requests and issues: every rule, by the checks that decide, in the words of the refusals. */
export function explainForge(policy: Policy, question: ForgeQuestions): Explanation {
  const { subject, repo, asked, assumptions } = question
  const access = explainAccess(policy, question)
  const reached = access.every(({ outcome }) => outcome === 'allows')
  const forge = reached ? asked.map((one) => explainOne(policy, question, one)) : []
  const writes = asked.some(({ question: { action } }) => action !== 'read')
  const rules = policy.repository(repo)
  return {
    agent: subject.agent,
    repository: repo,
    operation: 'forge',
    outcome: reached && forge.every(({ outcome }) => outcome === 'allow') ? 'allow' : 'deny',
    access,
    refs: [],
    forge,
    content: reached && writes && rules !== undefined ? explainTexts(rules.settings) : [],
    assumptions: reached && writes ? assumptions : [],
  }
}

/** Rules on reaching the forge at all. Who only reads need not have the right to push. */
function explainAccess(policy: Policy, question: ForgeQuestions): readonly ExplainedRule[] {
  const { subject, repo, asked } = question
  const reading = explainReading(policy, question)
  if (reading.some(({ outcome }) => outcome === 'refuses')) return reading
  const read = decideForgeRead(policy, subject, repo)
  if (read.kind === 'deny') return [...reading, ...read.refusals.map((refusal) => explainRefusal(refusal, undefined))]
  const reached: readonly ExplainedRule[] = [...reading, { rule: 'forge.read', outcome: 'allows', message: 'pull requests, issues and runs may be read' }]
  const change = asked.map(({ question: one }) => toAskedChange(one, undefined)).find((one) => one !== undefined)
  if (change === undefined) return reached
  if (decideReceive(policy, subject, repo).kind === 'permit') return [...reached, { rule: 'repository.push', outcome: 'allows', message: `agent ${subject.agent} may push, and write on the forge` }]
  const intent = decideForgeIntent(policy, subject, repo, change)
  return [...reached, ...(intent.kind === 'deny' ? intent.refusals.map((refusal) => explainRefusal(refusal, undefined)) : [])]
}

function explainOne(policy: Policy, { subject, repo, audience, defaultBranch }: ForgeQuestions, { question, facts }: AskedForge): ExplainedForge {
  const { action } = question
  const change = toAskedChange(question, defaultBranch)
  if (change === undefined) return { action, target: undefined, outcome: 'allow', rule: 'forge.read', rules: [] }
  const intent = decideForgeIntent(policy, subject, repo, change)
  const target = describeTarget(change)
  if (intent.kind === 'deny') {
    const rules = intent.refusals.map((refusal) => explainRefusal(refusal, undefined))
    return { action, target, outcome: 'deny', rule: rules[0]?.rule ?? 'forge', rules }
  }
  const rules = judgeObject(intent.permit, facts, audience)
  const refusal = rules.find(({ outcome }) => outcome === 'refuses')
  const granted = rules.findLast(({ rule, outcome }) => outcome === 'allows' && GIVES.test(rule))
  return { action, target, outcome: refusal === undefined ? 'allow' : 'deny', rule: refusal?.rule ?? granted?.rule ?? intent.permit.rule, rules }
}

/** Rules that say whose something is. */
const GIVES = /^(?:ledger|branches\.own\[\d+\])$/

/** The right itself, and every rule on the object and the branches. What is written is not asked about. */
function judgeObject(intent: ForgeIntentPermit, known: AskedForge['facts'], audience: Audience): readonly ExplainedRule[] {
  const { settings } = intent.policy
  const { rule, permission, words } = rightOf(settings.forge, intent.change)
  const whose = permission === 'own' ? 'the agent’s own' : 'any'
  const rules: ExplainedRule[] = [{ rule, outcome: 'allows', message: `${words} is allowed: ${whose}` }]
  const facts: ForgeFacts = { ...known, findings: [], ownCredentials: [], now: 0 }
  for (const check of objectChecks) {
    const result = check.judge({ intent, facts })
    // The right was told already, as the first of the rules.
    if (result.kind === 'skip' || (result.kind === 'pass' && result.rule === rule)) continue
    rules.push(explainResult(check.id, result, settings))
    // What comes after a refusal would tell an agent about an object that it may not be shown.
    if (result.kind === 'refuse' && audience === 'agent') break
  }
  return rules
}

function describeTarget(change: ForgeChange): string | undefined {
  const number = numberOf(change)
  if (number !== undefined) return `#${number}`
  return change.kind === 'pull.create' ? `${change.head} -> ${change.base}` : undefined
}

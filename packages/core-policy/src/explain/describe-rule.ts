import { valueAt } from '../config/value-at.ts'
import type { RepositorySettings } from '../config/config.ts'
import type { CheckResult } from '../decide/check.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import type { ExplainedRule } from './explanation.ts'

/** What a rule without a pattern says when it does not object. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['refs.name', 'the name is valid'],
  ['refs.duplicate', 'the ref is named once'],
  ['refs.reserved', 'the ref is not reserved'],
  ['refs.symbolic', 'the ref leads to no other'],
  ['refs.case', 'no other ref differs only by case'],
  ['refs.directory', 'no other ref is above or below it'],
  ['refs.ambiguous', 'no branch and tag would share the name'],
  ['refs.own', 'the namespace is open, and deleting is for the agent that made the ref'],
  ['branches.protected', 'the branch is not protected'],
  ['branches.initial_push', 'an agent may push the first branch'],
  ['branches.rewrite', 'the agent may rewrite what is its own'],
  ['limits.refs', 'the push has few enough refs'],
  ['ledger', 'the agent made it through this gateway'],
  ['forge.object', 'the forge has it, and it is shown to this session'],
  ['forge.head', 'it may come from any branch that the session is shown'],
  ['push.stale', 'the forge has the value that the client expects'],
])

/** The result of a check in words; `id` names the check where its result names no rule. */
export function explainResult(id: string, result: CheckResult, settings: RepositorySettings): ExplainedRule {
  switch (result.kind) {
    case 'skip':
      return { rule: id, outcome: 'skips', message: 'does not apply' }
    case 'pass':
      return { rule: result.rule, outcome: 'allows', message: describeRule(result.rule, settings) }
    case 'refuse': {
      const { rule, message, code, hint } = result.refusal
      return { rule, outcome: 'refuses', message, code, hint }
    }
  }
}

function describeRule(rule: string, settings: RepositorySettings): string {
  const [, path = '', index] = /^([a-z_.]+)\[(\d+)\]$/.exec(rule) ?? []
  if (index === undefined) return WORDS.get(rule) ?? 'allowed'
  const pattern = valueAt(settings, [...path.split('.'), Number(index)])
  return typeof pattern === 'string' ? `it matches ${quoteUntrusted(pattern)}` : 'it matches'
}

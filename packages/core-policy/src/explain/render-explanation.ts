import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import type { ExplainedForge, ExplainedRef, ExplainedRule, Explanation } from './explanation.ts'

const MARKS = { allows: 'ok', refuses: 'NO', skips: '--' } as const

/** An explanation as lines for a terminal, without line ends; everything hostile in it is escaped. */
export function renderExplanation(explanation: Explanation): readonly string[] {
  const { agent, repository, operation, outcome, access, refs, forge, content, assumptions } = explanation
  return [
    `${operation} ${quoteUntrusted(repository)} as agent ${quoteUntrusted(agent)}: ${outcome}`,
    ...renderRules(access),
    ...refs.flatMap(renderRef),
    ...forge.flatMap(renderForge),
    ...renderList(operation === 'forge' ? 'looked at in what is written' : 'looked at once the objects are there', content.map(({ rule, message }) => `${rule}: ${message}`)),
    ...renderList('taken for granted', assumptions),
  ]
}

function renderRef({ ref, action, outcome, rule, rules }: ExplainedRef): readonly string[] {
  return [`${action} ${quoteUntrusted(ref)}: ${outcome} (${rule})`, ...renderRules(rules)]
}

function renderForge({ action, target, outcome, rule, rules }: ExplainedForge): readonly string[] {
  const what = target === undefined ? action : `${action} ${/^#\d+$/.test(target) ? target : quoteUntrusted(target)}`
  return [`${what}: ${outcome} (${rule})`, ...renderRules(rules)]
}

function renderRules(rules: readonly ExplainedRule[]): readonly string[] {
  const width = Math.max(0, ...rules.map(({ rule }) => rule.length))
  return rules.flatMap(({ rule, outcome, message, code, hint }) => {
    const reason = code === undefined ? message : `${message} (${code})`
    const line = `  ${MARKS[outcome]}  ${rule.padEnd(width)}  ${reason}`
    return hint === undefined ? [line] : [line, `      ${' '.repeat(width)}  ${hint}`]
  })
}

function renderList(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)]
}

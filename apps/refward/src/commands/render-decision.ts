import { quoteUntrusted } from '@refward/core-policy'
import type { DecisionRecord } from '@refward/ledger'

import { renderTime } from '../cli/render-table.ts'

type DecidedRef = DecisionRecord['refs'][number]

/** Which agent did what where, when, and why it was let through or not. */
export function renderDecision(decision: DecisionRecord): string {
  const { id, agent, session, operation, repo, outcome, decidedAt, decidedSeq, finishedSeq, request } = decision
  const lines = [
    `#${id}  ${renderTime(decidedAt)}  ${agent} ${outcome === 'permit' ? 'was permitted' : 'was denied'} ${operation} on ${repo}`,
    `    why      ${[...decision.codes, ...decision.rules].join(', ')}`,
    ...decision.refs.map((ref) => `    ref      ${renderRef(ref)}`),
    `    outcome  ${describeOutcome(decision)}`,
    `    by       ${session === undefined ? 'the operator' : `session ${session}`}, request ${request}`,
    `    audit    line ${decidedSeq}${finishedSeq === undefined || finishedSeq === decidedSeq ? '' : ` and ${finishedSeq}`}`,
  ]
  return `${lines.join('\n')}\n`
}

function renderRef({ ref, kind, oldId, newId, rewrite, rule, code, result, message }: DecidedRef): string {
  const why = [code, rule].filter((part) => part !== undefined).join(', ')
  const end = result === undefined ? '' : `: ${result}${message === undefined ? '' : ` ${quoteUntrusted(message)}`}`
  return `${kind} ${quoteUntrusted(ref)} ${oldId} -> ${newId}${rewrite ? ', rewriting' : ''} (${why})${end}`
}

function describeOutcome({ outcome, result, finishCode, finishedAt }: DecisionRecord): string {
  if (outcome === 'deny') return 'refused, nothing was sent'
  if (finishedAt === undefined) return 'not known yet'
  return `${result ?? 'not known'}${finishCode === undefined ? '' : ` (${finishCode})`} ${renderTime(finishedAt)}`
}

import { escapeUntrusted, quoteUntrusted } from '@refward/core-policy'
import type { AuditLine } from '@refward/ledger'

import { renderTime } from '../cli/render-table.ts'

/** One line of the audit for a person: number, time, and what happened. Names that an agent chose are escaped. */
export function renderAuditLine(line: AuditLine): string {
  return `${String(line.seq).padStart(6)}  ${renderTime(line.at)}  ${describeEvent(line)}\n`
}

type Members = Readonly<Record<string, unknown>>

function describeEvent({ kind, text }: AuditLine): string {
  const event: unknown = JSON.parse(text)
  const members: Members = typeof event === 'object' && event !== null ? { ...event } : {}
  switch (kind) {
    case 'decided':
      return describeDecided(members)
    case 'finished':
      return describeFinished(members)
    default:
      return [kind, ...describeRest(members)].join(' ')
  }
}

function describeDecided(event: Members): string {
  const verb = event['outcome'] === 'permit' ? 'permitted' : 'denied'
  const head = `#${show(event['decision'])} ${show(event['agent'])} ${verb} ${show(event['operation'])} ${show(event['repo'])}${describeDeed(event)}`
  const why = [...list(event['codes']), ...list(event['rules'])].map(showRule)
  const tail = [why.length === 0 ? '' : ` (${why.join(', ')})`, ` request ${show(event['request'])}`]
  return head + tail.join('') + list(event['refs']).map((ref) => `\n${indent}${describeRef(ref)}`).join('')
}

/** What was done through the API of a forge and to what, and in whose name the gateway acted. */
function describeDeed(event: Members): string {
  const name = event['credential'] === undefined ? '' : ` as ${show(event['credential'])}`
  if (event['action'] === undefined) return name
  const target = event['target'] === undefined ? '' : ` ${show(event['target'])}`
  return ` ${show(event['action'])}${target}${name}`
}

function describeFinished(event: Members): string {
  const code = event['code'] === undefined ? '' : ` (${show(event['code'])})`
  const by = event['by'] === 'settled' ? ', settled after a crash' : ''
  const made = event['made'] === undefined ? '' : `, made ${show(membersOf(event['made'])['kind'])} ${show(membersOf(event['made'])['number'])}`
  const refs = list(event['refs']).map((ref) => `\n${indent}${describeOutcome(ref)}`)
  return `#${show(event['decision'])} ${show(event['result'])}${code}${by}${made}${refs.join('')}`
}

/** As wide as number and time. */
const indent = ' '.repeat(30)

function describeRef(value: unknown): string {
  const ref = membersOf(value)
  const code = ref['code'] === undefined ? '' : ` ${show(ref['code'])}`
  const rewrite = ref['rewrite'] === true ? ' rewriting' : ''
  return `${show(ref['kind'])} ${show(ref['ref'])} ${shortId(ref['oldId'])}..${shortId(ref['newId'])}${rewrite}${code} (${showRule(ref['rule'])})`
}

function describeOutcome(value: unknown): string {
  const ref = membersOf(value)
  const message = ref['message'] === undefined ? '' : `: ${show(ref['message'])}`
  return `${show(ref['ref'])} ${show(ref['result'])}${message}`
}

const frame: ReadonlySet<string> = new Set(['at', 'kind', 'prev', 'seq'])

function describeRest(event: Members): readonly string[] {
  return Object.entries(event).flatMap(([name, value]) => (frame.has(name) ? [] : [`${name}=${list(value).map(show).join(',') || show(value)}`]))
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function show(value: unknown): string {
  return quoteUntrusted(typeof value === 'string' ? value : JSON.stringify(value) ?? '')
}

/** A name of our own, `branches.own[0]`, which needs no quotes. */
function showRule(value: unknown): string {
  return typeof value === 'string' ? escapeUntrusted(value) : '?'
}

function shortId(value: unknown): string {
  return typeof value === 'string' ? quoteUntrusted(value.slice(0, 10)) : '?'
}

import type { Refusal } from '../errors/refusal.ts'
import { type ForgeQuestion, parseForgeQuestion, toAskedChange } from '../explain/forge-question.ts'
import { decideForgeChange, decideForgeIntent, decideForgeRead } from '../forge/decide-forge.ts'
import type { ForgeChange } from '../forge/forge-change.ts'
import type { ForgeFacts, OwnedObject } from '../forge/forge-facts.ts'
import type { ForgeCase, ForgeCaseFile } from './forge-case-file.ts'
import { createPolicy, createSubject, WIDGET } from './policy-world.ts'
import { unwrap } from './unwrap.ts'

export type ForgeCaseOutcome = { readonly kind: 'allow'; readonly rules: readonly string[] } | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** Takes a case through the decisions in the order of a change. */
export function runForgeCase(file: ForgeCaseFile, one: ForgeCase): ForgeCaseOutcome {
  const policy = createPolicy(one.policy ?? file.policy)
  const subject = createSubject(one.agent, one.grants)
  const change = toChange(one)
  if (change === undefined) {
    const read = decideForgeRead(policy, subject, WIDGET)
    return read.kind === 'deny' ? refuse(read.refusals) : { kind: 'allow', rules: [read.permit.rule] }
  }
  const intent = decideForgeIntent(policy, subject, WIDGET, change)
  if (intent.kind === 'deny') return refuse(intent.refusals)
  const decision = decideForgeChange(intent.permit, readForgeFacts(one))
  return decision.kind === 'deny' ? refuse(decision.refusals) : { kind: 'allow', rules: decision.permit.rules }
}

function refuse(refusals: readonly Refusal[]): ForgeCaseOutcome {
  const [refusal, ...others] = refusals
  if (refusal === undefined || others.length > 0) throw new Error('a change is refused for one reason')
  return { kind: 'refuse', refusal }
}

export function readForgeQuestion({ do: line }: ForgeCase): ForgeQuestion {
  const [, action = '', subject, base] = /^(\S+)(?: (\S+))?(?: -> (\S+))?$/.exec(line) ?? []
  const named = subject === undefined ? {} : /^\d+$/.test(subject) ? { number: Number(subject) } : { head: subject }
  return unwrap(parseForgeQuestion({ action, ...named, base }))
}

function toChange(one: ForgeCase): ForgeChange | undefined {
  const change = toAskedChange(readForgeQuestion(one), undefined)
  const { title, body } = one
  if (change === undefined) return undefined
  if (change.kind === 'pull.create' || change.kind === 'issue.create') return { ...change, title, body }
  if (change.kind === 'pull.edit' || change.kind === 'issue.edit') return { ...change, title, body }
  return change.kind.endsWith('.comment') || change.kind === 'pull.review' ? ({ ...change, body } as ForgeChange) : change
}

export function readForgeFacts({ object, owned, made, findings, own_credential: ownCredential }: ForgeCase): ForgeFacts {
  return {
    ownedRefs: new Set(owned),
    ownedObjects: made.map(readMade),
    object: object === undefined ? undefined : object.kind === 'issue' ? { kind: 'issue', number: object.number, id: object.id } : { ...object, head: { branch: object.head, isSameRepository: !object.fork } },
    findings: findings.map((finding) => ({ object: 'body', ...finding })),
    ownCredentials: ownCredential ? [{ object: 'body' }] : [],
    now: Date.parse('2026-11-23T12:00:00Z'),
  }
}

function readMade(line: string): OwnedObject {
  const [, kind = '', number = '', id = ''] = /^(pull|issue) (\d+) (\S+)$/.exec(line) ?? []
  if (kind !== 'pull' && kind !== 'issue') throw new Error(`${line} is not made like this`)
  return { kind, number: Number(number), id }
}

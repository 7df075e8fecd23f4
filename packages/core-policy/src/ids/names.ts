import { createProblem } from '../errors/refusal.ts'
import type { Parsed } from '../parsed.ts'
import type { Brand } from './brand.ts'

/** Name of an agent: lower case letters, digits and single dashes. No slash and no dot, so that `{agent}` in a pattern stays one path segment. */
export type AgentName = Brand<'AgentName'>
/** Name of a forge in the configuration; the first part of every repository id. */
export type ForgeName = Brand<'ForgeName'>
/** Id of a session, made by the ledger. */
export type SessionId = Brand<'SessionId'>
/** Id of a request, made by the gateway and shown to the agent. */
export type RequestId = Brand<'RequestId'>

interface NameRule {
  readonly kind: string
  readonly shape: RegExp
  readonly maximum: number
  readonly detail: string
  readonly remedy: string
}

const AGENT: NameRule = {
  kind: 'agent name',
  shape: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  maximum: 40,
  detail: 'it must be 1 to 40 lower case letters, digits and single dashes',
  remedy: 'for example fixer or fixer-2',
}

const FORGE: NameRule = {
  kind: 'forge name',
  shape: /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
  maximum: 32,
  detail: 'it must be 1 to 32 lower case letters, digits and single dashes, and begin with a letter',
  remedy: 'for example gitea',
}

const SESSION: NameRule = {
  kind: 'session id',
  shape: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  maximum: 64,
  detail: 'it must be 1 to 64 letters, digits, dashes and underscores',
  remedy: 'refward agent show lists the sessions of an agent',
}

const REQUEST: NameRule = { ...SESSION, kind: 'request id', remedy: 'it is in the answer to the request, and in the log' }

function parseName<T extends string>(text: string, rule: NameRule): Parsed<T> {
  if (text.length <= rule.maximum && rule.shape.test(text)) return { kind: 'ok', value: text as T }
  const values = { name: text, kind: rule.kind, detail: rule.detail, remedy: rule.remedy }
  return { kind: 'error', problems: [createProblem('RW_NAME_INVALID', '', values)] }
}

export function parseAgentName(text: string): Parsed<AgentName> {
  return parseName(text, AGENT)
}

export function parseForgeName(text: string): Parsed<ForgeName> {
  return parseName(text, FORGE)
}

export function parseSessionId(text: string): Parsed<SessionId> {
  return parseName(text, SESSION)
}

export function parseRequestId(text: string): Parsed<RequestId> {
  return parseName(text, REQUEST)
}

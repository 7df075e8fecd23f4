import type * as z from 'zod'
import { createProblem } from '../errors/refusal.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import type { Problem } from '../parsed.ts'
import { findSchemaAt } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'
import { findNearest } from './nearest-key.ts'
import { renderPath } from './render-path.ts'
import { renderValue } from './render-value.ts'
import { valueAt } from './value-at.ts'

type Issue = z.core.$ZodIssue

/** A problem, and where it is. */
export interface LocatedProblem {
  readonly at: readonly PropertyKey[]
  readonly problem: Problem
}

/** What the checks found, as problems with a path, the value and a remedy. One unknown key is one problem. */
export function describeIssue(issue: Issue, root: JsonSchema, value: unknown): readonly LocatedProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknownKey(issue.path, key, root))
  const inner = issue.code === 'invalid_union' ? findInnerIssue(issue) : undefined
  if (inner !== undefined) return describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, root, value)
  const path = renderPath(issue.path)
  const remedy = suggestRemedy(root, issue.path)
  // Of a name that is not valid, the name is what to show, not what stands behind it.
  const found = issue.code === 'invalid_key' ? String(issue.path.at(-1)) : valueAt(value, issue.path)
  if (found === undefined) return [{ at: issue.path, problem: createProblem('RW_CONFIG_MISSING', path, { remedy }) }]
  const values = { value: renderValue(found, issue.path), detail: describeDetail(issue, found), remedy }
  return [{ at: issue.path, problem: createProblem('RW_CONFIG_VALUE', path, values) }]
}

/** Of a union, the alternative that got furthest: the list, when a list was written. */
function findInnerIssue(issue: z.core.$ZodIssueInvalidUnion): Issue | undefined {
  return issue.errors.flat().find(({ path }) => path.length > 0)
}

function describeUnknownKey(path: readonly PropertyKey[], key: string, root: JsonSchema): LocatedProblem {
  const known = Object.keys(findSchemaAt(root, path)?.properties ?? {})
  const nearest = findNearest(key, known)
  const remedy = nearest === undefined ? `known here: ${known.join(', ')}` : `did you mean ${nearest}?`
  const at = [...path, key]
  return { at, problem: createProblem('RW_CONFIG_UNKNOWN_KEY', renderPath(at), { key, remedy }) }
}

function describeDetail(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${nameType(issue.expected)}`
    case 'invalid_value':
      return describeChoice(issue.values.map(String), found)
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'it is not a valid name'
    case 'too_small':
      return `it must ${measure(issue.origin)} at least ${issue.minimum}`
    case 'too_big':
      return `it must ${measure(issue.origin)} at most ${issue.maximum}`
    default:
      return issue.message
  }
}

function describeChoice(choices: readonly string[], found: unknown): string {
  const nearest = typeof found === 'string' ? findNearest(found, choices) : undefined
  const all = choices.length === 1 ? `it must be ${choices[0]}` : `it must be one of ${choices.join(', ')}`
  return nearest === undefined ? all : `${all}; did you mean ${nearest}?`
}

function measure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have a length of' : 'be'
}

function nameType(type: string): string {
  const names = new Map([
    ['object', 'a mapping'],
    ['record', 'a mapping'],
    ['array', 'a list'],
    ['string', 'text'],
    ['int', 'a whole number'],
    ['number', 'a number'],
    ['boolean', 'true or false'],
  ])
  return names.get(type) ?? type
}

/** An example of what may stand there; for an element of a list, of the list. Where there is none, what the key means. */
function suggestRemedy(root: JsonSchema, path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'write one with refward init'
  const schema = findSchemaAt(root, path)
  const list = typeof path.at(-1) === 'number' ? findSchemaAt(root, path.slice(0, -1)) : undefined
  const example = findExample(schema) ?? findExample(list)
  if (example !== undefined) return `for example ${typeof example === 'string' ? quoteUntrusted(example) : JSON.stringify(example)}`
  return (schema?.description ?? 'see docs/reference/policy.md').replace(/\.$/, '')
}

function findExample(schema: JsonSchema | undefined): unknown {
  const example = schema?.examples?.[0] ?? schema?.default ?? schema?.enum?.[0]
  return JSON.stringify(example) === '{}' ? undefined : example
}

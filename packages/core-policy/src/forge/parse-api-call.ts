import type { AddedRoute, RouteMethod } from '../config/config.ts'
import { createProblem } from '../errors/refusal.ts'
import { isRepoPathPart } from '../ids/repo-id.ts'
import type { Parsed } from '../parsed.ts'
import type { AddedRouteCall, RouteValue } from './forge-change.ts'
import { API_ROUTES } from './route-table.ts'
import type { ApiRoute, RouteField } from './route-table.ts'

/** A call of `gh api` as it was typed. */
export interface WrittenApiCall {
  readonly method: string
  readonly endpoint: string
  /** Fields in the order in which they were given. */
  readonly fields: readonly (readonly [string, RouteValue])[]
}

/** What the placeholders stand for, and what an operator added. */
export interface ApiCallContext {
  /** Path of the repository on its forge: `acme/widget`. */
  readonly repository: string
  readonly added: readonly AddedRoute[]
}

/** A call that is on the list. */
export type ApiCall =
  | { readonly kind: 'known'; readonly route: ApiRoute; readonly numbers: readonly number[]; readonly fields: ReadonlyMap<string, RouteValue> }
  | { readonly kind: 'added'; readonly call: AddedRouteCall }

const MAXIMUM_ENDPOINT = 500
const METHODS: readonly RouteMethod[] = ['GET', 'POST', 'PATCH', 'PUT']

/**
 * Reads a call and looks it up. Nothing is decoded, folded or repaired: an endpoint with a percent sign, an empty or dotted part, another case,
 * a trailing slash, a fragment or a host is none of the list, and there is no second reading of it further on.
 */
export function parseApiCall({ method, endpoint, fields }: WrittenApiCall, context: ApiCallContext): Parsed<ApiCall> {
  const shown = `${method} ${endpoint}`
  if (/^\/?graphql(?:$|[/?])/i.test(endpoint)) return refuse(shown, 'documents of GraphQL are not parsed by refward yet, and what is not parsed is not decided on', 'use gh pr, gh issue, or a route of the list')
  const known = METHODS.find((name) => name === method)
  if (known === undefined) return refuse(shown, `the method ${method} is not open on any route`, 'GET and POST are, and what the operator adds')
  const [path = '', query, ...more] = endpoint.split('?')
  if (endpoint.length > MAXIMUM_ENDPOINT || more.length > 0) return refuse(shown, 'it is too long, or has more than one question mark', REMEDY)
  const rest = readPath(path, context.repository)
  if (typeof rest !== 'string') return refuse(shown, rest.detail, REMEDY)
  const inQuery = readQuery(query)
  if (inQuery === undefined) return refuse(shown, 'its query is not name=value, with plain characters', 'give the fields with -f name=value')
  if (known !== 'GET' && inQuery.length > 0) return refuse(shown, 'a query does not go with this method', 'give the fields with -f name=value')
  return find({ shown, method: known, rest, fields: [...inQuery, ...fields] }, context)
}

const REMEDY = 'docs/reference/gh.md lists the routes; placeholders are {owner} and {repo}'

function refuse(route: string, detail: string, remedy: string): Parsed<never> {
  return { kind: 'error', problems: [createProblem('RW_FORGE_ROUTE', 'endpoint', { route, detail, remedy })] }
}

/** What comes behind the repository, or why there is nothing. */
function readPath(path: string, repository: string): string | { readonly detail: string } {
  // gh itself takes one slash in front.
  const segments = path.replace(/^\//, '').split('/')
  if (segments[0] !== 'repos') return { detail: 'it does not begin with repos/{owner}/{repo}' }
  if (segments.some((segment) => !/^(?:[A-Za-z0-9_.-]+|\{owner\}|\{repo\})$/.test(segment) || /^\.+$/.test(segment))) {
    return { detail: 'a part of it is empty, dotted or encoded, or has characters that no route has' }
  }
  const parts = repository.split('/')
  const named = segments.slice(1, 1 + parts.length)
  const isHere = named.every((segment, index) => segment === placeholder(index, parts.length) || (isRepoPathPart(segment) && segment.toLowerCase() === parts[index]?.toLowerCase()))
  if (named.length === parts.length && isHere) return segments.slice(1 + parts.length).join('/')
  // GitLab's groups may be nested, and {owner} stands for all of them.
  if (segments[1] === '{owner}' && segments[2] === '{repo}') return segments.slice(3).join('/')
  return { detail: 'it is about another repository' }
}

function placeholder(index: number, count: number): string | undefined {
  if (count !== 2) return undefined
  return index === 0 ? '{owner}' : '{repo}'
}

function readQuery(query: string | undefined): readonly (readonly [string, string])[] | undefined {
  if (query === undefined) return []
  const pairs = query.split('&').map((pair) => /^([a-z_]{1,50})=([A-Za-z0-9_./:,-]{1,200})$/.exec(pair))
  const read = pairs.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]))
  return read.length === pairs.length ? read : undefined
}

interface Wanted {
  readonly shown: string
  readonly method: RouteMethod
  readonly rest: string
  readonly fields: readonly (readonly [string, RouteValue])[]
}

function find(wanted: Wanted, { added }: ApiCallContext): Parsed<ApiCall> {
  const { shown, method, rest } = wanted
  const route = API_ROUTES.find((one) => one.method === method && matchPath(one.path, rest) !== undefined)
  if (route !== undefined) {
    const fields = readFields(wanted, route.fields)
    return fields.kind === 'error' ? fields : { kind: 'ok', value: { kind: 'known', route, numbers: matchPath(route.path, rest)?.numbers ?? [], fields: fields.value } }
  }
  const index = added.findIndex((one) => one.method === method && matchPath(one.path, rest) !== undefined)
  const own = added[index]
  if (own === undefined) return refuse(shown, 'no such route is open with this method', REMEDY)
  const fields = readFields(wanted, own.fields.map((name): RouteField => ({ name, type: { kind: 'text' } })), true)
  if (fields.kind === 'error') return fields
  return { kind: 'ok', value: { kind: 'added', call: { method, path: rest, fields: fields.value, rule: `forge.routes[${index}]` } } }
}

function matchPath(pattern: string, path: string): { readonly numbers: readonly number[] } | undefined {
  const wanted = pattern.split('/')
  const parts = path.split('/')
  if (wanted.length !== parts.length) return undefined
  const numbers: number[] = []
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? ''
    if (part === '{number}') {
      // A number in its one spelling: no sign, no leading zero, no digits of other scripts.
      if (!/^[1-9][0-9]{0,14}$/.test(given)) return undefined
      numbers.push(Number(given))
    } else if (part === '{name}' ? !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(given) : part !== given) {
      return undefined
    }
  }
  return { numbers }
}

function readFields({ shown, fields }: Wanted, known: readonly RouteField[], anyValue: boolean = false): Parsed<ReadonlyMap<string, RouteValue>> {
  const values = new Map<string, RouteValue>()
  for (const [name, value] of fields) {
    const field = known.find((one) => one.name === name)
    if (field === undefined) return refuse(shown, `it has no field ${name}`, known.length === 0 ? 'it takes no fields' : `its fields are ${known.map((one) => one.name).join(', ')}`)
    // Which of two values counts differs between readers; that is how checks are passed with one and the forge is given the other.
    if (values.has(name)) return refuse(shown, `field ${name} is given twice`, 'give it once')
    const read = anyValue ? value : readValue(field, value)
    if (read === undefined) return refuse(shown, `field ${name} has a value that it may not have`, describeField(field))
    values.set(name, read)
  }
  const missing = known.find(({ name, isRequired }) => isRequired === true && !values.has(name))
  if (missing !== undefined) return refuse(shown, `field ${missing.name} is missing`, describeField(missing))
  return { kind: 'ok', value: values }
}

function readValue({ type }: RouteField, value: RouteValue): RouteValue | undefined {
  switch (type.kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'truth':
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined
    case 'choice':
      return typeof value === 'string' && type.values.includes(value) ? value : undefined
    case 'number': {
      const number = typeof value === 'string' && /^[1-9][0-9]{0,5}$/.test(value) ? Number(value) : value
      return typeof number === 'number' && Number.isSafeInteger(number) && number >= type.minimum && number <= type.maximum ? number : undefined
    }
  }
}

function describeField({ name, type }: RouteField): string {
  switch (type.kind) {
    case 'text':
      return `give it as text: -f ${name}=…`
    case 'truth':
      return `${name} is true or false`
    case 'choice':
      return `${name} may be ${type.values.join(', ')}`
    case 'number':
      return `${name} is a number from ${type.minimum} to ${type.maximum}`
  }
}

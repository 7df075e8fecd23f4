import { type Failure, type Parsed, WireFault, fail, ok } from './result.ts'
import { decodeText, quote } from './text.ts'

/** One capability: `name` or `name=value`. */
export interface Capability {
  readonly name: string
  readonly value?: string
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/
// Servers put the name of a branch into a value (`symref=HEAD:…`), so a value may hold UTF-8.
const VALUE = /^[^\x00-\x20\x7f]*$/
// In protocol v2 a capability has a line of its own, so a value may hold spaces too.
const SPACED_VALUE = /^[^\x00-\x1f\x7f]*$/
const PRINTABLE_ASCII = /^[\x21-\x7e]*$/
const MAX_CAPABILITIES = 256

/** The first capability of that name. */
export function findCapability(capabilities: readonly Capability[], name: string): Capability | undefined {
  return capabilities.find((capability) => capability.name === name)
}

export function hasCapability(capabilities: readonly Capability[], name: string): boolean {
  return findCapability(capabilities, name) !== undefined
}

/** Whether a command of protocol v2 is advertised with a feature: `fetch=shallow filter` has `filter`. */
export function hasFeature(capabilities: readonly Capability[], command: string, feature: string): boolean {
  return findCapability(capabilities, command)?.value?.split(' ').includes(feature) ?? false
}

/**
 * A list separated by single spaces, as protocols v0 and v1 send it. One space in front (git) and one behind (libgit2) are
 * known habits and allowed.
 */
export function parseCapabilityList(text: string): Parsed<readonly Capability[]> {
  const trimmed = text.replace(/^ /, '').replace(/ $/, '')
  if (trimmed === '') return ok([])
  const tokens = trimmed.split(' ')
  if (tokens.length > MAX_CAPABILITIES) return fail('too-many', `more than ${MAX_CAPABILITIES} capabilities`)
  const capabilities: Capability[] = []
  for (const token of tokens) {
    const capability = parseCapability(token, VALUE)
    if (capability.kind === 'error') return capability
    capabilities.push(capability.value)
  }
  return ok(capabilities)
}

/** Adds one line of a protocol v2 capability list. */
export function collectCapabilityLine(payload: Uint8Array, list: Capability[]): Failure | undefined {
  if (list.length >= MAX_CAPABILITIES) return fail('too-many', `more than ${MAX_CAPABILITIES} capabilities`)
  const text = decodeText(payload)
  if (text === undefined) return fail('capability', `capability ${quote(payload)} is malformed`)
  const capability = parseCapability(text, SPACED_VALUE)
  if (capability.kind === 'error') return capability
  list.push(capability.value)
  return undefined
}

export function renderCapabilityList(capabilities: readonly Capability[]): string {
  return capabilities.map((capability) => renderCapability(capability, VALUE)).join(' ')
}

export function renderCapabilityLine(capability: Capability): string {
  return renderCapability(capability, SPACED_VALUE)
}

function parseCapability(token: string, allowed: RegExp): Parsed<Capability> {
  const equals = token.indexOf('=')
  const name = equals < 0 ? token : token.slice(0, equals)
  if (!NAME.test(name)) return fail('capability', `capability ${quote(token)} is malformed`)
  if (equals < 0) return ok({ name })
  const value = token.slice(equals + 1)
  if (!allowed.test(value)) return fail('capability', `capability ${quote(token)} is malformed`)
  return ok({ name, value })
}

function renderCapability({ name, value }: Capability, allowed: RegExp): string {
  if (!NAME.test(name) || (value !== undefined && !allowed.test(value))) {
    throw new WireFault('capability', `capability ${quote(`${name}=${value ?? ''}`)} cannot be rendered`)
  }
  return value === undefined ? name : `${name}=${value}`
}

/** How a capability may be requested: bare, or with a value. */
export type CapabilityForm = 'flag' | 'value'

/** Who the client says it is. Informative only: no decision may depend on it. */
export interface ClientIdentity {
  readonly agent?: string
  readonly sessionId?: string
  readonly objectFormat?: 'sha1'
}

/** What every service lets a client say about itself. */
export const IDENTITY_CAPABILITIES: ReadonlyMap<string, CapabilityForm> = new Map<string, CapabilityForm>([
  ['agent', 'value'],
  ['session-id', 'value'],
  ['object-format', 'value'],
])

/** Lets through what the table allows, once each and in the form that it says: whatever else a client asks for is denied. */
export function checkRequested(
  capabilities: readonly Capability[],
  allowed: ReadonlyMap<string, CapabilityForm>,
): Failure | undefined {
  const seen = new Set<string>()
  for (const { name, value } of capabilities) {
    const form = allowed.get(name)
    if (form === undefined) return fail('unknown-capability', `capability ${quote(name)} is not offered`)
    if ((form === 'value') !== (value !== undefined)) {
      return fail('capability', `capability ${quote(name)} ${form === 'value' ? 'needs a value' : 'has no value'}`)
    }
    if (!PRINTABLE_ASCII.test(value ?? '')) return fail('capability', `capability ${quote(name)} has a malformed value`)
    if (seen.has(name)) return fail('capability', `capability ${quote(name)} stands twice`)
    seen.add(name)
  }
  return checkObjectFormat(capabilities)
}

/** SHA-1 is the only format spoken. The first `object-format` is the one in use. */
export function checkObjectFormat(capabilities: readonly Capability[]): Failure | undefined {
  const format = findCapability(capabilities, 'object-format')?.value
  if (format === undefined || format === 'sha1') return undefined
  return fail('object-format', `object format ${quote(format)} is not spoken, only sha1 is`)
}

/** Reads the identity out of capabilities that {@link checkRequested} has passed. */
export function clientIdentity(capabilities: readonly Capability[]): ClientIdentity {
  const agent = findCapability(capabilities, 'agent')?.value
  const sessionId = findCapability(capabilities, 'session-id')?.value
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(hasCapability(capabilities, 'object-format') ? { objectFormat: 'sha1' as const } : {}),
  }
}

export function identityCapabilities({ agent, sessionId, objectFormat }: ClientIdentity): readonly Capability[] {
  return [
    ...(objectFormat === undefined ? [] : [{ name: 'object-format', value: objectFormat }]),
    ...(agent === undefined ? [] : [{ name: 'agent', value: agent }]),
    ...(sessionId === undefined ? [] : [{ name: 'session-id', value: sessionId }]),
  ]
}

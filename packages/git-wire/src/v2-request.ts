import {
  type Capability,
  type ClientIdentity,
  IDENTITY_CAPABILITIES,
  checkRequested,
  clientIdentity,
  identityCapabilities,
  collectCapabilityLine,
  renderCapabilityLine,
} from './capabilities.ts'
import { type FetchFlag, FetchDraft, type FetchRequest, renderDepthLines } from './fetch-request.ts'
import { LsRefsDraft, type LsRefsRequest, renderLsRefsArguments } from './ls-refs-request.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { type Grammar, createMessageParser, parseWhole, unexpected } from './parser.ts'
import { type Packet, line } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeText, encodeText, quote, withoutLineFeed } from './text.ts'

/** One request of protocol v2. `empty` is a lone flush: a probe before a large body, or the end of a conversation. */
export type V2Request =
  | { readonly kind: 'empty' }
  | { readonly kind: 'ls-refs'; readonly request: LsRefsRequest }
  | { readonly kind: 'fetch'; readonly request: FetchRequest }

/** Room for the wants of a mirror clone and the haves of a long negotiation. */
export const REQUEST_LIMITS: PacketLimits = { maxPackets: 500_000, maxBytes: 32 * 1024 * 1024 }

/** The arguments of a command while its lines arrive. */
interface CommandDraft {
  argument(text: string): Failure | undefined
  finish(identity: ClientIdentity): Parsed<V2Request>
}

const COMMAND = 'command='

const FETCH_FLAGS: ReadonlyMap<string, FetchFlag> = new Map<string, FetchFlag>([
  ['thin-pack', 'thinPack'],
  ['no-progress', 'noProgress'],
  ['include-tag', 'includeTag'],
  ['ofs-delta', 'ofsDelta'],
  ['deepen-relative', 'deepenRelative'],
  ['wait-for-done', 'waitForDone'],
  ['done', 'done'],
])

const COMMANDS: ReadonlyMap<string, () => CommandDraft> = new Map<string, () => CommandDraft>([
  ['ls-refs', createLsRefsCommand],
  ['fetch', createFetchCommand],
])

class RequestGrammar implements Grammar<V2Request> {
  readonly #capabilities: Capability[] = []
  #state: 'command' | 'capabilities' | 'arguments' = 'command'
  #command: CommandDraft | undefined

  packet(packet: Packet): 'more' | 'done' | Failure {
    switch (packet.kind) {
      case 'data':
        return this.#line(withoutLineFeed(packet.payload)) ?? 'more'
      case 'flush':
        return 'done'
      case 'delim':
        if (this.#state !== 'capabilities') return unexpected(packet, 'this part of a request')
        this.#state = 'arguments'
        return 'more'
      case 'response-end':
        return unexpected(packet, 'a request')
    }
  }

  finish(): Parsed<V2Request> {
    if (this.#command === undefined) return ok({ kind: 'empty' })
    const failure = checkRequested(this.#capabilities, IDENTITY_CAPABILITIES)
    return failure ?? this.#command.finish(clientIdentity(this.#capabilities))
  }

  #line(payload: Uint8Array): Failure | undefined {
    if (this.#state === 'capabilities') return collectCapabilityLine(payload, this.#capabilities)
    const text = decodeText(payload)
    if (text === undefined) return fail('malformed-line', `line ${quote(payload)} is malformed`)
    return this.#command === undefined ? this.#begin(text) : this.#command.argument(text)
  }

  #begin(text: string): Failure | undefined {
    const create = text.startsWith(COMMAND) ? COMMANDS.get(text.slice(COMMAND.length)) : undefined
    if (create === undefined) return fail('unknown-command', `command ${quote(text)} is not known`)
    this.#command = create()
    this.#state = 'capabilities'
    return undefined
  }
}

function createLsRefsCommand(): CommandDraft {
  const draft = new LsRefsDraft()
  return {
    argument: (text) => draft.argument(text),
    finish: (identity) => ok({ kind: 'ls-refs', request: draft.finish(identity) }),
  }
}

function createFetchCommand(): CommandDraft {
  const draft = new FetchDraft()
  return {
    argument: (text) => {
      const flag = FETCH_FLAGS.get(text)
      if (flag !== undefined) return draft.setFlag(flag)
      const space = text.indexOf(' ')
      if (space < 0) return fail('unknown-argument', `argument ${quote(text)} is not known`)
      return draft.add(text.slice(0, space), text.slice(space + 1))
    },
    finish: (identity) => {
      const request = draft.finish(identity)
      return request.kind === 'error' ? request : ok({ kind: 'fetch', request: request.value })
    },
  }
}

/**
 * Parses one protocol v2 request, the whole body of a POST. Commands, capabilities and arguments that are not offered are
 * errors: `want-ref`, `packfile-uris`, `sideband-all` and `server-option` among them.
 */
export function parseV2Request(body: Uint8Array, limits: PacketLimits = REQUEST_LIMITS): Parsed<V2Request> {
  return parseWhole(createMessageParser(new RequestGrammar(), limits), body)
}

export function renderLsRefsRequest(request: LsRefsRequest): Uint8Array {
  return renderCommand('ls-refs', request, renderLsRefsArguments(request))
}

export function renderFetchRequest(request: FetchRequest): Uint8Array {
  const flags = [...FETCH_FLAGS].filter(([, flag]) => flag !== 'done' && request[flag]).map(([name]) => name)
  return renderCommand('fetch', request, [
    ...flags,
    ...renderDepthLines(request),
    ...request.wants.map((id) => `want ${id}`),
    ...request.haves.map((id) => `have ${id}`),
    ...(request.done ? ['done'] : []),
  ])
}

function renderCommand(name: string, identity: ClientIdentity, args: readonly string[]): Uint8Array {
  const capabilities = identityCapabilities(identity).map((capability) => line(renderCapabilityLine(capability)))
  return encodeText([line(COMMAND + name), ...capabilities, '0001', ...args.map(line), '0000'].join(''))
}

import {
  type Capability,
  type CapabilityForm,
  IDENTITY_CAPABILITIES,
  checkRequested,
  clientIdentity,
  hasCapability,
  parseCapabilityList,
} from './capabilities.ts'
import { FetchDraft, type FetchFlag, type FetchRequest, changesDepth } from './fetch-request.ts'
import { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
import { unexpected } from './parser.ts'
import type { Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeText, quote, withoutLineFeed } from './text.ts'
import { REQUEST_LIMITS } from './v2-request.ts'

/** How the server is to acknowledge common commits. */
export type MultiAck = 'none' | 'multi_ack' | 'multi_ack_detailed'

/** How the server is to send progress beside the pack. */
export type SidebandMode = 'none' | 'side-band' | 'side-band-64k'

/** One request to upload-pack over stateless HTTP in protocol v0 or v1. */
export type UploadPackRequest =
  /** A lone flush: a probe before a large body. */
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'fetch'
      readonly request: FetchRequest
      readonly multiAck: MultiAck
      /** The server may send the pack as soon as it is ready, without a `done`. */
      readonly noDone: boolean
      readonly sideband: SidebandMode
      /** What the answer is to be: the new shallow boundary alone, a round of the negotiation, or the pack. */
      readonly round: 'depth' | 'negotiation' | 'pack'
    }

/** A request that is more than a probe. */
export type UploadPackFetch = Extract<UploadPackRequest, { kind: 'fetch' }>

/** Capabilities that are options of the request itself. */
export const FLAG_CAPABILITIES: ReadonlyMap<string, FetchFlag> = new Map<string, FetchFlag>([
  ['thin-pack', 'thinPack'],
  ['no-progress', 'noProgress'],
  ['include-tag', 'includeTag'],
  ['ofs-delta', 'ofsDelta'],
  ['deepen-relative', 'deepenRelative'],
])

// Those that say nothing beyond what later lines say are known too: clients send back whatever they understand.
const REQUESTABLE: ReadonlyMap<string, CapabilityForm> = new Map<string, CapabilityForm>([
  ...IDENTITY_CAPABILITIES,
  ...[
    ...FLAG_CAPABILITIES.keys(),
    'multi_ack',
    'multi_ack_detailed',
    'no-done',
    'side-band',
    'side-band-64k',
    'shallow',
    'deepen-since',
    'deepen-not',
    'filter',
    'allow-tip-sha1-in-want',
    'allow-reachable-sha1-in-want',
  ].map((name) => [name, 'flag'] as const),
])

class UploadPackGrammar {
  readonly #draft = new FetchDraft()
  #capabilities: readonly Capability[] | undefined
  #state: 'first' | 'wants' | 'haves' | 'done' = 'first'
  #round: UploadPackFetch['round'] = 'depth'

  get done(): boolean {
    return this.#state === 'done'
  }

  packet(packet: Packet): Failure | undefined {
    if (packet.kind === 'data') return this.#line(withoutLineFeed(packet.payload))
    if (packet.kind !== 'flush') return unexpected(packet, 'a request')
    if (this.#state === 'haves') this.#round = 'negotiation'
    this.#state = this.#state === 'wants' ? 'haves' : 'done'
    return undefined
  }

  finish(): Parsed<UploadPackRequest> {
    const capabilities = this.#capabilities
    if (capabilities === undefined) return this.#state === 'done' ? ok({ kind: 'empty' }) : truncated()
    const request = this.#draft.finish(clientIdentity(capabilities))
    if (request.kind === 'error') return request
    // A client that changes its depth reads the new boundary first, and stops after the flush of its wants.
    const stopped = this.#state === 'haves' && request.value.haves.length === 0 && changesDepth(request.value)
    if (!this.done && !stopped) return truncated()
    return ok({
      kind: 'fetch',
      request: request.value,
      multiAck: multiAck(capabilities),
      noDone: hasCapability(capabilities, 'no-done'),
      sideband: sidebandMode(capabilities),
      round: this.#round,
    })
  }

  #line(payload: Uint8Array): Failure | undefined {
    const text = decodeText(payload)
    const space = text?.indexOf(' ') ?? -1
    if (text === 'done') return this.#finalLine()
    if (text === undefined || space < 0) return fail('malformed-line', `line ${quote(payload)} is malformed`)
    const name = text.slice(0, space)
    const value = text.slice(space + 1)
    if (this.#state === 'first') return this.#firstWant(name, value)
    if ((name === 'have') !== (this.#state === 'haves')) return fail('malformed-line', `line ${quote(text)} stands in the wrong place`)
    return this.#argument(name, value)
  }

  #argument(name: string, value: string): Failure | undefined {
    if (name === 'filter' && !hasCapability(this.#capabilities ?? [], 'filter')) {
      return fail('unknown-argument', 'a filter is given but was not requested')
    }
    return this.#draft.add(name, value)
  }

  #finalLine(): Failure | undefined {
    if (this.#state !== 'haves') return fail('malformed-line', 'done stands before the end of the wants')
    this.#state = 'done'
    this.#round = 'pack'
    return this.#draft.setFlag('done')
  }

  #firstWant(name: string, value: string): Failure | undefined {
    if (name !== 'want') return fail('malformed-line', `the request begins with ${quote(name)} in place of a want`)
    const end = value.indexOf(' ')
    const list = parseCapabilityList(end < 0 ? '' : value.slice(end + 1))
    if (list.kind === 'error') return list
    this.#capabilities = list.value
    this.#state = 'wants'
    return checkRequested(list.value, REQUESTABLE) ?? this.#setFlags(list.value) ?? this.#draft.add('want', end < 0 ? value : value.slice(0, end))
  }

  #setFlags(capabilities: readonly Capability[]): Failure | undefined {
    for (const { name } of capabilities) {
      const flag = FLAG_CAPABILITIES.get(name)
      if (flag !== undefined) this.#draft.setFlag(flag)
    }
    return undefined
  }
}

function truncated(): Failure {
  return fail('truncated', 'the input ends before the request does')
}

// dulwich asks for both forms of each when both are offered; like git we take the better one.
function multiAck(capabilities: readonly Capability[]): MultiAck {
  if (hasCapability(capabilities, 'multi_ack_detailed')) return 'multi_ack_detailed'
  return hasCapability(capabilities, 'multi_ack') ? 'multi_ack' : 'none'
}

function sidebandMode(capabilities: readonly Capability[]): SidebandMode {
  if (hasCapability(capabilities, 'side-band-64k')) return 'side-band-64k'
  return hasCapability(capabilities, 'side-band') ? 'side-band' : 'none'
}

/** Parses one request to upload-pack in protocol v0 or v1, the whole body of a POST. */
export function parseUploadPackRequest(body: Uint8Array, limits: PacketLimits = REQUEST_LIMITS): Parsed<UploadPackRequest> {
  const decoder = new PacketDecoder(limits)
  const grammar = new UploadPackGrammar()
  decoder.push(body)
  while (!grammar.done) {
    const next = decoder.read()
    if (next.kind === 'error') return next
    if (next.value === undefined) break
    const failure = grammar.packet(next.value)
    if (failure !== undefined) return failure
  }
  if (grammar.done && decoder.peek(1) !== undefined) return fail('trailing-data', 'bytes follow the end of the request')
  const ended = decoder.end()
  return ended.kind === 'error' ? ended : grammar.finish()
}

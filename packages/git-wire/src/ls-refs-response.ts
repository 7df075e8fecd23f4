import { type AdvertisedRef, IgnoredNames, undecodableName } from './advertised-refs.ts'
import { ADVERTISEMENT_LIMITS } from './advertisement.ts'
import { parseObjectId } from './object-id.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { type Grammar, type MessageParser, createMessageParser, remoteError, unexpected } from './parser.ts'
import { type Packet, line } from './pkt-line.ts'
import { isAdvertisableName } from './ref-name.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeText, encodeText, hasControl, quote, withoutLineFeed } from './text.ts'

/** The answer to `ls-refs`. */
export interface LsRefsResponse {
  readonly refs: readonly AdvertisedRef[]
  /** The branch that HEAD names although it does not exist yet. */
  readonly unbornHead?: string
  /** The first hundred names that no well-behaved server shows, quoted. They are left out of `refs`. */
  readonly ignored: readonly string[]
}

interface Attributes {
  readonly symrefTarget?: string
  readonly peeled?: string
}

const UNBORN = 'unborn'
const TARGET = 'symref-target:'
const PEELED = 'peeled:'

class LsRefsResponseGrammar implements Grammar<LsRefsResponse> {
  readonly #refs = new Map<string, AdvertisedRef>()
  readonly #ignored = new IgnoredNames()
  #unbornHead: string | undefined

  packet(packet: Packet): 'more' | 'done' | Failure {
    if (packet.kind === 'flush') return 'done'
    if (packet.kind !== 'data') return unexpected(packet, 'a list of refs')
    return remoteError(packet.payload) ?? this.#line(withoutLineFeed(packet.payload)) ?? 'more'
  }

  finish(): Parsed<LsRefsResponse> {
    return ok({
      refs: [...this.#refs.values()],
      ...(this.#unbornHead === undefined ? {} : { unbornHead: this.#unbornHead }),
      ignored: this.#ignored.names,
    })
  }

  #line(payload: Uint8Array): Failure | undefined {
    const text = decodeText(payload)
    if (text === undefined) return this.#undecodable(payload)
    const [subject = '', name = '', ...rest] = text.split(' ')
    if (name === '' || hasControl(text)) return malformed(payload)
    const attributes = parseAttributes(rest)
    if (attributes.kind === 'error') return attributes
    if (subject === UNBORN) return this.#unborn(name, attributes.value)
    const id = parseObjectId(subject)
    return id.kind === 'error' ? id : this.#ref({ name, id: id.value, ...attributes.value })
  }

  #ref(ref: AdvertisedRef): Failure | undefined {
    if (!isAdvertisableName(ref.name)) return this.#ignored.add(ref.name)
    if (this.#refs.has(ref.name)) return fail('duplicate-ref', `ref ${quote(ref.name)} is listed twice`)
    this.#refs.set(ref.name, ref)
    return undefined
  }

  #unborn(name: string, { symrefTarget }: Attributes): Failure | undefined {
    if (name !== 'HEAD' || this.#unbornHead !== undefined) return fail('malformed-line', `unborn ref ${quote(name)} has no place`)
    this.#unbornHead = symrefTarget
    return undefined
  }

  #undecodable(payload: Uint8Array): Failure | undefined {
    const name = undecodableName(payload)
    return name === undefined ? malformed(payload) : this.#ignored.add(name)
  }
}

function parseAttributes(words: readonly string[]): Parsed<Attributes> {
  const attributes: Attributes = {}
  for (const word of words) {
    const attribute = parseAttribute(word)
    if (attribute.kind === 'error') return attribute
    Object.assign(attributes, attribute.value)
  }
  return ok(attributes)
}

// Servers may add attributes, so an unknown one says nothing to us; a known one must be right.
function parseAttribute(word: string): Parsed<Attributes> {
  if (word.startsWith(PEELED)) {
    const id = parseObjectId(word.slice(PEELED.length))
    return id.kind === 'error' ? id : ok({ peeled: id.value })
  }
  if (!word.startsWith(TARGET)) return ok({})
  const symrefTarget = word.slice(TARGET.length)
  return isAdvertisableName(symrefTarget) ? ok({ symrefTarget }) : ok({})
}

function malformed(payload: Uint8Array): Failure {
  return fail('malformed-line', `line ${quote(payload)} is not a listed ref`)
}

/** Parses the answer to `ls-refs`. */
export function createLsRefsResponseParser(limits: PacketLimits = ADVERTISEMENT_LIMITS): MessageParser<LsRefsResponse> {
  return createMessageParser(new LsRefsResponseGrammar(), limits)
}

/** The answer to `ls-refs`, refs in the order given. */
export function renderLsRefsResponse(response: {
  readonly refs: readonly AdvertisedRef[]
  readonly unbornHead?: string
}): Uint8Array {
  const unborn = response.unbornHead === undefined ? [] : [line(`${UNBORN} HEAD ${TARGET}${response.unbornHead}`)]
  return encodeText([...unborn, ...response.refs.map(refLine), '0000'].join(''))
}

function refLine({ name, id, symrefTarget, peeled }: AdvertisedRef): string {
  const target = symrefTarget === undefined ? '' : ` ${TARGET}${symrefTarget}`
  return line(`${id} ${name}${target}${peeled === undefined ? '' : ` ${PEELED}${peeled}`}`)
}

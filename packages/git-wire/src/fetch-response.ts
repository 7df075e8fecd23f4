import {
  AcknowledgmentSection,
  type FetchResponseEvent,
  type FetchSection,
  RESPONSE_HEAD_LIMITS,
  ShallowSection,
} from './fetch-sections.ts'
import { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
import { type EventParser, remoteError, unexpected } from './parser.ts'
import type { Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { SidebandDemux } from './side-band-demux.ts'
import { decodeText, quote, withoutLineFeed } from './text.ts'

// Sections in the order in which they may stand, each at most once. `wanted-refs` and `packfile-uris` are answers to what
// this package never asks: a server that sends them could point the client to bytes that nobody has looked at.
const SECTIONS = ['acknowledgments', 'shallow-info', 'packfile'] as const

type SectionName = (typeof SECTIONS)[number]

function isSectionName(text: string): text is SectionName {
  return SECTIONS.some((name) => name === text)
}

class FetchResponseParser implements EventParser<FetchResponseEvent> {
  readonly #decoder: PacketDecoder
  readonly #pack = new SidebandDemux()
  #state: 'between' | 'section' | 'pack' | 'ended' = 'between'
  #section: FetchSection | undefined
  #nextSection = 0
  #failure: Failure | undefined

  constructor(limits: PacketLimits) {
    this.#decoder = new PacketDecoder(limits)
  }

  get done(): boolean {
    return this.#state === 'ended' || this.#pack.done
  }

  push(chunk: Uint8Array): Parsed<readonly FetchResponseEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    if (this.#state === 'pack') return this.#pack.push(chunk)
    this.#decoder.push(chunk)
    const events: FetchResponseEvent[] = []
    this.#failure = this.#drain(events)
    return this.#failure ?? ok(events)
  }

  end(): Parsed<readonly FetchResponseEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    if (this.#state === 'pack') return this.#pack.end()
    const ended = this.#decoder.end()
    if (ended.kind === 'error') return ended
    return this.#state === 'ended' ? ok([]) : fail('truncated', 'the answer ends before its last section')
  }

  #drain(events: FetchResponseEvent[]): Failure | undefined {
    for (;;) {
      if (this.#state === 'pack') return this.#drainPack(events)
      if (this.#state === 'ended') {
        return this.#decoder.peek(1) === undefined ? undefined : fail('trailing-data', 'bytes follow the end of the answer')
      }
      const next = this.#decoder.read()
      if (next.kind === 'error') return next
      if (next.value === undefined) return undefined
      const failure = this.#packet(next.value, events)
      if (failure !== undefined) return failure
    }
  }

  #drainPack(events: FetchResponseEvent[]): Failure | undefined {
    const pushed = this.#pack.push(this.#decoder.takeRest())
    if (pushed.kind === 'error') return pushed
    for (const event of pushed.value) events.push(event)
    return undefined
  }

  #packet(packet: Packet, events: FetchResponseEvent[]): Failure | undefined {
    if (packet.kind === 'data') return remoteError(packet.payload) ?? this.#line(withoutLineFeed(packet.payload))
    if (packet.kind === 'response-end' || this.#section === undefined) return unexpected(packet, 'this part of an answer')
    const event = this.#section.end(packet.kind)
    if (event.kind === 'error') return event
    events.push(event.value)
    this.#section = undefined
    this.#state = packet.kind === 'flush' ? 'ended' : 'between'
    return undefined
  }

  #line(payload: Uint8Array): Failure | undefined {
    const text = decodeText(payload)
    if (text === undefined) return fail('malformed-line', `line ${quote(payload)} is malformed`)
    return this.#section === undefined ? this.#beginSection(text) : this.#section.line(text)
  }

  #beginSection(name: string): Failure | undefined {
    if (!isSectionName(name)) return fail('section', `section ${quote(name)} was not asked for`)
    const index = SECTIONS.indexOf(name)
    if (index < this.#nextSection) return fail('section', `section ${quote(name)} is out of order`)
    this.#nextSection = index + 1
    if (name === 'packfile') {
      this.#state = 'pack'
      return undefined
    }
    this.#state = 'section'
    this.#section = name === 'acknowledgments' ? new AcknowledgmentSection() : new ShallowSection()
    return undefined
  }
}

/** Parses the answer to a protocol v2 `fetch`. The pack is taken out of its side-band and flows through without being held. */
export function createFetchResponseParser(limits: PacketLimits = RESPONSE_HEAD_LIMITS): EventParser<FetchResponseEvent> {
  return new FetchResponseParser(limits)
}

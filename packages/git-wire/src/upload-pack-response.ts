import { type FetchResponseEvent, RESPONSE_HEAD_LIMITS, ShallowSection, collectId } from './fetch-sections.ts'
import { PacketDecoder, type PacketLimits, parseLength } from './packet-decoder.ts'
import { PackStream } from './pack-stream.ts'
import { type EventParser, remoteError, unexpected } from './parser.ts'
import { MAX_PACKET_LENGTH, type Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { SidebandDemux } from './side-band-demux.ts'
import { decodeText, quote, withoutLineFeed } from './text.ts'

/** What the client asked for, which decides how the answer reads. */
export interface UploadPackResponseOptions {
  /** The request changed the depth: the answer begins with the shallow boundary. */
  readonly depth: boolean
  /** The pack comes in side-band packets rather than bare. */
  readonly sideband: boolean
  /** The request ended the negotiation: the answer must bring a pack. */
  readonly pack: boolean
}

const ACK = /^ACK ([^ ]*)(?: (continue|common|ready))?$/
const LENGTH = 4
const LAST_CHANNEL = 3
const LETTER_P = 0x50

class UploadPackResponseParser implements EventParser<FetchResponseEvent> {
  readonly #options: UploadPackResponseOptions
  readonly #decoder: PacketDecoder
  readonly #pack: EventParser<FetchResponseEvent>
  readonly #boundary = new ShallowSection()
  readonly #acks = new Set<string>()
  #state: 'boundary' | 'acknowledgments' | 'pack'
  #answered = false
  #ready = false
  #failure: Failure | undefined

  constructor(options: UploadPackResponseOptions, limits: PacketLimits) {
    this.#options = options
    this.#decoder = new PacketDecoder(limits)
    this.#pack = options.sideband ? new SidebandDemux() : new PackStream()
    this.#state = options.depth ? 'boundary' : 'acknowledgments'
  }

  /** A round of the negotiation ends with the input: only the pack in a side-band says its end. */
  get done(): boolean {
    return this.#pack.done
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
    if (this.#state === 'boundary' || this.#options.pack) return fail('truncated', 'the answer ends before its pack')
    return ok(this.#answered ? [this.#acknowledgments()] : [])
  }

  #drain(events: FetchResponseEvent[]): Failure | undefined {
    for (;;) {
      const follows = this.#whatFollows()
      if (follows === 'pack') return this.#beginPack(events)
      if (follows === 'unknown') return undefined
      const next = this.#decoder.read()
      if (next.kind === 'error') return next
      if (next.value === undefined) return undefined
      const failure = this.#packet(next.value, events)
      if (failure !== undefined) return failure
    }
  }

  // After a line of acknowledgment comes another, which begins with a letter; or the pack: a side-band packet, which begins
  // with a channel, or a bare pack, whose "P" no packet length has.
  #whatFollows(): 'line' | 'pack' | 'unknown' {
    if (this.#state !== 'acknowledgments' || !this.#answered) return 'line'
    if (!this.#options.sideband) return this.#decoder.peek(1)?.[0] === LETTER_P ? 'pack' : 'line'
    const header = this.#decoder.peek(LENGTH)
    if (header === undefined) return 'unknown'
    const length = parseLength(header, 0)
    if (length <= LENGTH || length > MAX_PACKET_LENGTH) return 'line'
    const channel = this.#decoder.peek(LENGTH + 1)?.[LENGTH]
    if (channel === undefined) return 'unknown'
    return channel <= LAST_CHANNEL ? 'pack' : 'line'
  }

  #beginPack(events: FetchResponseEvent[]): Failure | undefined {
    this.#state = 'pack'
    events.push(this.#acknowledgments())
    const pushed = this.#pack.push(this.#decoder.takeRest())
    if (pushed.kind === 'error') return pushed
    for (const event of pushed.value) events.push(event)
    return undefined
  }

  #packet(packet: Packet, events: FetchResponseEvent[]): Failure | undefined {
    if (packet.kind === 'data') return remoteError(packet.payload) ?? this.#line(withoutLineFeed(packet.payload))
    if (packet.kind !== 'flush' || this.#state !== 'boundary') return unexpected(packet, 'this part of an answer')
    events.push(this.#boundary.event())
    this.#state = 'acknowledgments'
    return undefined
  }

  #line(payload: Uint8Array): Failure | undefined {
    const text = decodeText(payload)
    if (text === undefined) return fail('malformed-line', `line ${quote(payload)} is malformed`)
    return this.#state === 'boundary' ? this.#boundary.line(text) : this.#acknowledgment(text)
  }

  #acknowledgment(text: string): Failure | undefined {
    const match = ACK.exec(text)
    if (text !== 'NAK' && match === null) return fail('malformed-line', `line ${quote(text)} is not an acknowledgment`)
    this.#answered = true
    if (match === null) return undefined
    if (match[2] === 'ready') this.#ready = true
    const ids: string[] = []
    const failure = collectId(match[1] ?? '', ids)
    for (const id of ids) this.#acks.add(id)
    return failure
  }

  #acknowledgments(): FetchResponseEvent {
    return { kind: 'acknowledgments', acks: [...this.#acks], ready: this.#ready }
  }
}

/** Parses the answer of upload-pack in protocol v0 or v1 into the same events as that of v2. */
export function createUploadPackResponseParser(
  options: UploadPackResponseOptions,
  limits: PacketLimits = RESPONSE_HEAD_LIMITS,
): EventParser<FetchResponseEvent> {
  return new UploadPackResponseParser(options, limits)
}

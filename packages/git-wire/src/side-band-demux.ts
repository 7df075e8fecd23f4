import { parseLength } from './packet-decoder.ts'
import { type EventParser, remoteError } from './parser.ts'
import { MAX_PACKET_LENGTH } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeMessage, quote } from './text.ts'

/** Bytes come in the pieces in which they arrived; a piece is a view into its chunk and may be part of a packet. */
export type SidebandEvent =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'progress'; readonly data: Uint8Array }
  /** The sender gave up, and says why (without the last LF). Nothing follows. */
  | { readonly kind: 'fatal'; readonly message: string }

const DATA = 1
const PROGRESS = 2
const FATAL = 3
const LETTER_E = 0x45
const HEADER_LENGTH = 4
const NO_EVENTS: Parsed<readonly never[]> = ok([])

type Taker = (event: SidebandEvent) => Failure | undefined

type State = 'header' | 'channel' | 'payload' | 'ended' | 'aborted'

/**
 * Takes a side-band stream apart, from its first packet to its flush. A pack flows through without being copied or held:
 * the demultiplexer keeps at most one header and one error message. It sets no limit on the whole; who takes the bytes does.
 */
export class SidebandDemux implements EventParser<SidebandEvent> {
  readonly #header = new Uint8Array(HEADER_LENGTH)
  #state: State = 'header'
  #headerLength = 0
  #channel = 0
  #remaining = 0
  #message: Uint8Array[] = []
  #failure: Failure | undefined

  get done(): boolean {
    return this.#state === 'ended' || this.#state === 'aborted'
  }

  push(chunk: Uint8Array): Parsed<readonly SidebandEvent[]> {
    const events: SidebandEvent[] = []
    const failure = this.feed(chunk, (event) => {
      events.push(event)
      return undefined
    })
    return failure ?? ok(events)
  }

  /** Like `push`, for a taker that may refuse what it is given: its refusal ends the stream at that very event. */
  feed(chunk: Uint8Array, take: Taker): Failure | undefined {
    let position = 0
    while (this.#failure === undefined && position < chunk.length && this.#state !== 'aborted') {
      const step = this.#step(chunk, position, take)
      if (typeof step === 'number') position = step
      else this.#failure = step
    }
    return this.#failure
  }

  end(): Parsed<readonly SidebandEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    if (this.done) return NO_EVENTS
    return fail('truncated', 'the side-band stream ends without a flush')
  }

  // Consumes what it can at `position` and gives the next position.
  #step(chunk: Uint8Array, position: number, take: Taker): number | Failure {
    switch (this.#state) {
      case 'header':
        return this.#takeHeader(chunk, position)
      case 'channel':
        return this.#takeChannel(chunk[position] ?? 0, take) ?? position + 1
      case 'payload':
        return this.#takePayload(chunk, position, take)
      default:
        return fail('trailing-data', 'bytes follow the end of the side-band stream')
    }
  }

  #takeHeader(chunk: Uint8Array, position: number): number | Failure {
    const taken = Math.min(HEADER_LENGTH - this.#headerLength, chunk.length - position)
    this.#header.set(chunk.subarray(position, position + taken), this.#headerLength)
    this.#headerLength += taken
    if (this.#headerLength < HEADER_LENGTH) return position + taken
    this.#headerLength = 0
    return this.#beginPacket(parseLength(this.#header, 0)) ?? position + taken
  }

  #beginPacket(length: number): Failure | undefined {
    if (length === 0) {
      this.#state = 'ended'
      return undefined
    }
    if (length < 0 || length === 3) return fail('packet-header', `${quote(this.#header)} is not a packet length`)
    if (length < HEADER_LENGTH) return fail('unexpected-packet', `packet ${quote(this.#header)} has no place in a side-band stream`)
    if (length > MAX_PACKET_LENGTH) return fail('packet-length', `a packet of ${length} bytes is too long`)
    if (length === HEADER_LENGTH) return fail('side-band', 'a side-band packet has no channel')
    this.#remaining = length - HEADER_LENGTH - 1
    this.#state = 'channel'
    return undefined
  }

  #takeChannel(channel: number, take: Taker): Failure | undefined {
    // A server that fails before it multiplexes sends a plain "ERR <text>".
    const known = channel === DATA || channel === PROGRESS || channel === FATAL || channel === LETTER_E
    if (!known) return fail('side-band', `there is no side-band channel ${channel}`)
    this.#channel = channel
    if (channel === LETTER_E) this.#message.push(Uint8Array.of(channel))
    this.#state = 'payload'
    return this.#remaining === 0 ? this.#endPacket(take) : undefined
  }

  #takePayload(chunk: Uint8Array, position: number, take: Taker): number | Failure {
    const data = chunk.subarray(position, position + this.#remaining)
    this.#remaining -= data.length
    const refused = this.#pass(data, take)
    if (refused !== undefined) return refused
    if (this.#remaining > 0) return position + data.length
    return this.#endPacket(take) ?? position + data.length
  }

  #pass(data: Uint8Array, take: Taker): Failure | undefined {
    if (this.#channel === DATA) return take({ kind: 'data', data })
    if (this.#channel === PROGRESS) return take({ kind: 'progress', data })
    this.#message.push(data.slice())
    return undefined
  }

  #endPacket(take: Taker): Failure | undefined {
    if (this.#channel === DATA || this.#channel === PROGRESS) {
      this.#state = 'header'
      return undefined
    }
    const message = Buffer.concat(this.#message)
    if (this.#channel === LETTER_E) return remoteError(message) ?? fail('side-band', `there is no side-band channel ${LETTER_E}`)
    this.#state = 'aborted'
    return take({ kind: 'fatal', message: decodeMessage(message) })
  }
}

import { MAX_PACKET_LENGTH, type Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

/** What one message may cost. Bytes count the length digits. */
export interface PacketLimits {
  readonly maxPackets: number
  readonly maxBytes: number
}

const HEADER_LENGTH = 4
const EMPTY = new Uint8Array(0)
const FLUSH: Packet = { kind: 'flush' }
const DELIM: Packet = { kind: 'delim' }
const RESPONSE_END: Packet = { kind: 'response-end' }
const NOTHING: Parsed<undefined> = ok(undefined)

/**
 * Cuts a stream into packets. Bytes go in with `push` in any pieces, packets come out of `read` one at a time, so that a
 * caller can stop at the packet after which the stream is no longer packets and take what is left.
 *
 * The result does not depend on how the stream was cut. After an error every read gives the same error.
 */
export class PacketDecoder {
  readonly #limits: PacketLimits
  #buffer: Uint8Array = EMPTY
  #start = 0
  #end = 0
  #owned = false
  #packets = 0
  #bytes = 0
  #failure: Failure | undefined

  constructor(limits: PacketLimits) {
    this.#limits = limits
  }

  /** Adds bytes. They are kept by reference while whole packets can be cut from them, and must not be changed. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.#start === this.#end) {
      this.#buffer = chunk
      this.#start = 0
      this.#end = chunk.length
      this.#owned = false
      return
    }
    this.#append(chunk)
  }

  /** The next packet, or undefined when it is not whole yet. */
  read(): Parsed<Packet | undefined> {
    if (this.#failure !== undefined) return this.#failure
    if (this.#end - this.#start < HEADER_LENGTH) return NOTHING
    const length = parseLength(this.#buffer, this.#start)
    const failure = this.#check(length)
    if (failure !== undefined) {
      this.#failure = failure
      return failure
    }
    return length < HEADER_LENGTH ? this.#special(length) : this.#data(length)
  }

  /** The next `length` bytes without taking them, or undefined when there are fewer. */
  peek(length: number): Uint8Array | undefined {
    if (this.#end - this.#start < length) return undefined
    return this.#buffer.subarray(this.#start, this.#start + length)
  }

  /** Takes the bytes after the last packet that was read. The decoder is empty afterwards. */
  takeRest(): Uint8Array {
    const rest = this.#buffer.subarray(this.#start, this.#end)
    this.#buffer = EMPTY
    this.#start = 0
    this.#end = 0
    return rest
  }

  /** Says that no bytes will follow: an error when a packet was begun. */
  end(): Parsed<void> {
    if (this.#failure !== undefined) return this.#failure
    if (this.#start === this.#end) return NOTHING
    return fail('truncated', 'the input ends inside a packet', { offset: this.#bytes })
  }

  // Views that were handed out stay valid: bytes are only ever written behind them. Doubling keeps a peer that sends
  // single bytes from making every byte cost a copy of the packet.
  #append(chunk: Uint8Array): void {
    const pending = this.#end - this.#start
    if (!this.#owned || this.#end + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(pending + chunk.length, pending * 2))
      larger.set(this.#buffer.subarray(this.#start, this.#end), 0)
      this.#buffer = larger
      this.#owned = true
      this.#start = 0
      this.#end = pending
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  #check(length: number): Failure | undefined {
    const offset = this.#bytes
    if (length < 0 || length === 3) {
      const header = this.#buffer.subarray(this.#start, this.#start + HEADER_LENGTH)
      return fail('packet-header', `${quote(header)} is not a packet length`, { offset })
    }
    if (length > MAX_PACKET_LENGTH) return fail('packet-length', `a packet of ${length} bytes is too long`, { offset })
    if (this.#packets >= this.#limits.maxPackets) {
      return fail('too-many', `the message has more than ${this.#limits.maxPackets} packets`, { offset })
    }
    if (this.#bytes + Math.max(length, HEADER_LENGTH) > this.#limits.maxBytes) {
      return fail('too-large', `the message has more than ${this.#limits.maxBytes} bytes`, { offset })
    }
    return undefined
  }

  #special(length: number): Parsed<Packet> {
    this.#take(HEADER_LENGTH)
    return ok(length === 0 ? FLUSH : length === 1 ? DELIM : RESPONSE_END)
  }

  #data(length: number): Parsed<Packet | undefined> {
    if (this.#end - this.#start < length) return NOTHING
    const payload = this.#buffer.subarray(this.#start + HEADER_LENGTH, this.#start + length)
    this.#take(length)
    return ok({ kind: 'data', payload })
  }

  #take(length: number): void {
    this.#start += length
    this.#bytes += length
    this.#packets += 1
  }
}

/** The number in four hexadecimal digits, or -1. Git reads both cases, and so do we. */
export function parseLength(bytes: Uint8Array, at: number): number {
  let length = 0
  for (let index = at; index < at + HEADER_LENGTH; index += 1) {
    const digit = hexDigit(bytes[index] ?? 0)
    if (digit < 0) return -1
    length = length * 16 + digit
  }
  return length
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

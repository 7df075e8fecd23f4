import { PacketDecoder, type PacketLimits } from './packet-decoder.ts'
import type { Packet } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeMessage, quote } from './text.ts'

/** A parser of one whole message: bytes in any pieces, the value at the end. After an error it gives the same error again. */
export interface MessageParser<T> {
  push(chunk: Uint8Array): Parsed<void>
  /** Says that no bytes will follow. */
  end(): Parsed<T>
  /** Whether the message has come to its end. On a connection that stays open this, and no end of input, says so. */
  readonly done: boolean
}

/** A parser that tells what it read while the bytes still come. After an error it gives the same error again. */
export interface EventParser<E> {
  push(chunk: Uint8Array): Parsed<readonly E[]>
  /** Says that no bytes will follow; the last events, or an error when the message was not whole. */
  end(): Parsed<readonly E[]>
  /** Whether the message has come to its end by itself; a bare pack ends only with the input. */
  readonly done: boolean
}

/** The grammar of a message above packets. */
export interface Grammar<T> {
  /** Takes the next packet; `done` after the last one. */
  packet(packet: Packet): 'more' | 'done' | Failure
  /** The value, once the packets have ended. */
  finish(): Parsed<T>
}

const DONE: Parsed<void> = ok(undefined)
const ERR: readonly number[] = [0x45, 0x52, 0x52, 0x20] // "ERR "

class GrammarParser<T> implements MessageParser<T> {
  readonly #decoder: PacketDecoder
  readonly #grammar: Grammar<T>
  #done = false
  #failure: Failure | undefined

  constructor(grammar: Grammar<T>, limits: PacketLimits) {
    this.#grammar = grammar
    this.#decoder = new PacketDecoder(limits)
  }

  get done(): boolean {
    return this.#done
  }

  push(chunk: Uint8Array): Parsed<void> {
    if (this.#failure !== undefined) return this.#failure
    this.#decoder.push(chunk)
    this.#failure = this.#drain()
    return this.#failure ?? DONE
  }

  end(): Parsed<T> {
    if (this.#failure !== undefined) return this.#failure
    const ended = this.#decoder.end()
    if (ended.kind === 'error') return ended
    return this.#done ? this.#grammar.finish() : fail('truncated', 'the input ends before the message does')
  }

  #drain(): Failure | undefined {
    for (;;) {
      if (this.#done) {
        return this.#decoder.peek(1) === undefined ? undefined : fail('trailing-data', 'bytes follow the end of the message')
      }
      const next = this.#decoder.read()
      if (next.kind === 'error') return next
      if (next.value === undefined) return undefined
      const step = this.#grammar.packet(next.value)
      if (typeof step === 'object') return step
      this.#done = step === 'done'
    }
  }
}

export function createMessageParser<T>(grammar: Grammar<T>, limits: PacketLimits): MessageParser<T> {
  return new GrammarParser(grammar, limits)
}

/** Parses a message that is in memory as a whole. */
export function parseWhole<T>(parser: MessageParser<T>, bytes: Uint8Array): Parsed<T> {
  const pushed = parser.push(bytes)
  return pushed.kind === 'error' ? pushed : parser.end()
}

/** A peer may answer with `ERR <text>` in the place of any packet; then nothing else follows. */
export function remoteError(payload: Uint8Array): Failure | undefined {
  if (ERR.some((byte, index) => payload[index] !== byte)) return undefined
  const remote = decodeMessage(payload.subarray(4))
  return fail('remote-error', `the peer answered with the error ${quote(remote)}`, { remote })
}

export function unexpected(packet: Packet, place: string): Failure {
  return fail('unexpected-packet', `a ${packet.kind} packet has no place in ${place}`)
}

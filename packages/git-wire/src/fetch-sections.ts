import { parseObjectId } from './object-id.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import type { SidebandEvent } from './side-band-demux.ts'
import { quote } from './text.ts'

/** Which of the client's haves are common. */
export interface Acknowledgments {
  readonly acks: readonly string[]
  /** The server knows enough to make a pack. */
  readonly ready: boolean
}

/** Changes of the client's shallow boundary. */
export interface ShallowInfo {
  readonly shallow: readonly string[]
  readonly unshallow: readonly string[]
}

/** What an answer of upload-pack consists of, in order, whichever protocol version carried it. `data` is pack. */
export type FetchResponseEvent =
  | ({ readonly kind: 'acknowledgments' } & Acknowledgments)
  | ({ readonly kind: 'shallow-info' } & ShallowInfo)
  | SidebandEvent

/** Room for the acknowledgments of a long negotiation and the boundary of a wide history; the pack does not count. */
export const RESPONSE_HEAD_LIMITS: PacketLimits = { maxPackets: 500_000, maxBytes: 32 * 1024 * 1024 }

/** A section of an answer while its lines arrive. */
export interface FetchSection {
  line(text: string): Failure | undefined
  /** The section ends with this packet. */
  end(by: 'flush' | 'delim'): Parsed<FetchResponseEvent>
}

/** `shallow <id>` and `unshallow <id>`. */
export class ShallowSection implements FetchSection {
  readonly #shallow: string[] = []
  readonly #unshallow: string[] = []

  line(text: string): Failure | undefined {
    if (text.startsWith('shallow ')) return collectId(text.slice(8), this.#shallow)
    if (text.startsWith('unshallow ')) return collectId(text.slice(10), this.#unshallow)
    return fail('malformed-line', `line ${quote(text)} tells no shallow boundary`)
  }

  end(by: 'flush' | 'delim'): Parsed<FetchResponseEvent> {
    if (by === 'flush') return fail('section', 'no pack follows the shallow boundary')
    return ok(this.event())
  }

  event(): FetchResponseEvent {
    return { kind: 'shallow-info', shallow: this.#shallow, unshallow: this.#unshallow }
  }
}

/** Protocol v2: `NAK`, or `ACK <id>` and perhaps `ready`. */
export class AcknowledgmentSection implements FetchSection {
  readonly #acks: string[] = []
  #nak = false
  #ready = false

  line(text: string): Failure | undefined {
    if (this.#ready) return fail('malformed-line', `line ${quote(text)} follows ready`)
    if (text === 'ready') {
      this.#ready = true
      return undefined
    }
    if (text === 'NAK' && !this.#nak && this.#acks.length === 0) {
      this.#nak = true
      return undefined
    }
    if (!text.startsWith('ACK ') || this.#nak) return fail('malformed-line', `line ${quote(text)} is not an acknowledgment`)
    return collectId(text.slice(4), this.#acks)
  }

  end(by: 'flush' | 'delim'): Parsed<FetchResponseEvent> {
    if ((by === 'delim') !== this.#ready) return fail('section', 'a pack must follow acknowledgments exactly when they say ready')
    return ok({ kind: 'acknowledgments', acks: this.#acks, ready: this.#ready })
  }
}

export function collectId(text: string, list: string[]): Failure | undefined {
  const id = parseObjectId(text)
  if (id.kind === 'error') return id
  list.push(id.value)
  return undefined
}

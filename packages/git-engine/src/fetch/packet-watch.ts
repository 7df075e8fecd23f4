const HEADER_BYTES = 4
const FATAL_CHANNEL = 3
/** Of `ERR `. No other line of an answer begins with it. */
const LETTER_E = 0x45
/** Of `packfile`, the line after which the side-band begins in protocol v2. No other line begins with it. */
const LETTER_P = 0x70
const NOTHING = new Uint8Array()

export type AnswerPlace = 'packet' | 'lines' | 'side-band'

/**
 * Follows the packets of an answer of our own git while it flows through, without copying it. It knows where a packet ends, so
 * that something may be added there, and holds back the packet with which git gives up.
 */
export class PacketWatch {
  #held: Uint8Array = NOTHING
  #left = 0
  #gaveUp = false
  #sideband = false

  /** Where the answer stands: inside a packet, between lines, or between packets of the side-band. */
  get place(): AnswerPlace {
    if (this.#left > 0) return 'packet'
    return this.#sideband ? 'side-band' : 'lines'
  }

  /** True when a packet of the error channel or an `ERR` line came. Nothing passes from there on. */
  get gaveUp(): boolean {
    return this.#gaveUp
  }

  /** What may pass now: the chunk, up to a packet whose kind is not known yet. */
  pass(chunk: Uint8Array): Uint8Array {
    if (this.#gaveUp) return NOTHING
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const end = this.#walk(bytes)
    this.#held = this.#gaveUp ? NOTHING : bytes.subarray(end)
    return bytes.subarray(0, end)
  }

  #walk(bytes: Uint8Array): number {
    let at = Math.min(this.#left, bytes.length)
    this.#left -= at
    while (at < bytes.length) {
      const length = packetLength(bytes, at)
      if (length === undefined) return at
      const channel = length > HEADER_BYTES ? bytes[at + HEADER_BYTES] : 0
      if (channel === undefined) return at
      this.#gaveUp = channel === FATAL_CHANNEL || channel === LETTER_E
      if (this.#gaveUp) return at
      if (length > HEADER_BYTES) this.#sideband = channel === 1 || channel === 2 || channel === LETTER_P
      const end = Math.min(at + length, bytes.length)
      this.#left = at + length - end
      at = end
    }
    return at
  }
}

/** Undefined when the header is not whole yet. The special packets have a header only. */
function packetLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length - at < HEADER_BYTES) return undefined
  const header = Buffer.from(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES).toString('latin1')
  return Math.max(HEADER_BYTES, Number.parseInt(header, 16) || 0)
}

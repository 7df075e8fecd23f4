/** How a stretch of bytes was encoded. */
export type Encoding = 'utf-16' | 'base64' | 'hex' | 'percent'

/** A stretch of a decoded text, and where its bytes come from. */
export interface Region {
  readonly encoding: Encoding
  readonly start: number
  readonly end: number
  /** Offset in the encoded text at which the byte at `offset` (from the beginning of this region) was written. */
  readonly locate: (offset: number) => number
}

/** One stretch to be decoded. */
export interface Decoding {
  /** Most bytes that it decodes to. */
  readonly room: number
  /** Decodes into the target, and says how many bytes there are. */
  readonly write: (target: Buffer, at: number) => number
  readonly locate: Region['locate']
}

const SEPARATOR = 0

/**
 * What was decoded from one text, all stretches in one buffer, so that rules look once at many short stretches.
 * The buffer grows with its use and is kept for the next text.
 */
export class DecodedText {
  readonly #regions: Region[] = []
  #buffer = Buffer.allocUnsafeSlow(0)
  #length = 0

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  get regions(): readonly Region[] {
    return this.#regions
  }

  clear(): void {
    this.#regions.length = 0
    this.#length = 0
  }

  append(encoding: Encoding, { room, write, locate }: Decoding): void {
    this.#reserve(room + 1)
    const start = this.#length
    const end = start + write(this.#buffer, start)
    this.#regions.push({ encoding, start, end, locate })
    // The separator keeps the end of one stretch and the beginning of the next from looking like one secret.
    this.#buffer[end] = SEPARATOR
    this.#length = end + 1
  }

  /** The region that holds the byte at `offset`. */
  regionAt(offset: number): Region | undefined {
    let [low, high] = [0, this.#regions.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#regions[middle]?.start ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const region = this.#regions[low]
    return region !== undefined && offset >= region.start && offset < region.end ? region : undefined
  }

  #reserve(room: number): void {
    if (this.#length + room <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#length + room, 0x1_0000))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}

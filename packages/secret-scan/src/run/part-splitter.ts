/** How objects are cut. */
export interface PartLayout {
  /** Bytes that one part answers for. */
  readonly owned: number
  /** Bytes behind them that are seen too: nothing longer is found across a cut. */
  readonly overlap: number
  /** Bytes before them that are seen too. */
  readonly context: number
}

/**
 * A stretch of an object. A secret is reported by the one part that owns its first byte, so that none is reported twice
 * and each is seen whole by its reporter.
 */
export interface Part {
  readonly bytes: Buffer
  /** Offset in the object of the first owned byte. */
  readonly offset: number
  /** What this part owns, as offsets in `bytes`. */
  readonly ownedStart: number
  readonly ownedEnd: number
}

/** Cuts one object after another into parts, which do not depend on the chunks in which the objects came. */
export class PartSplitter {
  readonly #layout: PartLayout
  readonly #capacity: number
  #buffer: Buffer = Buffer.alloc(0)
  #length = 0
  #context = 0
  #offset = 0

  constructor(layout: PartLayout) {
    this.#layout = layout
    this.#capacity = layout.context + layout.owned + layout.overlap
  }

  /** Takes a chunk. A part that is yielded is valid until the next is asked for. */
  *push(chunk: Uint8Array): Iterable<Part> {
    for (let taken = 0; taken < chunk.length;) {
      if (this.#length === this.#capacity) {
        yield this.#part(this.#capacity - this.#layout.overlap)
        this.#advance()
      }
      const room = Math.min(this.#capacity - this.#length, chunk.length - taken)
      this.#reserve(this.#length + room)
      this.#buffer.set(chunk.subarray(taken, taken + room), this.#length)
      this.#length += room
      taken += room
    }
  }

  /** Ends the object: yields what is left, which owns all its bytes, and makes ready for the next. */
  *end(): Iterable<Part> {
    if (this.#length > 0) yield this.#part(this.#length)
    this.#length = 0
    this.#context = 0
    this.#offset = 0
  }

  #part(ownedEnd: number): Part {
    return { bytes: this.#buffer.subarray(0, this.#length), offset: this.#offset, ownedStart: this.#context, ownedEnd }
  }

  #advance(): void {
    const { overlap, context } = this.#layout
    const kept = overlap + context
    this.#offset += this.#length - overlap - this.#context
    this.#buffer.copyWithin(0, this.#length - kept, this.#length)
    this.#context = context
    this.#length = kept
  }

  #reserve(length: number): void {
    if (length <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#capacity, Math.max(2 * this.#buffer.length, length, 0x1000)))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}

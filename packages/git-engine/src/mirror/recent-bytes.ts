/** Bytes that are kept in memory although they are on the disk, for readers that are nearly at the end. */
const KEPT_BYTES = 1 * 1024 * 1024

interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** The last pieces of a stream, by position, by reference. */
export class RecentBytes {
  #pieces: Piece[] = []
  #end = 0

  push(bytes: Uint8Array): void {
    this.#pieces.push({ at: this.#end, bytes })
    this.#end += bytes.length
  }

  /** What follows a position, as far as one piece goes; undefined when that is no longer kept. */
  from(position: number): Uint8Array | undefined {
    const [first] = this.#pieces
    if (first === undefined || position < first.at) return undefined
    const piece = this.#pieces[this.#find(position)]
    return piece?.bytes.subarray(position - piece.at)
  }

  /** Lets go of all but the last few of the pieces before a position. */
  forgetBefore(position: number): void {
    const from = Math.min(position, this.#end - KEPT_BYTES)
    const keep = this.#pieces.findIndex(({ at, bytes }) => at + bytes.length > from)
    if (keep > 0) this.#pieces.splice(0, keep)
  }

  /** The last piece that begins at or before a position. */
  #find(position: number): number {
    let low = 0
    let high = this.#pieces.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#pieces[middle]?.at ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** One byte string to look for. */
export interface Literal {
  readonly bytes: Uint8Array
  /** ASCII letters match in both cases. */
  readonly ignoreCase: boolean
}

/** Called for every occurrence: which literal, and where it begins. */
export type OnOccurrence = (literal: number, start: number) => void

interface Anchor extends Literal {
  readonly literal: number
  /** Distance from the beginning of the literal to the sampled pair of bytes. */
  readonly distance: number
}

/** No literal is shorter: below this every second byte of ordinary text would be a candidate. */
const MIN_LITERAL_BYTES = 3
const MAX_WINDOW_BYTES = 16
const PAIRS = 0x1_0000
// The bytes of source text, most common first (counted in Go's library): a window of rare ones gives fewer false candidates.
const COMMON: Uint8Array = Buffer.from(' et\trnos\nialdc.uf,"p/()hmg=:{}wyTbCvS0kPRxEA12', 'latin1')

/**
 * Finds all of a fixed set of literals in one pass over the bytes.
 *
 * Of each literal one window of equal width w is chosen. Any w consecutive bytes hold, at a stride of w - 1, at least one
 * sampled pair; only pairs that occur in a window lead to a comparison. Time is linear in the bytes plus the candidates,
 * and random bytes are read at the speed of one table look-up per w - 1 bytes.
 */
export class LiteralIndex {
  readonly #isEmpty: boolean
  readonly #stride: number
  /** For each pair of bytes, its place in the list of anchors; 0 where no window has the pair. */
  readonly #placeOf = new Uint16Array(PAIRS)
  readonly #anchors: Anchor[][] = [[]]

  constructor(literals: readonly Literal[]) {
    const shortest = literals.reduce((length, literal) => Math.min(length, literal.bytes.length), MAX_WINDOW_BYTES)
    if (shortest < MIN_LITERAL_BYTES) throw new RangeError(`a literal has fewer than ${MIN_LITERAL_BYTES} bytes`)
    this.#isEmpty = literals.length === 0
    this.#stride = shortest - 1
    for (const [index, { bytes, ignoreCase }] of literals.entries()) {
      this.#addWindow(index, { bytes: ignoreCase ? lowered(bytes) : bytes, ignoreCase }, shortest)
    }
  }

  /** Reports every occurrence that lies within `bytes[from, to)`. */
  search(bytes: Uint8Array, from: number, to: number, onOccurrence: OnOccurrence): void {
    if (this.#isEmpty) return
    const placeOf = this.#placeOf
    const stride = this.#stride
    for (let at = from; at + 1 < to; at += stride) {
      const place = placeOf[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] ?? 0
      if (place === 0) continue
      for (const { literal, bytes: expected, ignoreCase, distance } of this.#anchors[place] ?? []) {
        const start = at - distance
        if (start < from || start + expected.length > to) continue
        if (isAt(bytes, start, expected, ignoreCase)) onOccurrence(literal, start)
      }
    }
  }

  #addWindow(literal: number, { bytes, ignoreCase }: Literal, width: number): void {
    const begin = rarestWindow(bytes, width)
    for (let distance = begin; distance < begin + width - 1; distance++) {
      const [first, second] = [bytes[distance] ?? 0, bytes[distance + 1] ?? 0]
      for (const a of ignoreCase ? casesOf(first) : [first]) {
        for (const b of ignoreCase ? casesOf(second) : [second])
          this.#addAnchor((a << 8) | b, { literal, distance, bytes, ignoreCase })
      }
    }
  }

  #addAnchor(pair: number, anchor: Anchor): void {
    const place = this.#placeOf[pair] ?? 0
    if (place !== 0) this.#anchors[place]?.push(anchor)
    else this.#placeOf[pair] = this.#anchors.push([anchor]) - 1
  }
}

function rarestWindow(bytes: Uint8Array, width: number): number {
  let best = 0
  let bestScore = Number.POSITIVE_INFINITY
  for (let begin = 0; begin + width <= bytes.length; begin++) {
    let score = 0
    for (let at = begin; at < begin + width - 1; at++)
      score += frequency(bytes[at] ?? 0) * frequency(bytes[at + 1] ?? 0)
    if (score < bestScore) [best, bestScore] = [begin, score]
  }
  return best
}

/** Roughly how often a byte occurs, on a scale of no meaning. */
function frequency(byte: number): number {
  const rank = COMMON.indexOf(byte)
  return rank === -1 ? 1 : (COMMON.length - rank + 1) ** 2
}

function isAt(bytes: Uint8Array, start: number, expected: Uint8Array, ignoreCase: boolean): boolean {
  for (let index = 0; index < expected.length; index++) {
    const byte = bytes[start + index] ?? 0
    if ((ignoreCase ? lower(byte) : byte) !== expected[index]) return false
  }
  return true
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map(lower)
}

function casesOf(byte: number): readonly number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte]
}

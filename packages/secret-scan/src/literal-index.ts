/** One byte string to look for. */
export interface Literal {
  readonly bytes: Uint8Array
  /** ASCII letters match in both cases. */
  readonly ignoreCase: boolean
}

/** Called for every occurrence: which literal, and where it begins. */
export type OnOccurrence = (literal: number, start: number) => void

interface Anchor {
  readonly literal: number
  /** Distance from the beginning of the literal to the sampled pair of bytes. */
  readonly distance: number
}

/** No literal is shorter: below this every second byte of ordinary text would be a candidate. */
export const MIN_LITERAL_BYTES = 3
const MAX_WINDOW_BYTES = 16
const PAIRS = 0x1_0000
// Pairs of these bytes are common in text; a window of a literal that has few of them gives fewer false candidates.
const COMMON: ReadonlySet<number> = new Set(Buffer.from(' etaoinsrhldcumfpgy', 'latin1'))

/**
 * Finds all of a fixed set of literals in one pass over the bytes.
 *
 * Of each literal one window of equal width w is chosen. Any w consecutive bytes hold, at a stride of w - 1, at least one
 * sampled pair; only pairs that occur in a window lead to a comparison. Time is linear in the bytes plus the candidates,
 * and random bytes are read at the speed of one table look-up per w - 1 bytes.
 */
export class LiteralIndex {
  readonly #literals: readonly Literal[]
  readonly #stride: number
  readonly #isCandidate = new Uint8Array(PAIRS)
  readonly #anchors = new Map<number, Anchor[]>()

  constructor(literals: readonly Literal[]) {
    const shortest = literals.reduce((length, literal) => Math.min(length, literal.bytes.length), MAX_WINDOW_BYTES)
    if (shortest < MIN_LITERAL_BYTES) throw new RangeError(`a literal has fewer than ${MIN_LITERAL_BYTES} bytes`)
    this.#literals = literals.map(({ bytes, ignoreCase }) => ({ ignoreCase, bytes: ignoreCase ? lowered(bytes) : bytes }))
    this.#stride = shortest - 1
    for (const [index, literal] of this.#literals.entries()) this.#addWindow(index, literal, shortest)
  }

  /** Reports every occurrence that lies within `bytes[from, to)`. */
  search(bytes: Uint8Array, from: number, to: number, onOccurrence: OnOccurrence): void {
    if (this.#literals.length === 0) return
    const isCandidate = this.#isCandidate
    const stride = this.#stride
    for (let at = from; at + 1 < to; at += stride) {
      const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
      if (isCandidate[pair] === 0) continue
      this.#compare(bytes, { from, to, at, pair }, onOccurrence)
    }
  }

  #compare(bytes: Uint8Array, sample: { from: number; to: number; at: number; pair: number }, onOccurrence: OnOccurrence): void {
    for (const { literal, distance } of this.#anchors.get(sample.pair) ?? []) {
      const expected = this.#literals[literal]
      const start = sample.at - distance
      if (expected === undefined || start < sample.from || start + expected.bytes.length > sample.to) continue
      if (isAt(bytes, start, expected)) onOccurrence(literal, start)
    }
  }

  #addWindow(literal: number, { bytes, ignoreCase }: Literal, width: number): void {
    const begin = rarestWindow(bytes, width)
    for (let distance = begin; distance < begin + width - 1; distance++) {
      const [first, second] = [bytes[distance] ?? 0, bytes[distance + 1] ?? 0]
      for (const a of ignoreCase ? casesOf(first) : [first]) {
        for (const b of ignoreCase ? casesOf(second) : [second]) this.#addAnchor((a << 8) | b, { literal, distance })
      }
    }
  }

  #addAnchor(pair: number, anchor: Anchor): void {
    this.#isCandidate[pair] = 1
    const anchors = this.#anchors.get(pair)
    if (anchors === undefined) this.#anchors.set(pair, [anchor])
    else anchors.push(anchor)
  }
}

function rarestWindow(bytes: Uint8Array, width: number): number {
  let best = 0
  let bestScore = Number.POSITIVE_INFINITY
  for (let begin = 0; begin + width <= bytes.length; begin++) {
    let score = 0
    for (let at = begin; at < begin + width - 1; at++) {
      score += (COMMON.has(bytes[at] ?? 0) ? 3 : 1) * (COMMON.has(bytes[at + 1] ?? 0) ? 3 : 1)
    }
    if (score < bestScore) [best, bestScore] = [begin, score]
  }
  return best
}

function isAt(bytes: Uint8Array, start: number, { bytes: expected, ignoreCase }: Literal): boolean {
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

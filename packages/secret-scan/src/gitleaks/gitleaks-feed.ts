import { type RelativePlace, addPlaces, placeBetween } from '../run/line-tally.ts'
import type { Part, PartLayout } from '../run/part-splitter.ts'
import { DecodedText } from '../views/decoded-text.ts'
import { decodeUtf16Runs } from '../views/utf16-view.ts'
import type { PartOwner } from '../workers/part-batch.ts'

/**
 * How objects are cut for gitleaks. It reads pieces of some 100 kB and then goes on to the next empty line, but no further
 * than 25,000 bytes; what spans two pieces it does not see. With parts that are shorter than that and end in an empty line,
 * its pieces end where parts end, and what spans parts is in their overlap.
 */
export const GITLEAKS_LAYOUT: PartLayout = { context: 256, owned: 0x4e00, overlap: 0x1000 }

/**
 * Stands before everything else. gitleaks takes its first piece for a binary file, and skips all that follows, when it has
 * the mark of one; the farthest mark that it knows is that of a disk image, at byte 32,769.
 */
const GUARD: Uint8Array = Buffer.alloc(0x9000, '\n')
const PART_END: Uint8Array = Buffer.from('\n\n', 'latin1')

/** A part in the stream. */
export interface FedPart {
  readonly owner: PartOwner
  /** One-based, in the stream. */
  readonly firstLine: number
  /** Bytes of the object for each byte in the stream. */
  readonly width: 1 | 2
  /** Where its first byte lies, and the bytes that the part owns, all counted from the first byte of the part. */
  readonly origin: RelativePlace
  readonly ownedStart: RelativePlace
  readonly ownedEnd: RelativePlace
}

/** Makes the stream that gitleaks reads, and remembers where in it everything is. */
export class GitleaksFeed {
  readonly #parts: FedPart[] = []
  readonly #utf16 = new DecodedText()
  #line = 1
  #bytes = 0
  #isComplete = false

  /** How much was given out. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether everything was given out. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  complete(): void {
    this.#isComplete = true
  }

  guard(): Uint8Array {
    return this.#give(GUARD)
  }

  /** What the stream holds for a part: its bytes, and once more what in it is UTF-16, which gitleaks does not read. */
  *part({ bytes, ownedStart, ownedEnd }: Part, owner: PartOwner): Iterable<Uint8Array> {
    const owned = { ownedStart: placeBetween(bytes, 0, ownedStart), ownedEnd: placeBetween(bytes, 0, ownedEnd) }
    this.#parts.push({ owner, firstLine: this.#line, width: 1, origin: { lines: 0, column: 0 }, ...owned })
    // A copy: the stream is read later than the next part is made.
    yield this.#give(Buffer.concat([bytes, PART_END]))
    this.#utf16.clear()
    decodeUtf16Runs(bytes, this.#utf16)
    for (const region of this.#utf16.regions) {
      const origin = placeBetween(bytes, 0, region.locate(0))
      this.#parts.push({ owner, firstLine: this.#line, width: 2, origin, ...owned })
      yield this.#give(Buffer.concat([this.#utf16.bytes.subarray(region.start, region.end), PART_END]))
    }
  }

  /** The part that holds a line of the stream. */
  partAt(line: number): FedPart | undefined {
    let [low, high] = [0, this.#parts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#parts[middle]?.firstLine ?? 1) <= line) low = middle
      else high = middle - 1
    }
    const part = this.#parts[low]
    return part !== undefined && part.firstLine <= line ? part : undefined
  }

  #give(bytes: Uint8Array): Uint8Array {
    this.#bytes += bytes.length
    this.#line += placeBetween(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length).lines
    return bytes
  }
}

/**
 * Where a place of the stream lies, counted from the first byte that its part owns; undefined when another part owns it.
 * gitleaks' columns are uncertain by one, so a place that is close to an end counts as owned.
 */
export function ownedPlace(
  part: FedPart,
  { line, column }: { line: number; column: number },
): RelativePlace | undefined {
  const place = addPlaces(part.origin, { lines: line - part.firstLine, column: column * part.width })
  const { ownedStart, ownedEnd } = part
  if (distance(ownedEnd, place) > UNCERTAINTY || distance(place, ownedStart) > UNCERTAINTY) return undefined
  if (place.lines > ownedStart.lines) return { lines: place.lines - ownedStart.lines, column: place.column }
  return { lines: 0, column: Math.max(0, place.column - ownedStart.column) }
}

const UNCERTAINTY = 2

/** Bytes from one place to the other on the same line; on different lines, whether the second comes later, as an infinity. */
function distance(from: RelativePlace, to: RelativePlace): number {
  return from.lines === to.lines ? to.column - from.column : (to.lines - from.lines) * Number.POSITIVE_INFINITY
}

import type { ObjectResults } from '../run/scan-collector.ts'
import type { Part, PartLayout } from '../run/part-splitter.ts'
import type { PartPlace } from './protocol.ts'

const BATCH_BYTES = 0x2_0000
const MAX_PARTS = 4096

/**
 * How objects are cut for the workers: a whole batch at a time. The overlap is longer than any match of a rule
 * (see `MAX_MATCH_BYTES`), the context is what rules look at before a match.
 */
export const PART_LAYOUT: PartLayout = { context: 64, overlap: 0x4000, owned: BATCH_BYTES - 0x4000 - 64 }

/** Where the result of a part goes. */
export interface PartOwner {
  readonly object: ObjectResults
  readonly index: number
}

/** Many small objects, or one part of a large one, for one message to a worker. */
export class PartBatch {
  readonly buffer: ArrayBuffer
  readonly parts: PartPlace[] = []
  readonly owners: PartOwner[] = []
  #length = 0

  /** @param buffer one that came back from a worker, to be used again. */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(BATCH_BYTES)) {
    this.buffer = buffer
  }

  hasRoomFor(part: Part): boolean {
    return this.#length + part.bytes.length <= this.buffer.byteLength && this.parts.length < MAX_PARTS
  }

  add(part: Part, owner: PartOwner): void {
    const start = this.#length
    new Uint8Array(this.buffer).set(part.bytes, start)
    this.#length += part.bytes.length
    this.parts.push({ start, end: this.#length, ownedStart: start + part.ownedStart, ownedEnd: start + part.ownedEnd })
    this.owners.push(owner)
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PartLayout, PartSplitter } from './part-splitter.ts'

interface Copied {
  readonly bytes: Buffer
  readonly offset: number
  readonly ownedStart: number
  readonly ownedEnd: number
}

function split(splitter: PartSplitter, chunks: readonly Uint8Array[]): readonly Copied[] {
  const parts: Copied[] = []
  for (const chunk of chunks)
    for (const part of splitter.push(chunk)) parts.push({ ...part, bytes: Buffer.from(part.bytes) })
  for (const part of splitter.end()) parts.push({ ...part, bytes: Buffer.from(part.bytes) })
  return parts
}

const layouts: fc.Arbitrary<PartLayout> = fc.record({
  owned: fc.integer({ min: 1, max: 40 }),
  overlap: fc.integer({ min: 0, max: 30 }),
  context: fc.integer({ min: 0, max: 10 }),
})
const chunks = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 })

describe('parts of an object', () => {
  test('own every byte once, in order, and show what lies around', () => {
    fc.assert(
      fc.property(layouts, chunks, (layout, pieces) => {
        fc.pre(layout.context <= layout.owned)
        const whole = Buffer.concat(pieces)
        const parts = split(new PartSplitter(layout), pieces)
        const owned = parts.map(({ bytes, ownedStart, ownedEnd }) => bytes.subarray(ownedStart, ownedEnd))
        expect(Buffer.concat(owned)).toEqual(whole)
        for (const { bytes, offset, ownedStart, ownedEnd } of parts) {
          const start = offset - ownedStart
          expect(bytes).toEqual(whole.subarray(start, start + bytes.length))
          expect(ownedStart).toBe(Math.min(layout.context, offset))
          expect(bytes.length - ownedEnd).toBe(
            Math.min(layout.overlap, whole.length - offset - (ownedEnd - ownedStart)),
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  test('are the same however the object came', () => {
    fc.assert(
      fc.property(layouts, chunks, (layout, pieces) => {
        fc.pre(layout.context <= layout.owned)
        expect(split(new PartSplitter(layout), pieces)).toEqual(
          split(new PartSplitter(layout), [Buffer.concat(pieces)]),
        )
      }),
    )
  })

  test('of one object do not depend on the one before', () => {
    const splitter = new PartSplitter({ owned: 8, overlap: 4, context: 2 })
    const first = split(splitter, [Buffer.alloc(30, 'a')])
    split(splitter, [Buffer.from('b')])
    expect(split(splitter, [Buffer.alloc(30, 'a')])).toEqual(first)
  })
})

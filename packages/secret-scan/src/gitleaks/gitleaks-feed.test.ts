import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PartSplitter } from '../run/part-splitter.ts'
import { ObjectResults } from '../run/scan-collector.ts'
import { GITLEAKS_LAYOUT, GitleaksFeed } from './gitleaks-feed.ts'

const owner = { object: new ObjectResults({ id: 'a', type: 'blob' }, 0), index: 0 }
/** How far gitleaks looks for an empty line before it cuts all the same (`maxPeekSize` in its sources/common.go). */
const LONGEST_PEEK = 25_000
/** The farthest place at which gitleaks looks for the mark of a binary file, and the longest of them. */
const FARTHEST_MARK = 32_769 + 5

function feed(objects: readonly Uint8Array[]): { readonly feed: GitleaksFeed; readonly chunks: readonly Buffer[] } {
  const made = new GitleaksFeed()
  const splitter = new PartSplitter(GITLEAKS_LAYOUT)
  const chunks = objects.flatMap((object) => {
    const pushed = Array.from(splitter.push(object)).flatMap((part) => Array.from(made.part(part, owner)))
    return pushed.concat(Array.from(splitter.end()).flatMap((part) => Array.from(made.part(part, owner))))
  })
  return { feed: made, chunks: chunks.map((chunk) => Buffer.from(chunk)) }
}

describe('what gitleaks is given', () => {
  test('begins with more line ends than it looks at to tell a file type', () => {
    const guard = Buffer.from(new GitleaksFeed().guard())
    expect(guard.length).toBeGreaterThanOrEqual(FARTHEST_MARK)
    expect(guard.equals(Buffer.alloc(guard.length, '\n'))).toBe(true)
  })

  test('has an empty line wherever a part ends, and no part in which gitleaks would cut', () => {
    const sizes = fc.integer({ min: 1, max: 60_000 })
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 4 }), fc.constantFrom('x', 'x\0', 'line\n'), (lengths, fill) => {
        const { chunks, feed: made } = feed(lengths.map((length) => Buffer.alloc(length, fill)))
        for (const chunk of chunks) {
          expect(chunk.length).toBeLessThanOrEqual(LONGEST_PEEK)
          expect(chunk.subarray(-2).toString()).toBe('\n\n')
        }
        expect(made.bytes).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
      }),
      { numRuns: 40 },
    )
  })

  test('is remembered by its lines', () => {
    const { feed: made, chunks } = feed([Buffer.from('a\nb'), Buffer.from('c')])
    const lines = Buffer.concat(chunks).toString().split('\n')
    expect(made.partAt(lines.indexOf('b') + 1)).toMatchObject({ firstLine: 1 })
    expect(made.partAt(lines.indexOf('c') + 1)).toMatchObject({ firstLine: lines.indexOf('c') + 1 })
    expect(made.partAt(0)).toBeUndefined()
  })
})

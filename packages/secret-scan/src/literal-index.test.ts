import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Literal, LiteralIndex } from './literal-index.ts'

const literal = (text: string, ignoreCase = false): Literal => ({ bytes: Buffer.from(text, 'latin1'), ignoreCase })

function search(literals: readonly Literal[], text: string, from = 0, to = text.length): readonly string[] {
  const hits: string[] = []
  new LiteralIndex(literals).search(Buffer.from(text, 'latin1'), from, to, (index, start) =>
    hits.push(`${index}@${start}`),
  )
  return hits.toSorted()
}

/** The same by trying every literal at every place. */
function searchNaively(literals: readonly Literal[], text: string): readonly string[] {
  return literals
    .flatMap(({ bytes, ignoreCase }, index) => {
      const fold = (value: string): string =>
        ignoreCase ? value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value
      const expected = fold(Buffer.from(bytes).toString('latin1'))
      return Array.from(text, (_, at) => at)
        .filter((at) => fold(text).startsWith(expected, at))
        .map((at) => `${index}@${at}`)
    })
    .toSorted()
}

describe('an index of literals', () => {
  test('finds what a naive search finds', () => {
    // Few letters, so that literals overlap, repeat and contain each other.
    const letter = fc.constantFrom('a', 'b', 'A', 'B', '_', '\u00e9', '\0')
    const anyLiteral = fc.record({
      text: fc.string({ unit: letter, minLength: 3, maxLength: 20 }),
      ignoreCase: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(anyLiteral, { maxLength: 8 }),
        fc.string({ unit: letter, maxLength: 300 }),
        (literals, text) => {
          const set = literals.map(({ text: bytes, ignoreCase }) => literal(bytes, ignoreCase))
          expect(search(set, text)).toEqual(searchNaively(set, text))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('finds a literal at every offset of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
        const noise = Buffer.from(bytes).toString('latin1')
        const text = `${noise.slice(0, at)}needle${noise.slice(at)}`
        expect(search([literal('needle'), literal('other-literal')], text)).toContain(`0@${Math.min(at, noise.length)}`)
      }),
    )
  })

  test('reports nothing that reaches out of the range', () => {
    expect(search([literal('abc')], 'abcabcabc', 1, 8)).toEqual(['0@3'])
  })

  test('finds nothing when there is nothing to look for', () => {
    expect(search([], 'abc')).toEqual([])
  })

  test('refuses a literal that ordinary text is full of', () => {
    expect(() => new LiteralIndex([literal('ab')])).toThrow('fewer than 3 bytes')
  })
})

import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { longestDeltaChain } from './delta-depth.ts'

describe('longestDeltaChain', () => {
  test.each([
    ['nothing', [], 0],
    ['one difference', [['b', 'a']], 1],
    ['a chain', [['c', 'b'], ['d', 'c'], ['b', 'a']], 3],
    ['branches of one base', [['b', 'a'], ['c', 'a'], ['d', 'c']], 2],
  ] as const)('%s', (_, bases, depth) => {
    expect(longestDeltaChain(new Map(bases))).toBe(depth)
  })

  test('agrees with walking every chain', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(29)))
    fc.assert(
      fc.property(pairs, (links) => {
        // A base has a smaller number: git makes no circles.
        const bases = new Map(links.filter(([id, base]) => base < id).map(([id, base]) => [`${id}`, `${base}`]))
        const walk = (id: string): number => (bases.has(id) ? 1 + walk(bases.get(id) ?? '') : 0)
        expect(longestDeltaChain(bases)).toBe(Math.max(0, ...Array.from(bases.keys(), walk)))
      }),
    )
  })

  test('a chain of a million does not exhaust the stack', () => {
    const bases = new Map(Array.from({ length: 200_000 }, (_, index) => [`${index + 1}`, `${index}`]))
    expect(longestDeltaChain(bases)).toBe(200_000)
  })
})

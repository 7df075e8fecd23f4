import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findNearest } from './nearest-key.ts'

const keys = ['version', 'listen', 'public_url', 'data', 'forges', 'repositories', 'defaults', 'read', 'push']

test.each([
  { word: 'lisen', nearest: 'listen' },
  { word: 'lsiten', nearest: 'listen' },
  { word: 'publicUrl', nearest: 'public_url' },
  { word: 'PUBLIC-URL', nearest: 'public_url' },
  { word: 'repositorys', nearest: 'repositories' },
  { word: 'forge', nearest: 'forges' },
  { word: 'raed', nearest: 'read' },
  { word: 'xyzzy', nearest: undefined },
  { word: '', nearest: undefined },
  { word: '__proto__', nearest: undefined },
])('$word is meant to be $nearest', ({ word, nearest }) => {
  expect(findNearest(word, keys)).toBe(nearest)
})

test('a key with one mistake is found again', () => {
  fc.assert(
    fc.property(fc.constantFrom('listen', 'public_url', 'repositories', 'defaults', 'version'), fc.nat(30), fc.constantFrom('x', ''), (key, position, letter) => {
      const at = position % key.length
      return findNearest(key.slice(0, at) + letter + key.slice(at + 1), keys) === key
    }),
  )
})

test('a word of a megabyte costs no more than a short one', () => {
  const start = performance.now()
  findNearest('x'.repeat(1_000_000), keys)
  expect(performance.now() - start).toBeLessThan(200)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewListing } from './visible-refs.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string]
const refs = [
  { name: 'refs/heads/main', id: A },
  { name: 'refs/heads/secret', id: B },
  { name: 'refs/tags/v1', id: C, peeled: B },
]
const only = (...names: readonly string[]): { shows: (name: string) => boolean } => ({ shows: (name) => names.includes(name) })

const HEADS = [
  { name: 'a visible branch', head: { symref: 'refs/heads/main', id: A }, shows: only('refs/heads/main'), expected: { name: 'HEAD', id: A, symrefTarget: 'refs/heads/main' } },
  { name: 'a hidden branch', head: { symref: 'refs/heads/secret', id: B }, shows: only('refs/heads/main'), expected: undefined },
  { name: 'a hidden branch with the id of a visible one', head: { symref: 'refs/heads/secret', id: A }, shows: only('refs/heads/main'), expected: undefined },
  { name: 'a visible id, detached', head: { id: A }, shows: only('refs/heads/main'), expected: { name: 'HEAD', id: A } },
  { name: 'a hidden id, detached', head: { id: B }, shows: only('refs/heads/main'), expected: undefined },
  { name: 'nothing', head: undefined, shows: only('refs/heads/main'), expected: undefined },
]

test.each(HEADS)('HEAD that stands for $name', ({ head, shows, expected }) => {
  expect(viewListing({ refs, head, objectFormat: 'sha1' }, shows).refs.find(({ name }) => name === 'HEAD')).toEqual(expected)
})

test.each([
  { shows: only('refs/heads/main'), expected: 'refs/heads/main' },
  { shows: only('refs/heads/other'), expected: undefined },
])('an unborn HEAD is told to those who see its branch', ({ shows, expected }) => {
  const listing = { refs: [], head: { symref: 'refs/heads/main' }, objectFormat: 'sha1' } as const
  expect(viewListing(listing, shows)).toMatchObject({ unbornHead: expected, refs: [] })
})

test('the peeled value of a hidden tag is no way in', () => {
  expect([...viewListing({ refs, head: undefined, objectFormat: 'sha1' }, only('refs/heads/main')).peeled]).toEqual([])
  expect([...viewListing({ refs, head: undefined, objectFormat: 'sha1' }, only('refs/tags/v1')).peeled]).toEqual([[B, C]])
})

test('what is shown is a part of what is there, and names no id of anything hidden', () => {
  const hex = fc.constantFrom(A, B, C)
  const ref = fc.record({ name: fc.constantFrom('refs/heads/a', 'refs/heads/b', 'refs/tags/c'), id: hex, peeled: hex })
  fc.assert(
    fc.property(fc.uniqueArray(ref, { selector: ({ name }) => name }), fc.func(fc.boolean()), hex, (listed, shows, id) => {
      const view = viewListing({ refs: listed, head: { id }, objectFormat: 'sha1' }, { shows })
      const shown = listed.filter(({ name }) => shows(name))
      expect(view.refs.filter(({ name }) => name !== 'HEAD')).toEqual(shown)
      expect(view.refs.every((found) => shown.some((ref) => ref.id === found.id))).toBe(true)
      expect([...view.tips].every((tip) => shown.some((ref) => ref.id === tip))).toBe(true)
    }),
  )
})

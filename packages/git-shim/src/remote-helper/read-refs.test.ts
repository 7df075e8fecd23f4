import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readRefs } from './read-refs.ts'
import { renderList, renderPushList } from './render-list.ts'

const ONE = '1'.repeat(40)
const TWO = '2'.repeat(40)
const answer = (refs: unknown, more: object = {}): Readonly<Record<string, unknown>> => ({ success: true, repository: 'forge/acme/widget', refs, ...more })

const usual = answer([
  { ref: 'HEAD', id: ONE, symref: 'refs/heads/main' },
  { ref: 'refs/heads/main', id: ONE },
  { ref: 'refs/heads/größe', id: ONE },
  { ref: 'refs/tags/v1', id: TWO, peeled: ONE },
])

describe('a listing', () => {
  it('becomes the lines that git reads', () => {
    const read = readRefs(usual)
    expect(read).toMatchObject({ repository: 'forge/acme/widget', hidden: 0 })
    expect(renderList(read?.refs ?? [])).toBe(`@refs/heads/main HEAD\n${ONE} refs/heads/main\n${ONE} refs/heads/größe\n${TWO} refs/tags/v1\n${ONE} refs/tags/v1^{}\n\n`)
    expect(renderPushList(read?.refs ?? [])).toBe(`${ONE} refs/heads/main\n${ONE} refs/heads/größe\n${TWO} refs/tags/v1\n\n`)
  })

  it.each([
    { name: 'a line end, which would be a ref of its own', refs: [{ ref: `refs/heads/a\n${TWO} refs/heads/main`, id: ONE }] },
    { name: 'a line end in an id', refs: [{ ref: 'refs/heads/a', id: `${ONE}\n` }] },
    { name: 'a line end in what a ref leads to', refs: [{ ref: 'HEAD', id: ONE, symref: `refs/heads/a HEAD\n${TWO} refs/heads/main` }] },
    { name: 'an escape sequence', refs: [{ ref: 'refs/heads/\u001b[2J', id: ONE }] },
    { name: 'a space, behind which git reads attributes', refs: [{ ref: 'refs/heads/a unchanged', id: ONE }] },
    { name: 'a value that is a word for git', refs: [{ ref: 'refs/heads/a', id: '?' }] },
    { name: 'zeros', refs: [{ ref: 'refs/heads/a', id: '0'.repeat(40) }] },
    { name: 'an id of another format', refs: [{ ref: 'refs/heads/a', id: '1'.repeat(64) }] },
    { name: 'a ref outside of refs/', refs: [{ ref: 'ORIG_HEAD', id: ONE }] },
    { name: 'a ref that climbs', refs: [{ ref: 'refs/heads/../../config', id: ONE }] },
    { name: 'a peeled ref as one of its own', refs: [{ ref: 'refs/tags/v1^{}', id: ONE }] },
    { name: 'a lock', refs: [{ ref: 'refs/heads/a.lock', id: ONE }] },
    { name: 'a name without end', refs: [{ ref: `refs/heads/${'a'.repeat(2000)}`, id: ONE }] },
    { name: 'a ref twice', refs: [{ ref: 'refs/heads/a', id: ONE }, { ref: 'refs/heads/a', id: TWO }] },
    { name: 'more refs than anybody has', refs: Array.from({ length: 500_001 }, () => null) },
    { name: 'nothing in place of a ref', refs: [null] },
    { name: 'no list', refs: { length: 1 } },
  ])('is not taken with $name', ({ refs }) => {
    expect(readRefs(answer(refs))).toBeUndefined()
  })

  it.each([{ success: false }, { repository: '../../x' }, { repository: 'forge/acme/widget?x=' }, { repository: 7 }])('is not taken with %j', (more) => {
    expect(readRefs(answer([], more))).toBeUndefined()
  })

  it.each(['refs/heads/\u009b2J', 'refs/heads/\u202emain', 'refs/heads/ma\u200bin', 'refs/heads/a\u2028b', 'refs/heads/\ud800'])('leaves %j out, and says so', (ref) => {
    expect(readRefs(answer([{ ref, id: ONE }, { ref: 'refs/heads/main', id: ONE }]))).toMatchObject({ hidden: 1, refs: [{ name: 'refs/heads/main' }] })
  })

  it('is read, or not, whatever it is; and what is read has one line for each ref', () => {
    const ref = fc.oneof(fc.anything(), fc.record({ ref: fc.oneof(fc.string({ unit: 'binary' }).map((text) => `refs/heads/${text}`), fc.anything()), id: fc.oneof(fc.constant(ONE), fc.anything()) }))
    fc.assert(
      fc.property(fc.array(ref), (refs) => {
        const read = readRefs(answer(refs))
        expect(renderPushList(read?.refs ?? []).split('\n').length - 2).toBe(read?.refs.length ?? 0)
      }),
    )
  })
})

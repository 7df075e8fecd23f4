import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readPushed } from './read-pushed.ts'

const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)] as const
const wanted = new Map([['refs/heads/a', ONE], ['refs/heads/b', TWO]])
const error = { code: 'RW_REF_PROTECTED', hint: 'push your own branch instead' }

describe('what became of a push', () => {
  it('is done when each ref has what it was to have', () => {
    const value = { success: true, refs: [{ ref: 'refs/heads/b', new_id: TWO }, { ref: 'refs/heads/a', new_id: ONE }], messages: ['hello \u001b[2Jworld', 7] }
    expect(readPushed(200, value, wanted)).toEqual({ results: new Map([['refs/heads/a', undefined], ['refs/heads/b', undefined]]), lines: ['hello \\x1b[2Jworld'] })
  })

  it.each([
    { name: 'a ref is missing', refs: [{ ref: 'refs/heads/a', new_id: ONE }] },
    { name: 'a ref has another value', refs: [{ ref: 'refs/heads/a', new_id: ONE }, { ref: 'refs/heads/b', new_id: ONE }] },
    { name: 'there are none', refs: undefined },
    { name: 'they are no list', refs: 'refs/heads/a' },
    { name: 'one has no name', refs: [{ new_id: ONE }] },
  ])('is not believed when $name', ({ refs }) => {
    expect(readPushed(200, { success: true, refs }, wanted)).toBeUndefined()
  })

  it('is told for each ref, with the reasons once', () => {
    const refs = [{ ref: 'refs/heads/a', status: 'refused', message: 'a is protected', ...error }, { ref: 'refs/heads/b', status: 'accepted' }]
    expect(readPushed(403, { success: false, message: 'a is protected', error, refs, request_id: 'r-1' }, wanted)).toEqual({
      results: new Map([['refs/heads/a', 'RW_REF_PROTECTED'], ['refs/heads/b', undefined]]),
      lines: ['refward: a is protected (RW_REF_PROTECTED)', 'refward: push your own branch instead', 'refward: request r-1'],
    })
  })

  it('is the same for every ref, when nothing is told of them', () => {
    expect(readPushed(503, { success: false, message: 'no', error }, wanted)?.results).toEqual(new Map([['refs/heads/a', 'RW_REF_PROTECTED'], ['refs/heads/b', 'RW_REF_PROTECTED']]))
  })

  it('has no word for git but a code', () => {
    const refs = [{ ref: 'refs/heads/a', status: 'refused', code: 'RW_X\nok refs/heads/a' }]
    expect(readPushed(403, { message: 'no', error, refs }, wanted)?.results.get('refs/heads/a')).toBe('RW_REF_PROTECTED')
  })

  it('shows a few of many reasons', () => {
    const many = new Map(Array.from({ length: 30 }, (_, index) => [`refs/heads/${index}`, ONE]))
    const refs = [...many.keys()].map((ref) => ({ ref, status: 'refused', message: `${ref} is protected`, code: error.code, hint: error.hint }))
    const { lines = [] } = readPushed(403, { message: 'no', error, refs }, many) ?? {}
    expect(lines).toHaveLength(41)
    expect(lines.at(-1)).toBe('refward: and 11 more')
  })

  it('is told or not, in printable ASCII, whatever the answer is', () => {
    const value = fc.record({ success: fc.anything(), message: fc.anything(), error: fc.oneof(fc.constant(error), fc.anything()), refs: fc.anything(), messages: fc.oneof(fc.array(fc.string({ unit: 'binary' })), fc.anything()) })
    fc.assert(
      fc.property(fc.constantFrom(200, 403), value, (status, body) => {
        const told = readPushed(status, body, wanted)
        for (const line of told?.lines ?? []) expect(line).toMatch(/^[ -~…]*$/)
        for (const reason of told?.results.values() ?? []) expect(reason ?? 'RW_A').toMatch(/^RW_[A-Z_]+$/)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { renderCanonical } from './canonical-json.ts'
import type { Canonical } from './canonical-json.ts'

const rows: readonly { readonly name: string; readonly value: Canonical; readonly text: string }[] = [
  { name: 'members are sorted by code unit', value: { b: 1, a: 2, B: 3 }, text: '{"B":3,"a":2,"b":1}' },
  { name: 'undefined members are left out', value: { a: undefined, b: null }, text: '{"b":null}' },
  { name: 'nested lists and objects', value: [[], {}, [true, false]], text: '[[],{},[true,false]]' },
  { name: 'negative zero is zero', value: -0, text: '0' },
  { name: 'a line end cannot begin a second line', value: 'a\n{"seq":1}', text: '"a\\n{\\"seq\\":1}"' },
  { name: 'a terminal sequence', value: '\u001b[2J', text: '"\\u001b[2J"' },
  { name: 'C1 controls and DEL', value: '\u009b31m\u007f', text: '"\\u009b31m\\u007f"' },
  { name: 'right-to-left override hides a part of a name', value: 'a\u202eb', text: '"a\\u202eb"' },
  { name: 'line separator', value: '\u2028', text: '"\\u2028"' },
  { name: 'a homograph of main', value: 'm\u0430in', text: '"m\\u0430in"' },
  { name: 'a lone surrogate', value: '\ud800', text: '"\\ud800"' },
]

describe('renderCanonical', () => {
  it.each(rows)('$name', ({ value, text }) => {
    expect(renderCanonical(value)).toBe(text)
  })

  it.each([0.5, Number.NaN, Infinity, 2 ** 53])('refuses %d, which has several spellings', (value) => {
    expect(() => renderCanonical(value)).toThrow(RangeError)
  })

  const json = fc.letrec<{ value: Canonical }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value

  it('is JSON of the same value, in printable ASCII', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = renderCanonical(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(text).toMatch(/^[\x20-\x7e]*$/)
        expect(renderCanonical(JSON.parse(text) as Canonical)).toBe(text)
      }),
    )
  })
})

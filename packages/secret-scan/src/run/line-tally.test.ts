import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addPlaces, placeBetween } from './line-tally.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\0'), maxLength: 60 })

test('a place is the lines before it and the bytes since the last', () => {
  expect(placeBetween(Buffer.from('ab\nc\n\ndef'), 0, 8)).toEqual({ lines: 3, column: 2 })
  expect(placeBetween(Buffer.from('ab\ncdef'), 4, 6)).toEqual({ lines: 0, column: 2 })
})

test('places add up, wherever a text is cut', () => {
  fc.assert(
    fc.property(text, text, (first, second) => {
      const [outer, inner] = [Buffer.from(first), Buffer.from(second)]
      const sum = addPlaces(placeBetween(outer, 0, outer.length), placeBetween(inner, 0, inner.length))
      const whole = Buffer.concat([outer, inner])
      expect(sum).toEqual(placeBetween(whole, 0, whole.length))
    }),
  )
})

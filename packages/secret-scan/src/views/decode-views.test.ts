import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodedText, type Encoding } from './decoded-text.ts'
import { decodeViews } from './decode-views.ts'

const HIDDEN = 'some text that is long enough to be seen'

interface Place {
  readonly encoding: Encoding
  readonly at: number
}

/** Where the decoded secret begins in the original, for each way in which it was found. */
function decodeAndFind(bytes: Uint8Array): readonly Place[] {
  const decoded = new DecodedText()
  decodeViews(Buffer.from(bytes), decoded)
  const places: Place[] = []
  for (let at = decoded.bytes.indexOf(HIDDEN); at !== -1; at = decoded.bytes.indexOf(HIDDEN, at + 1)) {
    const region = decoded.regionAt(at)
    if (region !== undefined) places.push({ encoding: region.encoding, at: region.locate(at - region.start) })
  }
  return places
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const percent = (text: string, every: number): string =>
  Array.from(text, (letter, index) => (index % every === 0 ? `%${letter.charCodeAt(0).toString(16)}` : letter)).join('')
const fold = (text: string, width: number): string => (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')

describe('decoded views', () => {
  const rows: { name: string; encoding: Encoding; encode: (text: string) => Buffer }[] = [
    { name: 'UTF-16LE', encoding: 'utf-16', encode: (text) => Buffer.from(text, 'utf16le') },
    { name: 'UTF-16BE', encoding: 'utf-16', encode: utf16be },
    {
      name: 'UTF-16LE with a byte order mark',
      encoding: 'utf-16',
      encode: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    },
    { name: 'UTF-16BE with a byte order mark', encoding: 'utf-16', encode: (text) => utf16be(`\ufeff${text}`) },
    { name: 'base64', encoding: 'base64', encode: (text) => Buffer.from(Buffer.from(text).toString('base64')) },
    { name: 'base64url', encoding: 'base64', encode: (text) => Buffer.from(Buffer.from(text).toString('base64url')) },
    {
      name: 'folded base64',
      encoding: 'base64',
      encode: (text) => Buffer.from(fold(Buffer.from(text).toString('base64'), 76)),
    },
    { name: 'hex', encoding: 'hex', encode: (text) => Buffer.from(Buffer.from(text).toString('hex')) },
    {
      name: 'upper-case hex',
      encoding: 'hex',
      encode: (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase()),
    },
    { name: 'folded hex', encoding: 'hex', encode: (text) => Buffer.from(fold(Buffer.from(text).toString('hex'), 60)) },
    { name: 'percent escapes', encoding: 'percent', encode: (text) => Buffer.from(percent(text, 1)) },
    { name: 'scattered percent escapes', encoding: 'percent', encode: (text) => Buffer.from(percent(text, 7)) },
  ]

  test.each(rows)('$name is decoded and located, whatever stands around the secret', ({ encoding, encode }) => {
    const around = fc.string({ unit: 'grapheme-ascii', maxLength: 120 })
    fc.assert(
      fc.property(around, around, (before, behind) => {
        const encoded = encode(`${before}${HIDDEN}${behind}`)
        expect(decodeAndFind(encoded).map((place) => place.encoding)).toContain(encoding)
      }),
      { numRuns: 60 },
    )
  })

  test.each(rows)('$name is decoded at any offset of other bytes', ({ encoding, encode }) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (before, behind) => {
        // A space on either side: bytes that happen to belong to the encoding would be part of the encoded text.
        const bytes = Buffer.concat([before, Buffer.from('  '), encode(HIDDEN), Buffer.from('  '), behind])
        expect(decodeAndFind(bytes).map((place) => place.encoding)).toContain(encoding)
      }),
      { numRuns: 60 },
    )
  })

  test.each(rows.filter((row) => row.encoding === 'base64' || row.encoding === 'hex'))(
    '$name is decoded behind letters of its own alphabet',
    ({ encoding, encode }) => {
      for (const before of ['', 'a', 'aB', 'aB1', 'aB1c']) {
        const bytes = Buffer.concat([Buffer.from(before), encode(HIDDEN)])
        expect(decodeAndFind(bytes)).toContainEqual({ encoding, at: before.length })
      }
    },
  )

  test('keeps apart what does not follow in the original', () => {
    const halves = [HIDDEN.slice(0, 20), HIDDEN.slice(20)].map((half) => Buffer.from(half).toString('hex'))
    expect(decodeAndFind(Buffer.from(halves.join(' ')))).toEqual([])
  })

  test('locates the first byte of each encoding', () => {
    const at = (bytes: Buffer): number | undefined => decodeAndFind(bytes)[0]?.at
    expect(at(Buffer.concat([Buffer.from('12345 '), Buffer.from(HIDDEN, 'utf16le')]))).toBe(6)
    expect(at(Buffer.from(`12345 ${Buffer.from(HIDDEN).toString('hex')}`))).toBe(6)
    expect(at(Buffer.from(`12345 ${Buffer.from(HIDDEN).toString('base64')}`))).toBe(6)
    expect(at(Buffer.from(`12345 ${percent(HIDDEN, 3)}`))).toBe(6)
  })

  test('any bytes are decoded without an error, and into no more than six times their number', () => {
    const decoded = new DecodedText()
    const biased = fc.array(fc.constantFrom(...Buffer.from('%41AbZ09+/-_= \n\0'), 0xff), { maxLength: 3000 })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), biased), (bytes) => {
        decodeViews(Buffer.from(bytes), decoded)
        expect(decoded.bytes.length).toBeLessThanOrEqual(6 * bytes.length + 16)
        for (const region of decoded.regions) {
          const places = Array.from({ length: region.end - region.start }, (_, offset) => region.locate(offset))
          expect(places).toEqual(places.toSorted((a, b) => a - b))
          expect(places.every((place) => place >= 0 && place < bytes.length)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LiveMaskStream } from './live-mask-stream.ts'
import { LiveSecrets, MASK } from './live-secrets.ts'

// Not a credential of anyone: letters, what base64 and URLs treat specially, and a quote.
const TOKEN = 'rw/Upstream+T0ken"~=?&1234567'
const live = new LiveSecrets([Buffer.from(TOKEN), Buffer.from('another-credential-entirely')])

const component = (text: string): string => encodeURIComponent(text)
const ENCODINGS: readonly { name: string; encode: (text: string) => string }[] = [
  { name: 'raw', encode: (text) => text },
  { name: 'hex', encode: (text) => Buffer.from(text).toString('hex') },
  { name: 'upper-case hex', encode: (text) => Buffer.from(text).toString('hex').toUpperCase() },
  { name: 'a URL component', encode: component },
  {
    name: 'a lower-case URL component',
    encode: (text) => component(text).replace(/%../g, (escape) => escape.toLowerCase()),
  },
  { name: 'percent escapes throughout', encode: (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&') },
  { name: 'JSON', encode: (text) => JSON.stringify(text).slice(1, -1) },
  { name: 'JSON with escaped slashes', encode: (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/') },
  { name: 'UTF-16LE', encode: (text) => Buffer.from(text, 'utf16le').toString('latin1') },
  { name: 'UTF-16BE', encode: (text) => Buffer.from(text, 'utf16le').swap16().toString('latin1') },
]
const BASE64: readonly { name: BufferEncoding }[] = [{ name: 'base64' }, { name: 'base64url' }]

const noise = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes))

describe('live secrets', () => {
  test.each(ENCODINGS)('are found in $name at every offset', ({ encode }) => {
    fc.assert(
      fc.property(noise, noise, (before, behind) => {
        const encoded = Buffer.from(encode(TOKEN), 'latin1')
        const hits = live.find(Buffer.concat([before, encoded, behind]))
        // UTF-16 is found without its outer NUL, so that both byte orders are one form.
        expect(
          hits.some((hit) => hit.start - before.length <= 1 && hit.end >= before.length + encoded.length - 1),
        ).toBe(true)
      }),
    )
  })

  test.each(BASE64)('are found in $name at every alignment', ({ name }) => {
    fc.assert(
      fc.property(noise, noise, (before, behind) => {
        const encoded = Buffer.concat([before, Buffer.from(TOKEN), behind]).toString(name)
        expect(live.find(Buffer.from(encoded))).toHaveLength(1)
      }),
    )
  })

  test('are found as the password of a Basic header', () => {
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`
    expect(live.mask(header)).toMatch(/^Authorization: Basic [A-Za-z0-9+/]{0,24}\[masked\][A-Za-z0-9+/=]{0,4}$/)
  })

  test('are not found where they are not', () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        expect(live.find(Buffer.concat([bytes, Buffer.from(TOKEN.slice(0, -1))]))).toEqual([])
      }),
    )
  })

  test('are masked in a text, which keeps the rest', () => {
    expect(live.mask(`push to https://x:${TOKEN}@h/ f\u00fcr ${TOKEN}${TOKEN}!`)).toBe(
      `push to https://x:${MASK}@h/ f\u00fcr ${MASK}${MASK}!`,
    )
    expect(live.mask('nothing here')).toBe('nothing here')
  })

  test('do not show in anything that prints the object', () => {
    const printed = [
      inspect(live, { showHidden: true, depth: 9 }),
      JSON.stringify(live),
      JSON.stringify(structuredClone(live)),
    ]
    for (const text of printed) expect(text).not.toMatch(/Upstream|entirely/)
    for (const hit of live.find(Buffer.from(TOKEN))) expect(JSON.stringify(hit)).not.toContain('Upstream')
  })

  test('are refused when they could not be told from ordinary text, without being named', () => {
    expect(() => new LiveSecrets([Buffer.from('hunter2')])).toThrow(/^a live credential has fewer than 8 bytes/)
  })
})

describe('a masked stream', () => {
  const forms = [...ENCODINGS.map(({ encode }) => encode(TOKEN)), Buffer.from(`:${TOKEN}`).toString('base64')]
  const texts = fc.array(fc.oneof(fc.constantFrom(...forms), fc.string({ unit: 'binary-ascii', maxLength: 30 })), {
    maxLength: 6,
  })

  test('is the masked whole, wherever its chunks end', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(400), { maxLength: 20 }), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''), 'latin1')
        const stream = new LiveMaskStream(live)
        const ends = [...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length]
        const chunks = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end))
        const masked = Buffer.concat([...chunks.map((chunk) => stream.push(chunk)), stream.end()])
        expect(masked.toString('latin1')).toBe(maskWhole(whole))
        expect(live.find(masked)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('passes on at once what cannot begin a credential', () => {
    const stream = new LiveMaskStream(live)
    expect(stream.push(Buffer.from('Resolving deltas:  50%\r')).toString()).toBe('Resolving deltas:  50%\r')
    expect(stream.push(Buffer.from(`token ${TOKEN.slice(0, 5)}`)).toString()).toBe('token ')
    expect(stream.push(Buffer.from(TOKEN.slice(5))).toString()).toBe(MASK)
  })

  function maskWhole(bytes: Buffer): string {
    const stream = new LiveMaskStream(live)
    return Buffer.concat([stream.push(bytes), stream.end()]).toString('latin1')
  }
})

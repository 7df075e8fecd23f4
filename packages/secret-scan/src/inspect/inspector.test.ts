import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LiveSecrets } from '../live/live-secrets.ts'
import { createFullInspector, findIn } from '../testing/find-in.ts'
import { RULE_SAMPLES, sampleOf } from '../testing/rule-samples.ts'
import { GATEWAY_CREDENTIAL_RULE, MAX_MATCHES } from './inspector.ts'

const inspector = createFullInspector()
const rules = Object.keys(RULE_SAMPLES)
const anyRule = fc.constantFrom(...rules)

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1')
const percent = (text: string): string => hex(text).replace(/../g, '%$&')
const ENCODINGS = [
  { name: 'nothing', encode: (text: string) => text },
  { name: 'UTF-16', encode: utf16 },
  { name: 'base64', encode: base64 },
  { name: 'hex', encode: hex },
  { name: 'percent escapes', encode: percent },
  { name: 'base64 of UTF-16', encode: (text: string) => base64(utf16(text)) },
  { name: 'base64 of base64', encode: (text: string) => base64(base64(text)) },
  { name: 'UTF-16 of base64', encode: (text: string) => utf16(base64(text)) },
  {
    name: 'percent escapes of base64',
    encode: (text: string) => base64(text).replace(/[^A-Za-z0-9]/g, (letter) => percent(letter)),
  },
]

describe('an inspector', () => {
  test.each(ENCODINGS)('finds a sample of any rule in $name, among any bytes', ({ encode }) => {
    fc.assert(
      fc.property(
        anyRule,
        fc.nat(),
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        (rule, seed, before, behind) => {
          const { text, secret } = sampleOf(rule, seed)
          const noise = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
          const matches = findIn(inspector, `${noise(before)}\n${encode(`${text}\n`)}\n${noise(behind)}`)
          // Another rule may know the same secret too; whichever names it has seen its beginning.
          const isFound = matches.some(
            (match) => match.secret.includes(secret.slice(0, 16)) || secret.includes(match.secret),
          )
          expect(isFound, `${rule}: ${matches.map((match) => match.rule).join()}`).toBe(true)
        },
      ),
      { numRuns: 80 },
    )
  })

  test('names the place, the rule and the wrapping of a secret', () => {
    const { secret } = sampleOf('github-token', 1)
    const text = `aaaa ${base64(`token ${secret} end`)}`
    expect(findIn(inspector, text)).toMatchObject([{ rule: 'github-token', start: 13, secret, encodings: ['base64'] }])
  })

  test('tells a secret once that several rules and views know', () => {
    const { secret } = sampleOf('github-token', 1)
    const rulesOf = (text: string): readonly string[] => findIn(inspector, text).map((match) => match.rule)
    expect(rulesOf(`Authorization: token ${secret}`)).toEqual(['github-token'])
    expect(rulesOf(`https://x:${secret}@forge.dev/ a%20b`)).toEqual(['github-token'])
    expect(rulesOf(`${secret}\n${secret}`)).toEqual(['github-token', 'github-token'])
  })

  test('finds the credentials of the gateway before anything else', () => {
    const { secret } = sampleOf('github-token', 1)
    const live = new LiveSecrets([Buffer.from(secret)])
    const found = inspector.inspect(Buffer.from(`a ${secret} ${base64(base64(`:${secret}`))}`), live).matches
    expect(found.map(({ rule, encodings }) => [rule, encodings])).toEqual([
      [GATEWAY_CREDENTIAL_RULE, []],
      [GATEWAY_CREDENTIAL_RULE, ['base64']],
    ])
  })

  test('says that it stopped at a flood', () => {
    const flood = Array.from({ length: MAX_MATCHES + 1 }, (_, seed) => sampleOf('aws-access-key-id', seed).text).join(
      '\n',
    )
    expect(inspector.inspect(Buffer.from(flood), new LiveSecrets([])).isCut).toBe(true)
  })

  test('takes any bytes', () => {
    const literals = fc.constantFrom(
      'ghp_',
      '-----BEGIN ',
      'PRIVATE KEY-----',
      'eyJ',
      '://',
      ':',
      '@',
      'token',
      '=',
      'SG.',
      '%',
      '\0',
      'A',
      'ghs_1_',
      'xoxb-',
    )
    const soup = fc
      .array(fc.oneof(literals, fc.string({ maxLength: 8 })), { maxLength: 400 })
      .map((parts) => Buffer.from(parts.join('')))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 4000 }), soup), (bytes) => {
        for (const { start, end } of findIn(inspector, bytes)) {
          expect(start).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('keeps quiet about what is no secret', () => {
    const rows = [
      'const token = process.env.TOKEN',
      'sha512-' + base64('x'.repeat(64)),
      `commit ${'0123456789'.repeat(4)}`,
      'http://user:password@host.dev/',
    ]
    for (const row of rows) expect(findIn(inspector, row)).toEqual([])
    expect(findIn(inspector, gzipSync(Buffer.alloc(50_000, 'abcdefg')))).toEqual([])
  })
})

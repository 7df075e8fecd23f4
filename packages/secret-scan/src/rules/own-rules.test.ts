import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DetectorSet } from '../inspect/detector-set.ts'
import { RandomText } from '../testing/random-text.ts'
import { RULE_SAMPLES, sampleOf } from '../testing/rule-samples.ts'
import { OWN_RULES } from './own-rules.ts'
import { MAX_MATCH_BYTES, createRuleDetector } from './rule.ts'

const random = new RandomText(7)

function detect(id: string, text: string): readonly string[] {
  const rules = OWN_RULES.filter((rule) => rule.id === id)
  const detections = new DetectorSet(rules.map(createRuleDetector)).detect(Buffer.from(text, 'latin1'))
  return Array.from(detections, ({ start, end }) => text.slice(start, end))
}

describe('our own rules', () => {
  test('have ids of their own and a sample each', () => {
    const ids = OWN_RULES.map((rule) => rule.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(RULE_SAMPLES).toSorted()).toEqual(ids.toSorted())
  })

  test.each(OWN_RULES.map((rule) => rule.id))('%s finds its samples wherever they stand', (id) => {
    const surroundings = fc.string({
      unit: fc.constantFrom(' ', '\n', '\t', '=', '"', ';', '\0', '\u00e9', '(', '|'),
      maxLength: 40,
    })
    fc.assert(
      fc.property(fc.nat(), surroundings, surroundings, (seed, before, behind) => {
        const { text, secret } = sampleOf(id, seed)
        // A key has no form at its end: what stands behind it is compared for its beginning only.
        expect(detect(id, `${before}${text}\n${behind}`)[0]?.slice(0, secret.length)).toBe(secret)
      }),
      { numRuns: 50 },
    )
  })

  test.each(OWN_RULES.map((rule) => rule.id))('%s says nothing of a repeated letter in place of the secret', (id) => {
    const { text, secret } = sampleOf(id, 1)
    const tail = secret.slice(Math.min(16, secret.length >> 1))
    expect(detect(id, text.replace(tail, 'x'.repeat(tail.length)))).toEqual([])
  })

  test.each(OWN_RULES)('$id has a pattern that is sticky and bounded', ({ pattern }) => {
    expect(pattern.sticky).toBe(true)
    expect(pattern.global).toBe(false)
    // INVARIANT: nothing unbounded, so that no text makes one attempt cost more than the bounds say.
    expect(pattern.source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')).not.toMatch(/[*+]|\{[0-9]+,\}/)
    const bounds = Array.from(pattern.source.matchAll(/\{[0-9]+(?:,([0-9]+))?\}/g), (match) => Number(match[1] ?? 0))
    expect(bounds.reduce((sum, bound) => sum + bound, 0)).toBeLessThan(MAX_MATCH_BYTES)
  })
})

describe('near misses', () => {
  const jwtOf = (header: object, payload: object): string =>
    [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') +
    `.${random.base64url(43)}`
  const rows = [
    { name: 'one character short', rule: 'github-token', text: `ghp_${random.alphanumeric(35)}` },
    {
      name: 'a placeholder of words',
      rule: 'npm-token',
      text: `npm_${'YOURACCESSTOKENGOESHERE'.padEnd(36, 'ABCDEF')}`,
    },
    {
      name: 'an access key of the manuals',
      rule: 'aws-access-key-id',
      text: ['AKIA', 'IOSFODNN7', 'EXAMPLE'].join(''),
    },
    {
      name: 'letters in base64 by chance',
      rule: 'google-api-key',
      text: `${random.base64url(60)}AIza${random.base64url(35)}`,
    },
    {
      name: 'a git object id that nothing calls a token',
      rule: 'token-assignment',
      text: `commit = ${random.hex(40)}`,
    },
    { name: 'a longer hex digest', rule: 'token-assignment', text: `token_digest = ${random.hex(64)}` },
    {
      name: 'a reference to a variable',
      rule: 'npmrc-credential',
      text: '//registry.internal/:_authToken=${NPM_TOKEN}',
    },
    {
      name: 'a header with a placeholder',
      rule: 'authorization-header',
      text: 'Authorization: Bearer YOUR_ACCESS_TOKEN_HERE',
    },
    {
      name: 'the user of RFC 7617',
      rule: 'basic-authorization-header',
      text: `Authorization: Basic ${Buffer.from('Aladdin:open sesame').toString('base64')}`,
    },
    { name: 'a template in a URL', rule: 'url-password', text: 'https://user:${PASSWORD1234}@host.internal' },
    {
      name: 'the local database of a manual',
      rule: 'url-password',
      text: `postgres://app:${random.alphanumeric(12)}@localhost/app`,
    },
    {
      name: 'a public key',
      rule: 'private-key',
      text: `-----BEGIN PUBLIC KEY-----\n${random.base64url(300)}\n-----END PUBLIC KEY-----`,
    },
    {
      name: 'a key that was left out',
      rule: 'private-key',
      text: `-----BEGIN PRIVATE KEY-----\n${'...\n'.repeat(40)}-----END PRIVATE KEY-----`,
    },
    { name: 'an unsigned token', rule: 'json-web-token', text: jwtOf({ alg: 'none', typ: 'JWT' }, { sub: 'someone' }) },
    { name: 'the token of every manual', rule: 'json-web-token', text: jwtOf({ alg: 'HS256' }, { sub: '1234567890' }) },
    {
      name: 'base64 of JSON in three parts',
      rule: 'json-web-token',
      text: jwtOf({ version: 3, file: 'a' }, { sources: [1, 2] }),
    },
  ]
  test.each(rows)('$name is no $rule', ({ rule, text }) => {
    expect(detect(rule, text)).toEqual([])
  })
})

test('a secret that several literals of a rule announce is told once', () => {
  const { secret } = sampleOf('token-assignment', 4)
  expect(detect('token-assignment', `password_api_key_token = ${secret}`)).toEqual([secret])
})

describe('what stands in the way of a look', () => {
  const rows = [
    {
      name: 'an escaped line end of JSON',
      text: (token: string) => `{"env": "A=1\\n${token}\\n"}`,
      rule: 'github-token',
    },
    {
      name: 'an escaped line end of JSON',
      text: (token: string) => `{"env": "A=1\\r\\n${token}"}`,
      rule: 'json-web-token',
    },
    { name: 'a letter', text: (token: string) => `x${token}`, rule: 'github-token' },
    {
      name: 'a byte of UTF-8 that is a letter in Latin-1',
      text: (token: string) => `\u00d0\u00aa${token}`,
      rule: 'gitlab-token',
    },
  ]
  test.each(rows)('$name before a $rule does not hide it', ({ text, rule }) => {
    const { secret } = sampleOf(rule, 3)
    expect(detect(rule, text(secret))).toEqual([secret])
  })

  test.each([
    { name: 'JSON', wrap: (line: string) => `${line}\\n` },
    { name: 'concatenation', wrap: (line: string) => `"${line}" +\n    ` },
    { name: 'indentation', wrap: (line: string) => `      ${line}\r\n` },
  ])('a private key in $name is found', ({ wrap }) => {
    const pem = sampleOf('private-key', 5).text.trimEnd().split('\n').map(wrap).join('')
    expect(detect('private-key', pem)).toHaveLength(1)
  })
})

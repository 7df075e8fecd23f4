import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMarker } from './finding-marks.ts'
import { GATEWAY_CREDENTIAL_RULE } from './inspect/inspector.ts'

const mark = createMarker(Buffer.alloc(32, 1))

describe('the marks of a finding', () => {
  test('show the beginning and the length', () => {
    expect(mark({ rule: 'r', secret: 'abcdefgh'.repeat(5) }).excerpt).toBe('abcd… (40 bytes)')
    expect(mark({ rule: 'r', secret: 'password1' }).excerpt).toBe('p… (9 bytes)')
    expect(mark({ rule: 'r', secret: '\n\u0000ab'.repeat(10) }).excerpt).toBe('… (40 bytes)')
    expect(mark({ rule: GATEWAY_CREDENTIAL_RULE, secret: 'abcdefgh'.repeat(5) }).excerpt).toBe('… (40 bytes)')
  })

  test('hold at most an eighth of a secret, and at most four characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 }), (secret) => {
        const shown = mark({ rule: 'r', secret }).excerpt.split('…')[0] ?? ''
        expect(shown.length).toBeLessThanOrEqual(Math.min(4, secret.length / 8))
        expect(secret.startsWith(shown)).toBe(true)
      }),
    )
  })

  test('are of the secret and of the key, not of the rule', () => {
    const fingerprint = mark({ rule: 'r', secret: 'a secret' }).fingerprint
    expect(fingerprint).toMatch(/^rwf1_[0-9a-f]{32}$/)
    expect(mark({ rule: 'another', secret: 'a secret' }).fingerprint).toBe(fingerprint)
    expect(mark({ rule: 'r', secret: 'b secret' }).fingerprint).not.toBe(fingerprint)
    expect(createMarker(Buffer.alloc(32, 2))({ rule: 'r', secret: 'a secret' }).fingerprint).not.toBe(fingerprint)
  })

  test('ask for a key that is one, and keep their own copy', () => {
    expect(() => createMarker(Buffer.alloc(8))).toThrow('fewer than 16 bytes')
    const key = Buffer.alloc(32, 1)
    const own = createMarker(key)
    key.fill(0)
    expect(own({ rule: 'r', secret: 'a secret' })).toEqual(mark({ rule: 'r', secret: 'a secret' }))
  })
})

import { randomBytes } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { mintToken, parseTokenId, sameHash, sessionTokenPattern } from './token.ts'

const id = 'abcdefghijklmnop'
const secret = 'a2'.repeat(26)

const malformed: readonly { readonly name: string; readonly token: string }[] = [
  { name: 'nothing', token: '' },
  { name: 'only the prefix', token: 'rfw_' },
  { name: "another product's prefix", token: `ghp_${id}_${secret}` },
  { name: 'a secret that is too short', token: `rfw_${id}_${secret.slice(1)}` },
  { name: 'trailing data', token: `rfw_${id}_${secret}a` },
  { name: 'a trailing line end, which an unanchored $ would allow', token: `rfw_${id}_${secret}\n` },
  { name: 'leading space', token: ` rfw_${id}_${secret}` },
  { name: 'upper case: two spellings of one token', token: `rfw_${id.toUpperCase()}_${secret}` },
  { name: 'an SQL quote in the id', token: `rfw_' OR 1=1 --____${secret}` },
  { name: 'NUL in the id', token: `rfw_abcdefghijklmno\0_${secret}` },
  { name: 'a path in the id', token: `rfw_../../../etc/pas_${secret}` },
  { name: 'a megabyte', token: `rfw_${'a'.repeat(1_000_000)}` },
]

describe('session tokens', () => {
  it('are found whole by the published pattern', () => {
    const { token, id } = mintToken(randomBytes)
    expect(new RegExp(`^${sessionTokenPattern}$`).test(token)).toBe(true)
    expect(parseTokenId(token)).toBe(id)
  })

  it('hold all the chance that was asked for', () => {
    const asked: number[] = []
    const zeros = mintToken((size) => (asked.push(size), new Uint8Array(size)))
    const ones = mintToken((size) => new Uint8Array(size).fill(0xff))
    expect(asked).toEqual([10, 32])
    expect(zeros.token).toBe(`rfw_${'a'.repeat(16)}_${'a'.repeat(52)}`)
    expect(ones.token).toBe(`rfw_${'7'.repeat(16)}_${'7'.repeat(51)}q`)
  })

  it('differ whenever one bit of chance differs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(255), (bytes, bit) => {
        const flipped = bytes.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const mint = (secret: Uint8Array): string => mintToken((size) => (size === 32 ? secret : new Uint8Array(size))).token
        expect(mint(bytes)).not.toBe(mint(flipped))
      }),
    )
  })

  it.each(malformed)('refuses $name', ({ token }) => {
    expect(parseTokenId(token)).toBeUndefined()
  })

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseTokenId(text)))
  })

  it('are compared whole', () => {
    const [one, other] = [mintToken(randomBytes), mintToken(randomBytes)]
    expect(sameHash(one.hash, one.hash.slice())).toBe(true)
    expect(sameHash(one.hash, other.hash)).toBe(false)
    expect(sameHash(one.hash, one.hash.slice(1))).toBe(false)
  })
})

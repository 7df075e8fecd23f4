import { describe, expect, it } from 'vitest'
import { readSessionToken } from './session-token.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

describe('readSessionToken', () => {
  it.each([
    { name: 'the password of Basic', header: basic('agent:rfw_a_b'), token: 'rfw_a_b' },
    { name: 'a password with a colon', header: basic('agent:rfw:x'), token: 'rfw:x' },
    { name: 'a Bearer token', header: 'Bearer rfw_a_b', token: 'rfw_a_b' },
    { name: 'no header', header: undefined, token: undefined },
    { name: 'Basic without a colon', header: basic('rfw_a_b'), token: undefined },
    { name: 'Basic that is not base64', header: 'Basic !!!', token: undefined },
    { name: 'another scheme', header: 'Digest username="a"', token: undefined },
    { name: 'two credentials in one header', header: 'Bearer a, Bearer b', token: undefined },
    { name: 'a header beyond the bound', header: `Bearer ${'a'.repeat(2000)}`, token: undefined },
  ])('$name', ({ header, token }) => {
    expect(readSessionToken(header)).toBe(token)
  })
})

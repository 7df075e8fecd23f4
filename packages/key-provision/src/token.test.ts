import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TOKEN_BYTES, parseToken } from './token.ts'

describe('parseToken', () => {
  it.each([
    { name: 'plain', given: 'ghp_0123456789', token: 'ghp_0123456789' },
    { name: 'with the line feed of a file', given: 'ghp_0123456789\n', token: 'ghp_0123456789' },
    { name: 'with the line end of a Windows editor', given: '\r\n ghp_0123456789\t\r\n', token: 'ghp_0123456789' },
    { name: 'with a colon, which only a user name may not have', given: 'pass:word:0', token: 'pass:word:0' },
    { name: 'as long as allowed', given: 'x'.repeat(MAX_TOKEN_BYTES), token: 'x'.repeat(MAX_TOKEN_BYTES) },
  ])('takes a token $name', ({ given, token }) => {
    expect(parseToken(Buffer.from(given))).toEqual({ kind: 'ok', token })
  })

  it.each([
    { attack: 'nothing, which would read as anonymous', given: '', detail: 'is empty' },
    { attack: 'white space alone', given: ' \r\n\t ', detail: 'is empty' },
    { attack: 'a second header behind a line end', given: 'ghp_0123456789\r\nX-Admin: 1', detail: 'holds more than one line; it must hold the token alone' },
    { attack: 'a whole file', given: 'TOKEN=a\nOTHER=b\n', detail: 'holds more than one line; it must hold the token alone' },
    { attack: 'a NUL that cuts the text elsewhere', given: 'ghp_01234\x0056789', detail: expect.stringContaining('printable ASCII') as string },
    { attack: 'a terminal sequence', given: 'ghp_\x1b[31m0123456', detail: expect.stringContaining('printable ASCII') as string },
    { attack: 'a space inside', given: 'Bearer ghp_0123456', detail: expect.stringContaining('printable ASCII') as string },
    { attack: 'text that is not ASCII', given: 'pässwört-0123', detail: expect.stringContaining('printable ASCII') as string },
    { attack: 'more than any token', given: 'x'.repeat(MAX_TOKEN_BYTES + 1), detail: 'holds more than 4096 bytes, which no token has' },
    { attack: 'so short that honest text would be full of it', given: 'abc', detail: 'holds fewer than 8 characters' },
  ])('refuses $attack', ({ given, detail }) => {
    expect(parseToken(Buffer.from(given))).toEqual({ kind: 'error', detail })
  })

  it('never throws, never shows what it refused, and gives only what can stand in a header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), (bytes) => {
        const parsed = parseToken(bytes)
        const text = Buffer.from(bytes).toString('latin1').trim()
        return parsed.kind === 'ok' ? /^[\x21-\x7e]{8,}$/.test(parsed.token) : text.length < 12 || !parsed.detail.includes(text)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { errorTable } from './error-table.ts'
import type { ErrorEntry, ErrorValues } from './error-table.ts'
import { escapeUntrusted, quoteUntrusted } from './quote-untrusted.ts'
import { createProblem, createRefusal, renderRefusal } from './refusal.ts'
import { RefwardError } from './refward-error.ts'
import { renderBytes } from './render-template.ts'
import { argumentErrors } from './table/argument-errors.ts'
import { contentErrors } from './table/content-errors.ts'
import { forgeErrors } from './table/forge-errors.ts'
import { gatewayErrors } from './table/gateway-errors.ts'
import { limitErrors } from './table/limit-errors.ts'
import { operatorErrors } from './table/operator-errors.ts'
import { refErrors } from './table/ref-errors.ts'
import { repositoryErrors } from './table/repository-errors.ts'
import { requestErrors } from './table/request-errors.ts'
import { sessionErrors } from './table/session-errors.ts'
import { shimErrors } from './table/shim-errors.ts'
import { upstreamErrors } from './table/upstream-errors.ts'
import { worktreeErrors } from './table/worktree-errors.ts'

const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(errorTable)
/** Design section 12, and those that HTTP has a better word for. */
const STATUSES = [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 501, 502, 503, 504]

describe.each(entries)('%s', (code, { status, title, message, hint, doc }) => {
  test('follows the house rules', () => {
    expect(code).toMatch(/^RW(?:_[A-Z]+)+$/)
    expect(STATUSES).toContain(status)
    for (const text of [title, message]) expect(text).toMatch(/^[^A-Z]|^SHA-256/)
    for (const text of [title, message, hint]) {
      expect(text).not.toMatch(/[.!]$/)
      expect(text).toMatch(/^[\x20-\x7e]+$/)
    }
    expect(doc).toMatch(/\.$/)
    expect(`${message} ${hint}`.replaceAll(/\{[a-z]+(?::(?:text|bytes|command))?\}/g, '')).not.toMatch(/[{}]/)
  })
})

test('no code stands in two parts of the table', () => {
  const parts = [requestErrors, argumentErrors, sessionErrors, repositoryErrors, refErrors, contentErrors, limitErrors, upstreamErrors, forgeErrors, worktreeErrors, gatewayErrors, operatorErrors, shimErrors]
  expect(parts.flatMap((part) => Object.keys(part))).toHaveLength(entries.length)
})

describe('words', () => {
  test('values stand in their places, quoted where they need it', () => {
    const refusal = createRefusal('RW_REF_NOT_OWNED', { rule: 'branches.own', ref: 'refs/heads/a b' }, { ref: 'refs/heads/a b', agent: 'fixer', remedy: 'x' })
    expect(refusal).toEqual({ code: 'RW_REF_NOT_OWNED', rule: 'branches.own', ref: 'refs/heads/a b', message: '"refs/heads/a b" is not owned by agent fixer', hint: 'x' })
    expect(renderRefusal(refusal)).toEqual(['refward: "refs/heads/a b" is not owned by agent fixer (RW_REF_NOT_OWNED)', 'refward: x'])
  })

  test('the types know which values a code needs', () => {
    expectTypeOf<ErrorValues<'RW_LIMIT_OBJECT_BYTES'>>().toEqualTypeOf<{ readonly id: string | number; readonly size: string | number; readonly limit: string | number }>()
    expectTypeOf<keyof ErrorValues<'RW_REF_MISSING'>>().toEqualTypeOf<'ref'>()
  })

  test('a value cannot put another value in its place', () => {
    expect(createProblem('RW_REF_NOT_OWNED', '', { ref: '{agent}', agent: '{ref}', remedy: '{agent}' })).toMatchObject({
      message: '"{agent}" is not owned by agent "{ref}"',
      hint: '{agent}',
    })
    expect(createProblem('RW_REF_MISSING', '', { ref: '$&$1' }).message).toBe('"$&$1" does not exist on the forge')
  })

  test('sizes have units', () => {
    expect(createProblem('RW_LIMIT_PACK_BYTES', '', { limit: 2 ** 30 }).message).toBe('the pack is larger than 1 GiB')
    expect([0, 1023, 1536, 2 ** 20, 2 ** 50].map(renderBytes)).toEqual(['0 bytes', '1023 bytes', '1.5 KiB', '1 MiB', '1024 TiB'])
  })

  test('a fault has code, status, hint and cause', () => {
    const cause = new Error('secret detail')
    const fault = new RefwardError('RW_DISK_FULL', {}, { cause })
    expect(fault).toMatchObject({ name: 'RefwardError', code: 'RW_DISK_FULL', status: 503, message: 'the disk of the gateway is full', cause })
    expect(fault.hint).not.toContain('secret')
  })
})

describe('hostile text', () => {
  test.each([
    { name: 'a plain word stays', text: 'refs/heads/main', quoted: 'refs/heads/main' },
    { name: 'nothing is something', text: '', quoted: '""' },
    { name: 'a space', text: 'a b', quoted: '"a b"' },
    { name: 'quotes and backslashes', text: 'a"\\', quoted: '"a\\"\\\\"' },
    { name: 'a terminal sequence', text: '\x1b[2J', quoted: '"\\x1b[2J"' },
    { name: 'a C1 control character', text: '\x9b2J', quoted: '"\\x9b2J"' },
    { name: 'a line of its own', text: 'a\r\nremote: ok', quoted: '"a\\r\\nremote: ok"' },
    { name: 'text that runs backwards', text: '\u202emain', quoted: '"\\u{202e}main"' },
    { name: 'half of a pair', text: '\ud800', quoted: '"\\u{d800}"' },
  ])('$name', ({ text, quoted }) => {
    expect(quoteUntrusted(text)).toBe(quoted)
  })

  test('it is cut, and never in the middle of a character', () => {
    expect(quoteUntrusted('abcdef', 3)).toBe('"abc…"')
    expect(quoteUntrusted('ab😀', 3)).toBe('"ab…"')
    expect(escapeUntrusted('x'.repeat(5000))).toHaveLength(1001)
  })

  test('what comes out is one line of printable characters, and different texts stay different', () => {
    const text = fc.string({ unit: 'binary', maxLength: 50 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(quoteUntrusted(a)).toMatch(/^[\x20-\x7e]+$/)
        expect(escapeUntrusted(a)).toMatch(/^[\x20-\x7e]*$/)
        expect(quoteUntrusted(a) === quoteUntrusted(b)).toBe(a === b)
      }),
    )
  })
})

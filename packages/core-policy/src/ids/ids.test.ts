import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../testing/unwrap.ts'
import { parseAgentName, parseForgeName, parseRequestId, parseSessionId } from './names.ts'
import { parseObjectId, parseObjectIdOrZero, ZERO_ID } from './object-id.ts'
import { parseRefName } from './ref-name.ts'
import { parseRepoId, splitRepoId } from './repo-id.ts'

const parsers = { parseAgentName, parseForgeName, parseObjectId, parseObjectIdOrZero, parseRefName, parseRepoId, parseRequestId, parseSessionId }

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  test('never throws, and takes nothing that is not printable ASCII', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('refs/', 'a', '/', '.', '-', '\n', '\0', 'é', '{') })), (text) => {
        const parsed = parse(text)
        return parsed.kind === 'error' ? parsed.problems.length > 0 : /^[\x21-\x7e]+$/.test(text)
      }),
    )
  })

  test.each(['__proto__', 'constructor', '', ' ', 'a\n', '\na', 'a\0', '../a', '-a', 'ａ'])('refuses %j', (text) => {
    const parsed = parse(text)
    // A session or request id may be spelt like a property of every object; it is only ever a key of a Map.
    if (text === 'constructor' && parsed.kind === 'ok') return
    expect(parsed.kind).toBe('error')
  })

  test('says what is wrong in words that hostile text cannot break out of', () => {
    const parsed = parse('\x1b[31m\nremote: ok "quoted" \u202e')
    if (parsed.kind === 'ok') throw new Error('parsed')
    expect(parsed.problems[0]?.message).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('agent names', () => {
  test.each(['a', 'fixer', 'fixer-2', '0', 'a'.repeat(40)])('takes %s', (name) => {
    expect(unwrap(parseAgentName(name))).toBe(name)
  })

  test.each([
    { name: 'a slash, which would leave the segment of {agent}', text: 'a/b' },
    { name: 'a dot, which could make a dot-dot', text: 'a.b' },
    { name: 'a star, which patterns read', text: 'a*' },
    { name: 'upper case, which some forges fold', text: 'Fixer' },
    { name: 'two dashes', text: 'a--b' },
    { name: 'a dash at the end', text: 'a-' },
    { name: 'braces', text: '{agent}' },
    { name: 'too long', text: 'a'.repeat(41) },
  ])('refuses $name', ({ text }) => {
    expect(parseAgentName(text)).toMatchObject({ kind: 'error', problems: [{ code: 'RW_NAME_INVALID' }] })
  })
})

describe('object ids', () => {
  test('forty zeros are no object', () => {
    expect(parseObjectId(ZERO_ID).kind).toBe('error')
    expect(unwrap(parseObjectIdOrZero(ZERO_ID))).toBe(ZERO_ID)
  })

  test.each([
    { name: 'upper case, a second spelling', text: 'A'.repeat(40) },
    { name: 'too short', text: 'a'.repeat(39) },
    { name: 'too long', text: 'a'.repeat(41) },
    { name: 'SHA-256', text: 'a'.repeat(64) },
    { name: 'a line end behind it', text: `${'a'.repeat(40)}\n` },
  ])('refuses $name', ({ text }) => {
    expect(parseObjectId(text).kind).toBe('error')
    expect(parseObjectIdOrZero(text).kind).toBe('error')
  })
})

describe('repository ids', () => {
  test.each([
    { text: 'gitea/acme/widget', id: 'gitea/acme/widget' },
    { text: 'Gitea/Acme/Widget.git', id: 'gitea/acme/widget' },
    { text: 'gitlab/a/b/c/d', id: 'gitlab/a/b/c/d' },
    { text: 'github/acme/.github', id: 'github/acme/.github' },
    { text: 'gitea/a_b/c.d-e', id: 'gitea/a_b/c.d-e' },
  ])('reads $text', ({ text, id }) => {
    expect(unwrap(parseRepoId(text))).toBe(id)
    expect(unwrap(parseRepoId(id))).toBe(id)
  })

  test.each([
    { name: 'traversal', text: 'gitea/acme/..' },
    { name: 'traversal in the middle', text: 'gitea/../widget' },
    { name: 'a dot', text: 'gitea/./widget' },
    { name: 'an empty part', text: 'gitea//widget' },
    { name: 'a slash at the end', text: 'gitea/acme/widget/' },
    { name: 'no repository', text: 'gitea/acme' },
    { name: 'nothing but the suffix', text: 'gitea/acme/.git' },
    { name: 'the folder of a bare repository', text: 'gitea/acme/widget.git/hooks' },
    { name: 'a dot at the end, which Windows drops', text: 'gitea/acme/widget.' },
    { name: 'escaped traversal', text: 'gitea/acme/%2e%2e' },
    { name: 'a backslash', text: 'gitea/acme\\widget/x' },
    { name: 'an option', text: 'gitea/acme/--upload-pack' },
    { name: 'a NUL', text: 'gitea/acme/widget\0' },
    { name: 'a letter that lower-casing makes ASCII', text: 'gitea/acme/\u212aelvin' },
    { name: 'too many parts', text: `gitea/${'a/'.repeat(21)}b` },
    { name: 'too long', text: `gitea/a/${'b'.repeat(260)}` },
  ])('refuses $name', ({ text }) => {
    expect(parseRepoId(text).kind).toBe('error')
  })

  test('is canonical: what it gives is read as itself, and falls into its parts', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,10}$/)
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 5 }), (parts) => {
        const id = unwrap(parseRepoId(`gitea/${parts.join('/')}`))
        expect(unwrap(parseRepoId(id))).toBe(id)
        expect(splitRepoId(id)).toEqual({ forge: 'gitea', path: parts.join('/').toLowerCase() })
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isZeroId, parseIdOrZero, parseObjectId } from './object-id.ts'
import { checkRefFormat, checkShortRefFormat, isAdvertisableName } from './ref-name.ts'
import { gitChecksRefFormat } from './testing/git.ts'

const PRINTABLE_ASCII = /^[\x21-\x7e]*$/

/** What checkRefFormat must say when git says `accepted`. */
function expected(name: string, accepted: boolean): boolean {
  return accepted && PRINTABLE_ASCII.test(name) && name.length <= 255
}

function accepts(name: string): boolean {
  return checkRefFormat(name).kind === 'ok'
}

describe('checkRefFormat', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/agent/fixer/main',
    'refs/tags/v1.0.0',
    'refs/heads/-dash',
    'refs/heads/@',
    'refs/heads/a@b',
    'refs/heads/{x}',
    'refs/heads/locked',
    'refs/heads/a.lock.b',
    'HEAD/x',
    `refs/heads/${'x'.repeat(244)}`,
  ])('takes %j', (name) => {
    expect(checkRefFormat(name)).toEqual({ kind: 'ok', value: name })
  })

  it.each([
    { name: 'a single component, which could be HEAD', input: 'HEAD', message: 'ref name "HEAD" has one component only' },
    { name: 'nothing', input: '', message: 'ref name "" is not well formed' },
    { name: 'a path out of refs', input: 'refs/heads/../../config', message: 'ref name "refs/heads/../../config" is not well formed' },
    { name: 'a lock file', input: 'refs/heads/main.lock', message: 'ref name "refs/heads/main.lock" is not well formed' },
    { name: 'a lock file that is a directory', input: 'refs/heads/x.lock/y', message: 'ref name "refs/heads/x.lock/y" is not well formed' },
    { name: 'a hidden file', input: 'refs/heads/.x', message: 'ref name "refs/heads/.x" is not well formed' },
    { name: 'a reflog expression', input: 'refs/heads/main@{1}', message: 'ref name "refs/heads/main@{1}" is not well formed' },
    { name: 'a refspec', input: 'refs/heads/a:refs/heads/main', message: 'ref name "refs/heads/a:refs/heads/main" is not well formed' },
    { name: 'a glob', input: 'refs/heads/*', message: 'ref name "refs/heads/*" is not well formed' },
    { name: 'a range', input: 'refs/heads/a..b', message: 'ref name "refs/heads/a..b" is not well formed' },
    { name: 'a doubled slash', input: 'refs/heads//main', message: 'ref name "refs/heads//main" is not well formed' },
    { name: 'a slash at the end', input: 'refs/heads/main/', message: 'ref name "refs/heads/main/" is not well formed' },
    { name: 'a backslash, a separator to Windows', input: String.raw`refs\heads\main`, message: String.raw`ref name "refs\x5cheads\x5cmain" is not well formed` },
    { name: 'a NUL, at which C ends the name', input: 'refs/heads/a\0refs/heads/main', message: String.raw`ref name "refs/heads/a\x00refs/heads/main" has characters other than printable ascii` },
    { name: 'a line feed, which begins another line', input: 'refs/heads/a\nrefs/heads/main', message: String.raw`ref name "refs/heads/a\x0arefs/heads/main" has characters other than printable ascii` },
    { name: 'a letter of another script that looks like one of ours', input: 'refs/heads/mаin', message: String.raw`ref name "refs/heads/m\u{430}in" has characters other than printable ascii` },
    { name: 'one character too many', input: `refs/heads/${'x'.repeat(245)}`, message: `ref name "refs/heads/${'x'.repeat(85)}"... is longer than 255 characters` },
  ])('refuses $name', ({ input, message }) => {
    expect(checkRefFormat(input)).toEqual({ kind: 'error', error: { code: 'ref-name', message } })
  })

  it('agrees with git on every byte, in front, inside and at the end of a component', () => {
    const bytes = Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1))
    const names = bytes.flatMap((byte) => [`refs/heads/${byte}ab`, `refs/heads/a${byte}b`, `refs/heads/ab${byte}`, `refs/a${byte}/x`])
    const answers = gitChecksRefFormat(names)
    expect(names.map(accepts)).toEqual(names.map((name, index) => expected(name, answers[index] ?? false)))
    expect(answers.filter(Boolean).length).toBeGreaterThan(300)
  })

  it('agrees with git on generated names', () => {
    const part = fc.constantFrom('a', 'b', '.', '..', '/', '//', '@', '{', '@{', '.lock', '-', '~', '^', ':', '?', '*', '[', '\\', ' ', 'refs', 'é', '\t', '\x7f')
    const name = fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')).filter((text) => !text.startsWith('-'))
    fc.assert(
      fc.property(fc.array(name, { minLength: 100, maxLength: 100 }), (names) => {
        const answers = gitChecksRefFormat(names)
        expect(names.map(accepts)).toEqual(names.map((text, index) => expected(text, answers[index] ?? false)))
      }),
      { numRuns: 4 },
    )
  })
})

describe('isAdvertisableName', () => {
  it.each(['HEAD', 'refs/heads/main', 'refs/heads/功能', 'refs/stash', `refs/${'x'.repeat(4091)}`])('shows %j', (name) => {
    expect(isAdvertisableName(name)).toBe(true)
  })

  it.each(['', 'head', 'FETCH_HEAD', 'main', 'refs', 'refs/', 'refs/heads/..', 'refs/heads/a b', `refs/${'x'.repeat(4092)}`])('does not show %j', (name) => {
    expect(isAdvertisableName(name)).toBe(false)
  })
})

describe('checkShortRefFormat', () => {
  it.each(['v1.0', 'main', 'refs/tags/v1.0', 'HEAD', 'agent/x'])('takes %j', (name) => {
    expect(checkShortRefFormat(name)).toEqual({ kind: 'ok', value: name })
  })

  it.each(['', '@', '-v1', '--all', 'main~1', 'main@{1}', ':/text', 'a..b', 'a b', '^main'])('refuses %j', (name) => {
    expect(checkShortRefFormat(name)).toMatchObject({ kind: 'error', error: { code: 'ref-name' } })
  })
})

describe('object ids', () => {
  const id = '0123456789abcdef0123456789abcdef01234567'
  const zero = '0'.repeat(40)

  it('are forty lower-case hexadecimal digits', () => {
    expect(parseObjectId(id)).toEqual({ kind: 'ok', value: id })
    expect(parseIdOrZero(zero)).toEqual({ kind: 'ok', value: zero })
  })

  it('are zero for what does not exist', () => {
    expect(isZeroId(zero)).toBe(true)
    expect(isZeroId(id)).toBe(false)
  })

  it.each([
    { name: 'upper case, a second spelling of one id', input: id.toUpperCase(), code: 'object-id' },
    { name: 'an abbreviation', input: id.slice(1), code: 'object-id' },
    { name: 'a line feed at the end, which $ would pass', input: `${id}\n`, code: 'object-id' },
    { name: 'digits of another script', input: `${id.slice(1)}\u0661`, code: 'object-id' },
    { name: 'sha256', input: id.slice(0, 32).repeat(2), code: 'object-format' },
    { name: 'zero where an object is needed', input: zero, code: 'object-id' },
  ])('are not $name', ({ input, code }) => {
    expect(parseObjectId(input)).toMatchObject({ kind: 'error', error: { code } })
  })
})

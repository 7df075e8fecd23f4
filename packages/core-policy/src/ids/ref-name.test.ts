import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findRefNameProblem, parseRefName } from './ref-name.ts'

function gitAccepts(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('ref names', () => {
  test.each(['refs/heads/main', 'refs/heads/agent/fixer/x', 'refs/tags/v1.0', 'refs/notes/commits', 'refs/heads/a@b', "refs/heads/a'b", 'refs/heads/$(x)'])('takes %s', (name) => {
    expect(findRefNameProblem(name)).toBeUndefined()
  })

  test.each([
    { name: 'a dot-dot', text: 'refs/heads/a..b' },
    { name: 'a part that is a dot', text: 'refs/heads/./a' },
    { name: 'a hidden part', text: 'refs/heads/.a' },
    { name: 'a dot at the end', text: 'refs/heads/a.' },
    { name: 'a dot at the end of a part', text: 'refs/heads/a./b' },
    { name: 'a lock file', text: 'refs/heads/a.lock' },
    { name: 'a lock file as a directory', text: 'refs/heads/a.lock/b' },
    { name: 'a slash at the end', text: 'refs/heads/a/' },
    { name: 'two slashes', text: 'refs/heads//a' },
    { name: 'a reflog', text: 'refs/heads/a@{1}' },
    { name: 'a lone @', text: 'refs/heads/@' },
    { name: 'a space', text: 'refs/heads/a b' },
    { name: 'a tilde', text: 'refs/heads/a~1' },
    { name: 'a caret, as of a peeled tag', text: 'refs/tags/v1^{}' },
    { name: 'a colon, as of a refspec', text: 'refs/heads/a:refs/heads/main' },
    { name: 'a question mark', text: 'refs/heads/a?' },
    { name: 'a star', text: 'refs/heads/*' },
    { name: 'a bracket', text: 'refs/heads/[a]' },
    { name: 'a backslash', text: 'refs/heads/a\\b' },
    { name: 'a control character', text: 'refs/heads/a\x07' },
    { name: 'a NUL, behind which old servers read capabilities', text: 'refs/heads/a\0atomic' },
    { name: 'a line end', text: 'refs/heads/a\n' },
    { name: 'a DEL', text: 'refs/heads/a\x7f' },
    { name: 'a letter that is not ASCII', text: 'refs/heads/é' },
    { name: 'a name outside refs', text: 'HEAD' },
    { name: 'a plus, as of a refspec', text: '+refs/heads/main' },
    { name: 'an option', text: 'refs/heads/-x' },
    { name: 'a branch HEAD', text: 'refs/heads/HEAD' },
    { name: 'a branch head, where case is folded', text: 'refs/heads/head' },
    { name: 'a branch that repeats refs', text: 'refs/heads/refs/heads/main' },
    { name: 'a tag like an object id', text: `refs/tags/${'a1'.repeat(20)}` },
    { name: 'too long', text: `refs/heads/${'a'.repeat(240)}` },
  ])('refuses $name', ({ text }) => {
    expect(parseRefName(text)).toMatchObject({ kind: 'error', problems: [{ code: 'RW_REF_NAME_INVALID' }] })
  })

  test('git check-ref-format takes every name that is taken here', () => {
    const unit = fc.constantFrom('a', 'B', '1', '.', '..', '/', '@', '{', '~', '-', ':', '.lock', 'HEAD', 'refs', '\\', '*', '!', "'", ' ')
    const names = fc.string({ unit, minLength: 1, maxLength: 8 }).map((rest) => `refs/heads/${rest}`)
    fc.assert(
      fc.property(names, (name) => findRefNameProblem(name) !== undefined || gitAccepts(name)),
      { numRuns: 300 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ghTables, parseGh } from './parse-gh.ts'

function read(line: readonly string[], stdin?: string): unknown {
  const parsed = parseGh({ argv: line, stdin })
  return parsed.kind === 'ok' ? parsed.value : parsed.problems.map(({ code }) => code)
}

describe('what is read', () => {
  test.each([
    { line: ['pr', 'create', '-t', 'a', '-b', '-x'], operation: { kind: 'pr.create', title: 'a', body: '-x', draft: false } },
    { line: ['pr', 'create', '--title=a', '--body='], operation: { kind: 'pr.create', title: 'a', body: '' } },
    { line: ['pr', 'create', '-dt', 'a', '-ba'], operation: { kind: 'pr.create', title: 'a', body: 'a', draft: true } },
    { line: ['pr', 'ls', '-L5', '-s', 'all'], operation: { kind: 'pr.list', query: { limit: 5, state: 'all' } } },
    { line: ['pr', 'view', '#12', '-c'], operation: { kind: 'pr.view', select: { kind: 'number', number: 12 }, comments: true } },
    { line: ['pr', 'view', 'topic/x'], operation: { kind: 'pr.view', select: { kind: 'branch', branch: 'topic/x' } } },
    { line: ['pr', 'view', 'https://git.example.org/a/b/pulls/3'], operation: { kind: 'pr.view', select: { kind: 'address', host: 'git.example.org', path: 'a/b', number: 3, of: 'pull' } } },
    { line: ['pr', 'view', 'https://gl.example.org/a/b/-/merge_requests/3'], operation: { select: { kind: 'address', path: 'a/b', number: 3, of: 'pull' } } },
    { line: ['pr', 'merge', '3', '--squash'], operation: { kind: 'pr.merge', method: 'squash' } },
    { line: ['issue', 'close', '3', '-r', 'not planned', '-c', 'no'], operation: { kind: 'issue.state', state: 'closed', reason: 'not planned', comment: 'no' } },
    { line: ['run', 'view', '77'], operation: { kind: 'run.view', id: 77 } },
    { line: ['api', '-X', 'get', 'repos/a/b'], operation: { kind: 'api', call: { method: 'GET', endpoint: 'repos/a/b', fields: [] } } },
    { line: ['api', 'x', '-f', 'a=@b', '-F', 'n=7', '-F', 't=true'], operation: { call: { method: 'POST', fields: [['a', '@b'], ['n', 7], ['t', true]] } } },
  ])('$line', ({ line, operation }) => {
    expect(read(line)).toMatchObject({ operation })
  })

  test('the standard input is the text of --body-file -', () => {
    expect(read(['pr', 'comment', '1', '-F', '-'], 'a\nb')).toMatchObject({ operation: { body: 'a\nb' } })
  })

  test.each([['pr', '-R', 'a/b', 'list'], ['pr', 'list', '--repo=a/b'], ['pr', 'list', '-Ra/b'], ['pr', 'list', '-R', 'https://git.example.org/a/b.git'], ['repo', 'view', 'a/b']])('the repository of %j %j %j %j', (...line) => {
    expect(read(line.filter((word) => word !== undefined))).toMatchObject({ repo: { path: 'a/b' } })
  })
})

describe('what is refused', () => {
  test.each([
    { code: 'RW_GH_REFUSED', lines: ['auth token', 'auth login', 'alias set co checkout', 'extension install a/b', 'release create v1', 'secret set X', 'workflow run x', 'run rerun 1', 'repo delete a/b', 'repo fork', 'repo clone a/b', 'ssh-key add k', 'config set x y', 'gist create f', 'label create x', 'pr checkout 1', 'pr -R a/b checkout 1', 'pr lock 1', 'issue delete 1', 'issue transfer 1 a/b', 'variable set X', 'cache delete x', 'codespace create', 'browse'] },
    {
      code: 'RW_ARGUMENT_DENIED',
      lines: ['pr list --web', 'pr view 1 -w', 'pr list --hostname evil.example', 'pr view --hostname=evil.example 1', 'pr review 1 --approve', 'pr review 1 -r -b x', 'pr review 1 -ab x', 'pr merge 1 --admin', 'pr merge 1 --auto', 'pr merge 1 -sd', 'pr close 1 --delete-branch', 'pr create -t a -b b --reviewer x', 'pr edit 1 --add-label automerge', 'pr create --fill', 'pr list --template x', 'api x --input f', 'api x -i', 'api x --hostname evil.example', 'auth status --show-token', 'auth status -t', 'pr comment 1 --edit-last -b x', 'run view 1 --log'],
    },
    { code: 'RW_ARGUMENT_UNKNOWN', lines: ['pr list --repo-x a', 'pr view 1 --unknown', 'pr list -Z'] },
    { code: 'RW_ARGUMENT_ABBREVIATED', lines: ['pr list --lim 5', 'pr create --tit a', 'pr create --fil', 'pr create --fill-v', 'api x --inp f'] },
    { code: 'RW_ARGUMENT_VALUE', lines: ['pr view 012', 'pr view stranger:topic', 'pr view https://evil.example/a/b/pull/1/../2', 'pr view https://evil.example/a/b/pull/1?x', 'pr view ftp://h/a/b/pull/1', 'issue view topic', 'issue view -R ../../x 1', 'pr list -R a', 'pr list -R a/b/../c', 'pr list -R https://u@h/a/b', 'pr list -L 0', 'pr list -L 1001', 'pr list -s merged,closed', 'pr comment 1 -F /etc/passwd', 'pr comment 1 --body-file=secret.txt', 'run view x', 'api x -H X-HTTP-Method-Override:DELETE', 'api x -H Authorization:Bearer', 'api x -f novalue', 'api x -f a[b]=c'] },
    { code: 'RW_ARGUMENT_DASH', lines: ['pr view -- -x', 'pr list --head=-x'] },
    { code: 'RW_ARGUMENT_EXCESS', lines: ['pr view 1 2', 'api a b', 'pr list 1'] },
    { code: 'RW_ARGUMENT_MISSING', lines: ['pr close', 'issue view', 'api', 'run view'] },
    { code: 'RW_ARGUMENT_REPEATED', lines: ['pr list -R a/b -R c/d', 'api x -X GET -X DELETE', 'pr create -t a -t b -b c'] },
    { code: 'RW_ARGUMENT_CONFLICT', lines: ['pr merge 1 -ms', 'pr comment 1 -b x -F -'] },
    { code: 'RW_ARGUMENT_COMMAND', lines: ['', 'nonsense', 'pr', 'pr nonsense', '--repo a/b pr list', '-R a/b pr list', '--help'] },
    { code: 'RW_GH_USAGE', lines: ['pr create -t a', 'issue create -b a', 'pr edit 1', 'pr comment 1', 'pr comment 1 -F -', 'pr review 1 -b x', 'pr list -q .', 'api x -F body=@/etc/passwd', 'api x --field body=@-'] },
  ])('$code', ({ code, lines }) => {
    expect(lines.map((line) => [line, read(line.split(' ').filter((word) => word !== ''))])).toEqual(lines.map((line) => [line, [code]]))
  })

  test('every refusal says what to do', () => {
    for (const line of ['auth token', 'pr merge 1 --admin', 'nonsense', 'pr list -L 0']) {
      const parsed = parseGh({ argv: line.split(' '), stdin: undefined })
      expect(parsed.kind === 'error' && parsed.problems.every(({ hint = '' }) => hint !== '')).toBe(true)
    }
  })

  test('nothing throws', () => {
    const words = ghTables.flatMap((table) => table.words.concat(table.options.flatMap((option) => [option.flag, option.short ?? '-z'])))
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...words))), fc.option(fc.string(), { nil: undefined }), (argv, stdin) => void parseGh({ argv, stdin })))
  })
})

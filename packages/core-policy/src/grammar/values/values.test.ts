import { describe, expect, test } from 'vitest'
import { unwrap } from '../../testing/unwrap.ts'
import { findOption, hasOption, listOptionValues, listValues } from '../engine/find-option.ts'
import { parseGit, parseGitCommand, renderGitCommand } from '../git/parse-git.ts'
import { splitPull } from '../git/split-pull.ts'
import { type Direction, parseRefspec } from './parse-refspec.ts'
import { renderRefspec } from './refspec.ts'
import { parseRemote } from './remote.ts'

const ID = 'a1'.repeat(20)

describe('refspecs', () => {
  test.each<{ text: string; direction: Direction; refspec: ReturnType<typeof parseRefspec>; normal?: string }>([
    { text: 'main', direction: 'push', refspec: { kind: 'update', force: false, source: { kind: 'ref', name: 'main' } } },
    { text: '+@:x', direction: 'push', refspec: { kind: 'update', force: true, source: { kind: 'head' }, destination: 'x' }, normal: '+HEAD:x' },
    { text: `${ID}:refs/heads/x`, direction: 'push', refspec: { kind: 'update', force: false, source: { kind: 'object', id: ID as never }, destination: 'refs/heads/x' } },
    { text: 'main~2:x', direction: 'push', refspec: { kind: 'update', force: false, source: { kind: 'revision', text: 'main~2' }, destination: 'x' } },
    { text: ':x', direction: 'push', refspec: { kind: 'delete', force: false, destination: 'x' } },
    { text: '+:', direction: 'push', refspec: { kind: 'matching', force: true } },
    { text: 'refs/heads/*:refs/heads/a/*', direction: 'push', refspec: { kind: 'pattern', force: false, source: 'refs/heads/*', destination: 'refs/heads/a/*' } },
    { text: '^refs/heads/a*', direction: 'push', refspec: { kind: 'negative', source: 'refs/heads/a*' } },
    { text: ':x', direction: 'fetch', refspec: { kind: 'update', force: false, source: { kind: 'head' }, destination: 'x' }, normal: 'HEAD:x' },
    { text: 'main:', direction: 'fetch', refspec: { kind: 'update', force: false, source: { kind: 'ref', name: 'main' } }, normal: 'main' },
    { text: ID, direction: 'fetch', refspec: { kind: 'update', force: false, source: { kind: 'object', id: ID as never } } },
  ])('$direction $text', ({ text, direction, refspec, normal }) => {
    const parsed = parseRefspec(text, direction)
    expect(parsed).toEqual(refspec)
    expect(parsed === undefined ? undefined : renderRefspec(parsed)).toBe(normal ?? text)
  })

  test.each(['', '+', '^', '++main', '+^refs/heads/x', 'a:b:c', 'main:+x', 'main:^x', '*', '*:*', 'm*:n*', 'refs/heads/*:n/*', 'refs/*/a*:refs/*', 'refs/heads/*:x', 'x:refs/heads/*', 'HEAD:HEAD', 'a..b', '-x', 'x:-y'])(
    'neither direction takes %j',
    (text) => {
      expect(parseRefspec(text, 'push')).toBeUndefined()
      expect(parseRefspec(text, 'fetch')).toBeUndefined()
    },
  )
})

describe('remotes', () => {
  test.each([
    { text: 'origin', remote: { kind: 'named', name: 'origin' } },
    { text: 'team/origin', remote: { kind: 'named', name: 'team/origin' } },
    { text: 'https://git.example.org:8443/acme/widget.git', remote: { kind: 'url', transport: 'https', host: 'git.example.org', port: 8443, path: 'acme/widget.git', scp: false } },
    { text: 'ssh://git@git.example.org/acme/widget', remote: { kind: 'url', transport: 'ssh', host: 'git.example.org', user: 'git', path: 'acme/widget', scp: false } },
    { text: 'git@git.example.org:/srv/widget.git', remote: { kind: 'url', transport: 'ssh', host: 'git.example.org', user: 'git', path: '/srv/widget.git', scp: true } },
    { text: 'host:widget', remote: { kind: 'url', transport: 'ssh', host: 'host', path: 'widget', scp: true } },
    { text: 'ext::sh', remote: { kind: 'transport', transport: 'the helper ext::' } },
    { text: './x', remote: { kind: 'transport', transport: 'a path' } },
    { text: 'x y', remote: { kind: 'malformed' } },
    { text: 'http://user@host/x', remote: { kind: 'malformed' } },
  ])('$text', ({ text, remote }) => {
    expect(parseRemote(text)).toEqual(remote)
  })
})

test('a pull falls into what is fetched and what is done with it', () => {
  const { command } = unwrap(parseGit(['pull', '-q', '--prune', '--rebase', '-X', 'ours', 'origin', 'main']))
  const { fetch, local } = splitPull(command)
  expect(renderGitCommand(fetch)).toEqual(['fetch', '--quiet', '--prune', 'origin', 'main'])
  expect(unwrap(parseGitCommand(renderGitCommand(fetch)))).toEqual(fetch)
  expect(local.map(({ flag }) => flag)).toEqual(['--quiet', '--rebase', '--strategy-option'])
})

test('what a command holds is found by name and by kind', () => {
  const { command, directories } = unwrap(parseGit(['-C', 'a', '-C', 'b', 'push', '--tags', '--no-tags', '--force-with-lease=x:', '--force-with-lease=y', 'origin', 'x', ':y']))
  expect(directories).toEqual(['a', 'b'])
  expect(command.operation).toBe('push')
  expect([hasOption(command, '--tags'), hasOption(command, '--force'), findOption(command, '--tags')?.negated]).toEqual([false, false, true])
  expect(listOptionValues(command, '--force-with-lease').map(({ text }) => text)).toEqual(['x:', 'y'])
  expect(listValues(command, 'lease').map(({ ref, expected }) => [ref, expected?.kind])).toEqual([['x', 'absent'], ['y', undefined]])
  expect(listValues(command, 'remote').map(({ remote }) => remote)).toEqual([{ kind: 'named', name: 'origin' }])
  expect(listValues(command, 'refspec').map(({ refspec }) => refspec.kind)).toEqual(['update', 'delete'])
})

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { gitFront } from '@refward/core-policy'
import { describe, expect, it, onTestFinished } from 'vitest'

import { renderGitFront } from './render-git-front.ts'

const usual = { git: '/usr/bin/git', node: '/usr/bin/node', program: '/opt/refward/git-shim.mjs' }

/** A front whose git and node print what they are and what they were given, one argument in brackets each. */
function makeFront(folder = 'plain'): (argv: readonly string[]) => string {
  const directory = mkdtempSync(join(tmpdir(), 'refward-front-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const place = join(directory, folder)
  mkdirSync(place)
  const write = (name: string, text: string): string => {
    const path = join(place, name)
    writeFileSync(path, text)
    chmodSync(path, 0o755)
    return path
  }
  const git = write('real git', `#!/bin/sh\nprintf local; printf '[%s]' "$@"\n`)
  const node = write('node', `#!/bin/sh\nprintf remote; shift 2; printf '[%s]' "$@"\n`)
  const front = write('git', renderGitFront(gitFront, { git, node, program: join(place, 'git-shim.mjs') }))
  return (argv) => {
    const said = execFileSync(front, argv, { cwd: directory, encoding: 'utf8' })
    // What a name would do if a shell read it.
    expect(existsSync(join(directory, 'owned'))).toBe(false)
    return said
  }
}

describe('the front of git', () => {
  it('is this script', async () => {
    await expect(renderGitFront(gitFront, usual)).toMatchFileSnapshot('../testing/golden/git-front.sh')
  })

  it('starts nothing beside itself, and has no variable that would reach git', () => {
    const code = renderGitFront(gitFront, usual).replaceAll(/^#.*$/gm, '')
    expect(code).not.toMatch(/\$\(|`|\$\{|&$|^\s*(?:export |local )?\w+=|\bfor\b|\bread\b/m)
  })

  it.each([
    { name: 'no command', argv: [] },
    { name: 'a local one', argv: ['status'] },
    { name: 'an empty argument', argv: [''] },
    { name: 'a local one whose argument is a remote one', argv: ['log', 'push'] },
    { name: 'an option that wants a value and has none', argv: ['-C'] },
    { name: 'a value that is a remote command', argv: ['-C', 'push'] },
    { name: 'the value of another form', argv: ['--git-dir', 'push', 'status'] },
    { name: 'help', argv: ['--help', 'push'] },
    { name: 'help in a word', argv: ['help', 'push'] },
    { name: 'the version', argv: ['--version'] },
    { name: 'a double dash', argv: ['--', 'push'] },
    { name: 'an option that nobody knows', argv: ['--new', 'push'] },
    { name: 'a remote command with another second word', argv: ['remote', 'add', 'update'] },
    { name: 'a first word alone', argv: ['remote', '-v'] },
    { name: 'submodules that are not updated', argv: ['submodule', '--quiet', 'status'] },
    { name: 'a pattern', argv: ['pu*'] },
    { name: 'what expands to a remote command', argv: ['$(echo push)'] },
  ])('lets the real git do $name', ({ argv }) => {
    expect(makeFront()(argv)).toBe(`local${argv.map((word) => `[${word}]`).join('') || '[]'}`)
  })

  it.each([
    { name: 'every remote command', argv: ['push'] },
    { name: 'behind a directory', argv: ['-C', 'a b', 'fetch', 'origin'] },
    { name: 'behind options of all forms', argv: ['--git-dir=x', '--work-tree', 'y', '-p', '--exec-path=z', '-c', 'a=b', '--no-pager', 'pull'] },
    { name: 'of two words', argv: ['remote', '-v', 'update', '--prune'] },
    { name: 'of submodules', argv: ['submodule', '--quiet', 'update'] },
    { name: 'with odd arguments', argv: ['clone', '', '*', "it's\n$HOME `id` \\ \"", '~'] },
  ])('lets the program read $name', ({ argv }) => {
    expect(makeFront()(argv)).toMatch(/^remote/)
    expect(makeFront()(argv).replace(/^remote/, '')).toBe(argv.map((word) => `[${word}]`).join(''))
  })

  it('is the same in places with hostile names', () => {
    const run = makeFront(`it's $(touch owned) \`touch owned\` "; touch owned #*\n`)
    expect(run(['status', 'x'])).toBe('local[status][x]')
    expect(run(['push', 'x'])).toBe('remote[push][x]')
  })

  it('ends when it stands where it was told that git is', () => {
    const directory = mkdtempSync(join(tmpdir(), 'refward-front-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const git = join(directory, 'git')
    writeFileSync(git, renderGitFront(gitFront, { ...usual, git }))
    chmodSync(git, 0o755)
    expect(spawnSync(git, ['status'], { encoding: 'utf8', timeout: 10_000 })).toMatchObject({ status: 128, stderr: expect.stringContaining('where it was told that git is') as unknown })
  })

  it.each([
    { name: 'a bare name, which would be searched for', paths: { ...usual, git: 'git' } },
    { name: 'a path from here', paths: { ...usual, program: './git-shim.mjs' } },
    { name: 'nothing', paths: { ...usual, node: '' } },
    { name: 'NUL', paths: { ...usual, git: '/usr/bin/git\0' } },
    { name: 'one place for two programs', paths: { ...usual, node: '/usr/bin/git' } },
  ])('is not rendered for $name', ({ paths }) => {
    expect(() => renderGitFront(gitFront, paths)).toThrow(RangeError)
  })
})

import { acceptedCommands, refusedCommands, wordsOf } from '@refward/testing-commands'
import { describe, expect, it } from 'vitest'

import { findRemoteCommand } from './find-remote-command.ts'
import { planGit } from './plan-git.ts'

describe('a plan for git', () => {
  it.each(acceptedCommands.map(({ name, given, normal }) => ({ name, given: wordsOf(given), normal: wordsOf(normal) })))('runs the normal form of: $name', ({ given, normal }) => {
    expect(planGit(given)).toEqual({ kind: 'run', argv: normal })
  })

  const refused = refusedCommands.map(({ name, given, code }) => ({ name, given: wordsOf(given), code }))
  const remote = refused.filter(({ given }) => findRemoteCommand(given) !== undefined)

  it.each(remote)('refuses: $name', ({ given, code }) => {
    const plan = planGit(given)
    expect(plan).toMatchObject({ kind: 'refuse', text: expect.stringContaining(`(${code})\nhint: `) as unknown })
    expect(plan.kind === 'refuse' && plan.text).toMatch(/^(?:fatal: refward: [ -~]+\n(?:hint: [ -~]+\n)?)+$/)
  })

  // An option before the command that git does not know either, a command that Refward does not know: nothing is reached, and git says what it thinks of it.
  it.each(refused.filter(({ given }) => findRemoteCommand(given) === undefined))('leaves to git: $name', ({ given, code }) => {
    expect(['RW_ARGUMENT_COMMAND', 'RW_ARGUMENT_UNKNOWN', 'RW_ARGUMENT_ABBREVIATED', 'RW_ARGUMENT_DENIED']).toContain(code)
    expect(planGit(given)).toEqual({ kind: 'run', argv: given })
  })

  it('refuses nearly the whole corpus', () => {
    expect(refused.length - remote.length).toBeLessThan(15)
  })

  it.each([
    { name: 'an option that nobody knows', argv: ['push', '--frce-with-lease'], status: 129, says: 'did you mean --force-with-lease? accepted: ' },
    { name: 'an abbreviation', argv: ['fetch', '--prun'], status: 129, says: 'write it in full: --prune' },
    { name: 'a missing value', argv: ['fetch', '--depth'], status: 129, says: 'hint: it must be a whole number from 1 to' },
    { name: 'one argument too many', argv: ['fetch', '--all', 'origin'], status: 129, says: 'hint: fetch ' },
    { name: 'a program of the other side', argv: ['fetch', '--upload-pack=evil', 'origin'], status: 128, says: '(RW_ARGUMENT_DENIED)' },
    { name: 'configuration before the command', argv: ['-c', 'protocol.file.allow=always', 'fetch', 'origin'], status: 128, says: '(RW_ARGUMENT_DENIED)' },
    { name: 'configuration behind it', argv: ['fetch', '-c', 'protocol.file.allow=always', 'origin'], status: 128, says: '(RW_ARGUMENT_DENIED)' },
    { name: 'another repository', argv: ['--git-dir=/srv/x.git', 'push'], status: 128, says: 'run git in the work tree, or with -C <path>' },
    { name: 'a transport', argv: ['clone', 'ext::sh -c id'], status: 128, says: '(RW_ARGUMENT_TRANSPORT)' },
    { name: 'bytes that are no text', argv: ['clone', 'https://git.example.org/a/b', 'd\uFFFD'], status: 128, says: '(RW_ARGUMENT_CHARACTERS)' },
  ])('ends as git does for $name', ({ argv, status, says }) => {
    expect(planGit(argv)).toMatchObject({ kind: 'refuse', status, text: expect.stringContaining(says) as unknown })
  })

  it.each([
    { name: 'a local command, whatever is in it', argv: ['log', '--upload-pack=x', '\uFFFD', ''] },
    { name: 'options of a local command that are denied of others', argv: ['-c', 'core.x=y', '--git-dir', 'push', 'status'] },
    { name: 'nothing', argv: [] },
    { name: 'a short word for help', argv: ['push', '-h'] },
    { name: 'a long word for help', argv: ['remote', '-v', 'update', '--help'] },
    { name: 'help behind options that are refused', argv: ['-c', 'x.y=z', 'fetch', '--help'] },
    { name: 'an alias', argv: ['up', 'origin'] },
  ])('leaves $name to git', ({ argv }) => {
    expect(planGit(argv)).toEqual({ kind: 'run', argv })
  })
})

import { parseGh, renderCommand } from '@refward/core-policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { localTables } from './local-tables.ts'
import { planGh } from './plan-gh.ts'

function argvOf(argv: readonly string[]): readonly string[] | string {
  const plan = planGh(argv)
  return plan.kind === 'ask' ? renderCommand(plan.table, plan.command) : plan.kind
}

describe('a plan for gh', () => {
  it.each([
    { name: 'alone', argv: [], says: 'pr create ' },
    { name: 'a word', argv: ['help'], says: 'issue create ' },
    { name: 'an option', argv: ['--help'], says: 'run view ' },
    { name: 'a group', argv: ['pr'], says: 'pr merge ' },
    { name: 'a group with an option', argv: ['issue', '-h'], says: 'issue close ' },
    { name: 'a word and a group', argv: ['help', 'repo'], says: 'repo view ' },
    { name: 'a word and a command', argv: ['help', 'pr', 'create'], says: 'usage: gh pr create' },
    { name: 'an option of a command', argv: ['pr', 'create', '--help'], says: '-F, --body-file <file>' },
    { name: 'an option of a command that lacks something', argv: ['pr', 'close', '-h'], says: 'usage: gh pr close' },
    { name: 'its version', argv: ['--version'], says: 'gh version ' },
  ])('shows help when it is asked for by $name', ({ argv, says }) => {
    expect(planGh(argv)).toMatchObject({ kind: 'show', text: expect.stringContaining(says) as unknown })
  })

  it('shows of a group nothing else', () => {
    expect(planGh(['issue'])).toMatchObject({ kind: 'show', text: expect.not.stringContaining('pr create') as unknown })
  })

  it.each([
    { name: 'short forms', argv: ['pr', 'create', '-t', 'a b', '-F', 'file', '-dB', 'main'], normal: ['pr', 'create', '--title=a b', '--body-file=file', '--draft', '--base=main'] },
    { name: 'other names', argv: ['pr', 'ls', '-L3'], normal: ['pr', 'list', '--limit=3'] },
    { name: 'what is done here', argv: ['pr', 'new', '-f'], normal: ['pr', 'create', '--fill'] },
    { name: 'a repository between the words', argv: ['pr', '-R', 'acme/widget', 'list'], normal: ['pr', 'list', '--repo=acme/widget'] },
    { name: 'a value that looks like help', argv: ['pr', 'comment', '1', '--body', '--help'], normal: ['pr', 'comment', '--body=--help', '1'] },
    { name: 'a body of JSON', argv: ['api', 'repos/{owner}/{repo}/issues', '--input', '-'], normal: ['api', '--input=-', 'repos/{owner}/{repo}/issues'] },
  ])('reads $name', ({ argv, normal }) => {
    expect(argvOf(argv)).toEqual(normal)
  })

  it.each([
    { name: 'an unknown option', argv: ['pr', 'create', '--frob'] },
    { name: 'a refused option', argv: ['pr', 'merge', '1', '--admin'] },
    { name: 'a refused command', argv: ['secret', 'set', 'X'] },
    { name: 'an unknown command', argv: ['frob', 'nicate'] },
    { name: 'help on what is not there', argv: ['help', 'secret', 'set'] },
    { name: 'fields beside a body', argv: ['api', 'repos/a/b/issues', '--input', 'x', '-f', 'a=b'] },
  ])('leaves $name to the gateway, as it stands', ({ argv }) => {
    expect(planGh(argv)).toEqual({ kind: 'pass', argv })
  })

  it('is made for whatever is given', () => {
    const words = fc.oneof(fc.constantFrom(...localTables.flatMap(({ words: named }) => named), ...localTables.flatMap(({ options }) => options.map(({ flag }) => flag))), fc.string({ unit: 'grapheme' }))
    fc.assert(fc.property(fc.array(words, { maxLength: 8 }), (argv) => ['ask', 'pass', 'show'].includes(planGh(argv).kind)))
  })

  it('says nothing else than the gateway reads', () => {
    for (const argv of [['pr', 'list', '--json', 'number', '-q', '.[]'], ['issue', 'close', '3', '-r', 'not planned'], ['api', 'x', '-F', 'a=1', '-f', 'b=2', '-X', 'PATCH']]) {
      const normal = argvOf(argv)
      expect(parseGh({ argv: normal as readonly string[], stdin: undefined })).toEqual(parseGh({ argv, stdin: undefined }))
    }
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GitArgumentError, buildGitArgv } from './git-argv.ts'
import { type GitCall, gitCommandRule, gitCommands } from './git-command.ts'

function tail(call: GitCall): readonly string[] {
  const argv = buildGitArgv(call)
  return argv.slice(argv.findIndex((word, index) => index % 2 === 0 && word !== '-c'))
}

describe('argv is built from the table', () => {
  test('flags, end of options and operands stand in that order', () => {
    expect(tail({ command: 'rev-list', gitDir: '/m', flags: { '--objects': true, '--max-count': 3 }, operands: ['main'] })).toEqual([
      '--git-dir=/m',
      'rev-list',
      '--objects',
      '--max-count=3',
      '--end-of-options',
      'main',
    ])
  })

  test('a switch that is off and an absent flag leave nothing behind', () => {
    expect(tail({ command: 'repack', flags: { '-d': false } })).toEqual(['repack'])
  })

  test('index-pack, whose parser has no --end-of-options, does not get one', () => {
    expect(tail({ command: 'index-pack', operands: ['/q/pack'] })).toEqual(['index-pack', '/q/pack'])
  })

  test('a verb stands before the flags', () => {
    expect(tail({ command: 'commit-graph', verb: 'write', flags: { '--split': true } })).toEqual(['commit-graph', 'write', '--split'])
  })

  test('hooks, the network and automatic maintenance are off in every call', () => {
    const argv = buildGitArgv({ command: 'version' })
    for (const setting of ['core.hooksPath=/dev/null', 'protocol.allow=never', 'gc.auto=0']) expect(argv).toContain(setting)
  })
})

// Untyped on purpose: what a mistake or a cast elsewhere could hand over.
const refused: readonly { readonly name: string; readonly call: unknown }[] = [
  { name: 'operand that is an option (CVE-2022-24066)', call: { command: 'rev-list', operands: ['--output=/etc/passwd'] } },
  { name: 'operand that is a short option', call: { command: 'upload-pack', operands: ['-c'] } },
  { name: 'flag value that is an option', call: { command: 'for-each-ref', flags: { '--format': '-x' } } },
  { name: 'flag outside the table', call: { command: 'rev-list', flags: { '--exec': 'sh' } } },
  { name: 'flag from the prototype', call: { command: 'rev-list', flags: { toString: true } } },
  { name: 'flag of another subcommand', call: { command: 'update-ref', flags: { '--strict': true } } },
  { name: 'subcommand outside the table', call: { command: 'clone', operands: ['/x'] } },
  { name: 'subcommand from the prototype', call: { command: 'constructor' } },
  { name: 'word that is not a choice', call: { command: 'init', flags: { '--object-format': 'md5' } } },
  { name: 'negative count', call: { command: 'index-pack', flags: { '--max-input-size': -1 } } },
  { name: 'fractional count', call: { command: 'index-pack', flags: { '--max-input-size': 1.5 } } },
  { name: 'text for a switch', call: { command: 'index-pack', flags: { '--stdin': '1' } } },
  { name: 'NUL in an operand', call: { command: 'rev-list', operands: ['main\0--all'] } },
  { name: 'relative git directory', call: { command: 'rev-list', gitDir: 'mirror' } },
  { name: 'git directory that is an option', call: { command: 'rev-list', gitDir: '--exec-path=/x' } },
  { name: 'operands where none are taken', call: { command: 'update-ref', operands: ['x'] } },
  { name: 'verb outside the table', call: { command: 'commit-graph', verb: 'expire' } },
  { name: 'missing verb', call: { command: 'commit-graph' } },
  { name: 'verb where there is none', call: { command: 'rev-list', verb: 'write' } },
  { name: 'huge operand', call: { command: 'rev-list', operands: ['a'.repeat(70_000)] } },
]

describe('anything else is refused', () => {
  test.each(refused)('$name', ({ call }) => {
    expect(() => buildGitArgv(call as GitCall)).toThrow(GitArgumentError)
  })

  test('no operand ever becomes an option', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }), (operands) => {
        try {
          const argv = buildGitArgv({ command: 'merge-base', operands })
          const at = argv.indexOf('--end-of-options')
          expect(operands.length === 0 ? [] : argv.slice(at + 1)).toEqual(operands)
          expect(operands.every((operand) => !operand.startsWith('-'))).toBe(true)
        } catch (error) {
          if (!(error instanceof GitArgumentError)) throw error
        }
      }),
    )
  })
})

test('the table has the shape that the builder walks', () => {
  for (const command of Object.keys(gitCommands)) {
    const rule = gitCommandRule(command)
    expect(rule?.config.every((setting) => /^[\w.]+=[^\n]*$/.test(setting))).toBe(true)
    expect(Object.keys(rule?.flags ?? {}).every((flag) => /^--?[a-z][a-z-]*$/.test(flag))).toBe(true)
  }
})

import { describe, expect, it } from 'vitest'

import { makeShell, renderConfig } from '../testing/test-world.ts'

const commands = ['init', 'up', 'doctor', 'demo', 'explain', 'audit', 'undo', 'agent add', 'agent token', 'agent list', 'agent show', 'agent revoke']

describe('the command line', () => {
  it.each(commands)('has help with an example and the exit codes: %s', async (command) => {
    const { exit, out, err } = await makeShell().run(...command.split(' '), '--help')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toMatch(new RegExp(String.raw`Example:\n +(?:\w+=\S+ )?refward ${command}`))
    expect(out).toContain('Exit codes:')
    expect(out).toContain('--json')
  })

  it.each([
    { name: 'an unknown command', argv: ['agnet', 'list'], says: /unknown command 'agnet'/ },
    { name: 'an unknown option', argv: ['agent', 'list', '--jsn'], says: /unknown option '--jsn'/ },
    { name: 'a missing argument', argv: ['agent', 'show'], says: /missing required argument 'name'/ },
    { name: 'a missing option', argv: ['agent', 'add', 'fixer'], says: /required option '--repo <repository>' not specified/ },
    { name: 'an argument too many', argv: ['audit', 'extra'], says: /too many arguments/ },
    { name: 'a number that is none', argv: ['audit', '--limit', '0x10'], says: /it must be a whole number from 1 on/ },
    { name: 'an agent name with a slash', argv: ['agent', 'add', '../x', '--repo', 'gitea/acme/widget'], says: /\(RW_NAME_INVALID\)/ },
    { name: 'a repository that is not configured', argv: ['agent', 'add', 'fixer', '--repo', 'gitea/acme/widgt'], says: /no entry under repositories is for gitea\/acme\/widgt/ },
    { name: 'a pattern of an unknown forge', argv: ['agent', 'add', 'fixer', '--repo', 'gitlab/acme/*'], says: /there is no forge gitlab/ },
    { name: 'a pattern for everything', argv: ['agent', 'add', 'fixer', '--repo', '*'], says: /has no path after the forge/ },
    { name: 'a lifetime without a unit', argv: ['agent', 'add', 'fixer', '--repo', 'gitea/acme/widget', '--lifetime', '60'], says: /write for instance 90s, 15m, 8h or 30d/ },
    { name: 'a lifetime of ten years', argv: ['agent', 'token', 'fixer', '--lifetime', '3650d'], says: /RW_ARGUMENT_INVALID/ },
    { name: 'a short object id', argv: ['audit', '--object', 'abc123'], says: /use full object ids/ },
    { name: 'half an undo', argv: ['undo', '--repo', 'gitea/acme/widget'], says: /name both --repo and --ref/ },
    { name: 'a head that is none', argv: ['audit', '--expect', '5'], says: /write it as refward audit --verify prints the head/ },
  ])('exits with 2 for $name', async ({ argv, says }) => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    const { exit, err } = await shell.run(...argv)
    expect(err).toMatch(says)
    expect(exit).toBe(2)
  })

  it('lists every problem of a configuration, for people and for programs', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig({ more: 'sesions: {}\nlog: { level: loud }\n' }))
    const plain = await shell.run('agent', 'list')
    expect(plain.exit).toBe(2)
    expect(plain.err).toContain('refward.yaml has 2 problems:')
    expect(plain.err).toMatch(/line 12, sesions: .*\(RW_CONFIG_UNKNOWN_KEY\)/)
    const { exit, out, err, json } = await shell.run('agent', 'list', '--json')
    expect({ exit, err }).toEqual({ exit: 2, err: '' })
    expect(out).not.toBe('')
    expect(json()).toMatchObject({ success: false, error: { problems: [{ path: 'sesions' }, { path: 'log.level' }] } })
  })

  it('names the configuration that is missing, and takes it from the environment', async () => {
    const shell = makeShell({ REFWARD_CONFIG: 'other.yaml' })
    expect(await shell.run('agent', 'list')).toMatchObject({ exit: 2, err: expect.stringMatching(/other\.yaml cannot be read: there is no such file/) as unknown })
    shell.write('other.yaml', renderConfig())
    expect(await shell.run('agent', 'list')).toMatchObject({ exit: 0 })
  })

  it('exits with 3 when it needs a gateway and none runs', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    const { exit, err } = await shell.run('undo', '--repo', 'gitea/acme/widget', '--ref', 'refs/heads/x')
    expect(err).toMatch(/no gateway answers at .*control\.sock \(RW_CONTROL_UNREACHABLE\)/)
    expect(exit).toBe(3)
  })

  it('exits with 4 when the ledger is damaged', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    await shell.run('agent', 'list')
    shell.write('refward-data/ledger.db', 'not a database'.repeat(1000))
    const { exit, err } = await shell.run('agent', 'list')
    expect(err).toMatch(/RW_LEDGER_CORRUPT/)
    expect(exit).toBe(4)
  })
})

import { statSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { Shell } from '../testing/test-world.ts'
import { makeShell, renderConfig } from '../testing/test-world.ts'

function makeConfiguredShell(): Shell {
  const shell = makeShell()
  shell.write('refward.yaml', renderConfig())
  return shell
}

interface Added {
  readonly token: string
  readonly session: { readonly id: string; readonly expiresAt: number }
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly environment: Readonly<Record<string, string>>
}

describe('agents, when no gateway runs', () => {
  it('are added with what goes into their sandbox, the token in one place of it', async () => {
    const shell = makeConfiguredShell()
    const ran = await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/Acme/Widget.git', '--gateway', 'https://gate.example/', '--json')
    expect(ran).toMatchObject({ exit: 0, err: '' })
    const { token, session, files, environment } = ran.json() as Added
    expect(session.expiresAt).toBe(shell.time.now + 24 * 3_600_000)
    expect(files.map(({ path }) => path)).toEqual(['~/.config/refward/token', '~/.gitconfig'])
    expect(files.filter(({ text }) => text.includes(token)).map(({ path }) => path)).toEqual(['~/.config/refward/token'])
    expect(files[1]?.text).toContain('[url "https://gate.example/git/gitea/"]')
    expect(Object.entries(environment).filter(([, value]) => value.includes(token))).toEqual([['REFWARD_TOKEN', token]])
  })

  it('print for reading what to put where', async () => {
    const { out } = await makeConfiguredShell().run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget', '--lifetime', '90s')
    expect(out).toMatch(/^agent fixer may use gitea\/acme\/widget until 2026-11-23 10:01:30Z \(session [a-z2-7]{16}\)\n/)
    expect(out).toContain('# ~/.gitconfig in the sandbox, mode 0600\n[url "')
    expect(out).toContain('export GIT_CONFIG_COUNT=')
  })

  it('write it to a directory that only its owner can read', async () => {
    const shell = makeConfiguredShell()
    expect(await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/*', '--out', 'sandbox')).toMatchObject({ exit: 0 })
    expect(shell.read('sandbox/token')).toMatch(/^rfw_\w{16}_\w{52}\n$/)
    const modes = ['sandbox', 'sandbox/token', 'sandbox/gitconfig', 'sandbox/env'].map((name) => (statSync(join(shell.directory, name)).mode & 0o777).toString(8))
    expect(modes).toEqual(['700', '600', '600', '600'])
  })

  it('are listed, shown, given further sessions and revoked', async () => {
    const shell = makeConfiguredShell()
    expect((await shell.run('agent', 'list')).out).toBe('there are no agents; add one with refward agent add\n')
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    shell.time.now += 1000
    const second = (await shell.run('agent', 'token', 'fixer', '--json')).json() as Added
    expect((await shell.run('agent', 'show', 'fixer', '--json')).json()).toMatchObject({ agent: { sessions: [{}, { id: second.session.id }] } })

    const revoked = await shell.run('agent', 'revoke', 'fixer', '--session', second.session.id)
    expect(revoked.out).toBe(`session ${second.session.id} of agent fixer is revoked\n`)
    shell.time.now += 24 * 3_600_000 - 1000
    const { out } = await shell.run('agent', 'show', 'fixer')
    expect(out).toMatch(/expired 2026-11-24 10:00:00Z/)
    expect(out).toMatch(/revoked 2026-11-23 10:00:01Z/)

    expect((await shell.run('agent', 'revoke', 'fixer')).out).toBe('agent fixer is revoked since 2026-11-24 10:00:00Z; its sessions are at an end\n')
    expect((await shell.run('agent', 'list')).out).toMatch(/^AGENT {2}STATE .*\nfixer {2}revoked 2026-11-24 10:00:00Z/)
  })

  it.each([
    { name: 'a name that is taken', argv: ['agent', 'add', 'fixer', '--repo', 'gitea/acme/widget'], code: 'RW_AGENT_EXISTS' },
    { name: 'an agent that is not there', argv: ['agent', 'show', 'nobody'], code: 'RW_AGENT_UNKNOWN' },
    { name: 'a session for an agent that is not there', argv: ['agent', 'token', 'nobody'], code: 'RW_AGENT_UNKNOWN' },
    { name: 'the end of an agent that is not there', argv: ['agent', 'revoke', 'nobody'], code: 'RW_AGENT_UNKNOWN' },
  ])('exit with 1 for $name', async ({ argv, code }) => {
    const shell = makeConfiguredShell()
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    const ran = await shell.run(...argv, '--json')
    expect(ran.json()).toMatchObject({ success: false, error: { code } })
    expect(ran.exit).toBe(1)
  })
})

describe('explain, when no gateway runs', () => {
  it.each([
    { name: 'its own branch', argv: ['--push', 'agent/fixer/x'], exit: 0, says: /agent\/fixer\/x: allow/ },
    { name: 'main', argv: ['--push', 'refs/heads/main'], exit: 1, says: /RW_REF_PROTECTED/ },
    { name: 'reading', argv: [], exit: 0, says: /^read gitea\/acme\/widget as agent fixer: allow/ },
    { name: 'a pull request of its own', argv: ['--forge', 'pull.create', '--head', 'agent/fixer/x'], exit: 0, says: /pull\.create "agent\/fixer\/x -> main": allow \(branches\.own\[0\]\)/ },
    { name: 'merging', argv: ['--forge', 'pull.merge', '--number', '7'], exit: 1, says: /pull\.merge #7: deny \(forge\.pulls\.merge\)[^]*RW_FORGE_DENIED/ },
    { name: "another's branch", argv: ['--delete', 'refs/heads/theirs'], exit: 1, says: /RW_REF_/ },
  ])('answers about $name, and says what it takes for granted', async ({ argv, exit, says }) => {
    const shell = makeConfiguredShell()
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    const ran = await shell.run('explain', '--agent', 'fixer', ...argv)
    expect(ran.out).toMatch(says)
    expect(ran.exit).toBe(exit)
    expect(ran.out.includes('the forge was not asked')).toBe(argv.length > 0)
  })

  it.each([
    ['--forge', 'pull.approve', '--number', '7'],
    ['--forge', 'pull.edit'],
    ['--forge', 'pull.create', '--number', '7'],
    ['--forge', 'issue.create', '--push', 'main'],
    ['--number', '7'],
  ])('does not guess what is meant by %s %s %s %s', async (...argv) => {
    const shell = makeConfiguredShell()
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    expect(await shell.run('explain', '--agent', 'fixer', ...argv)).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('RW_ARGUMENT_INVALID') as unknown })
  })

  it('asks for the repository when there is a choice', async () => {
    const shell = makeConfiguredShell()
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/*')
    expect(await shell.run('explain', '--agent', 'fixer')).toMatchObject({ exit: 2, err: expect.stringContaining('gitea/acme/*') as unknown })
    expect(await shell.run('explain', '--agent', 'fixer', '--repo', 'gitea/acme/widget')).toMatchObject({ exit: 0 })
  })
})

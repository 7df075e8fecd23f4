import { mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { makeForge, startGateway } from '../testing/running-gateway.ts'
import type { Shell } from '../testing/test-world.ts'
import { makeShell, renderConfig } from '../testing/test-world.ts'

interface Made {
  readonly token: string
  readonly session: { readonly id: string; readonly expiresAt: number; readonly roots?: readonly object[] }
}

async function play(shell: Shell, repository: string): Promise<void> {
  mkdirSync(join(shell.directory, 'shared'))
  const root = realpathSync(join(shell.directory, 'shared'))
  await shell.run('agent', 'add', 'fixer', '--repo', repository)
  const ran = await shell.run('session', 'add', 'fixer', '--root', `${repository}=shared`, '--repo', repository, '--mode', 'private', '--peer', '127.0.0.1', '--lifetime', '15m', '--json')
  expect(ran).toMatchObject({ exit: 0, err: '' })
  const { token, session } = ran.json() as Made
  expect(token).toMatch(/^rfw_/)
  expect(session).toMatchObject({ roots: [{ path: root, repository }], repositories: [repository], mode: 'private', peer: '127.0.0.1' })

  const listed = await shell.run('session', 'list', '--agent', 'fixer')
  expect(listed.out).toContain(`${session.id}  fixer  until`)
  expect(listed.out).toContain(`${repository}, ${repository}=${root}, private only, from 127.0.0.1`)
  expect(listed.out).not.toContain(token)
  expect((await shell.run('session', 'list', '--json')).json()).toMatchObject({ sessions: [{}, {}] })

  expect(((await shell.run('session', 'extend', session.id, '--lifetime', '8h', '--json')).json() as Made).session.expiresAt).toBeGreaterThan(session.expiresAt)
  expect((await shell.run('session', 'revoke', session.id)).out).toBe(`session ${session.id} of agent fixer is revoked\n`)
  expect(await shell.run('session', 'extend', session.id, '--lifetime', '8h')).toMatchObject({ exit: 1, err: expect.stringContaining('RW_SESSION_REVOKED') as string })
}

describe('sessions for launchers', () => {
  it('are made, listed, extended and revoked when no gateway runs', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    await play(shell, 'gitea/acme/widget')
  })

  it('and through a running gateway', async () => {
    const { shell } = await makeForge()
    await startGateway(shell)
    await play(shell, 'gitea/acme/widget')
  })

  it('that are bound to a user are made by a running gateway alone, with a socket of their own', async () => {
    const { shell } = await makeForge()
    const sockets = join(realpathSync(shell.directory), 'sockets')
    shell.write('refward.yaml', `${shell.read('refward.yaml')}sessions: { sockets: ${sockets} }\n`)
    const { stop } = await startGateway(shell)
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    const uid = String(process.getuid?.() ?? 0)
    const ran = await shell.run('session', 'add', 'fixer', '--uid', uid, '--json')
    const { session, socket } = ran.json() as Made & { readonly socket: string }
    expect(socket).toBe(join(sockets, `${session.id}.sock`))
    expect((await shell.run('session', 'list')).out).toContain(`by user ${uid}`)
    await stop()
    expect(readdirSync(sockets)).toEqual([])
    expect(await shell.run('session', 'add', 'fixer', '--uid', uid)).toMatchObject({ exit: 3, err: expect.stringContaining('RW_CONTROL_UNREACHABLE') as string })
    // So that the second start is not taken for done by the line of the first.
    shell.write('gateway.log', '')
    await startGateway(shell)
    expect(readdirSync(sockets)).toEqual([`${session.id}.sock`])
  })

  it.each([
    ['a root that is not there', ['--root', '/nothing/here']],
    ['a mode that is none', ['--mode', 'internal']],
    ['a peer that is a name', ['--peer', 'localhost']],
    ['a repository that is none', ['--repo', 'widget']],
    ['a time that is none', ['--lifetime', 'long']],
  ])('%s is refused', async (_, options) => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
    const { exit, err } = await shell.run('session', 'add', 'fixer', ...options)
    expect(exit).not.toBe(0)
    expect(err).toMatch(/RW_/)
    expect((await shell.run('session', 'list', '--json')).json()).toMatchObject({ sessions: [{ agent: 'fixer' }] })
  })
})

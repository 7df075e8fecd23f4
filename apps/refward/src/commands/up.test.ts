import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { git, tryGit } from '@refward/testing-repositories'
import { describe, expect, it } from 'vitest'

import { createControlClient } from '../operator/control-client.ts'
import { configFor, forgePassword, makeForge, readLog, startGateway } from '../testing/running-gateway.ts'
import type { TestForge } from '../testing/running-gateway.ts'

interface Added {
  readonly token: string
  readonly environment: Readonly<Record<string, string>>
}

async function addAgent({ shell }: TestForge, origin: string): Promise<Added> {
  const ran = await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget', '--gateway', origin, '--json')
  expect(ran).toMatchObject({ exit: 0, err: '' })
  return ran.json() as Added
}

describe('up', () => {
  it('serves an agent by the forge’s own URL, until the agent is revoked, and then says so', async () => {
    const forge = await makeForge()
    const { shell, widget } = forge
    const gateway = await startGateway(shell)
    const { environment } = await addAgent(forge, gateway.origin)
    const tip = (await widget.refs()).get('refs/heads/main')
    expect((await git(['ls-remote', widget.url, 'refs/heads/main'], { env: environment })).trim()).toBe(`${tip}\trefs/heads/main`)

    expect(await shell.run('agent', 'revoke', 'fixer')).toMatchObject({ exit: 0 })
    const refused = await tryGit(['ls-remote', widget.url], { env: environment })
    expect(refused.status).not.toBe(0)
    expect(await gateway.stop()).toMatchObject({ exit: 0, err: '' })

    const audit = (await shell.run('audit', '--json')).json() as { lines: { event: { kind: string } }[] }
    const kinds = audit.lines.map(({ event }) => event.kind)
    expect(kinds).toEqual(['ledger-migrated', 'gateway-started', 'agent-added', 'session-created', 'decided', 'finished', 'decided', 'finished', 'agent-revoked', 'gateway-stopped'])
  })

  it('answers operators, who need not touch its files, and asks the forge for them', async () => {
    const forge = await makeForge()
    const { shell } = forge
    const gateway = await startGateway(shell)
    await addAgent(forge, gateway.origin)
    const explained = await shell.run('explain', '--agent', 'fixer', '--push', 'main', '--json')
    expect(explained.json()).toMatchObject({ via: 'gateway', explanation: { outcome: 'deny', assumptions: [] } })
    expect(explained.exit).toBe(1)
    const undone = await shell.run('undo', '--repo', 'gitea/acme/widget', '--ref', 'refs/heads/nothing', '--json')
    expect(undone.json()).toMatchObject({ error: { code: 'RW_UNDO_IMPOSSIBLE' } })
    expect(undone.exit).toBe(1)
    expect((await shell.run('agent', 'list')).out).toMatch(/^fixer {2}active /m)
    expect((await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')).exit).toBe(1)
  })

  it('has a control socket that only its owner can open, and takes it away at the end', async () => {
    const { shell } = await makeForge()
    const gateway = await startGateway(shell)
    const socket = join(shell.directory, 'refward-data', 'control.sock')
    expect((statSync(socket).mode & 0o777).toString(8)).toBe('600')
    await gateway.stop()
    expect(existsSync(socket)).toBe(false)
  })

  it('runs once for a data directory, and leaves the first one alone', async () => {
    const { shell } = await makeForge()
    const gateway = await startGateway(shell)
    const second = await shell.run('up')
    expect(second.err).toMatch(/RW_DATA_IN_USE/)
    expect(second.exit).toBe(4)
    expect((await fetch(`${gateway.origin}/ready`)).status).toBe(200)
  })

  it('reads configuration and credentials again when it is asked, and keeps what it has when there is a mistake in them', async () => {
    const { shell, upstream } = await makeForge()
    await startGateway(shell)
    const control = createControlClient(join(shell.directory, 'refward-data', 'control.sock'))
    shell.write('refward.yaml', configFor(upstream, 'sesions: {}\n'))
    await expect(control.call('POST', '/v1/reload')).rejects.toMatchObject({ code: expect.stringMatching(/^RW_/) as unknown })
    expect(await control.call('GET', '/v1/status')).toMatchObject({ repositories: ['gitea/acme/widget'] })

    shell.write('refward.yaml', `${configFor(upstream)}  gitea/acme/other:\n    read: ["*"]\n`)
    await control.call('POST', '/v1/reload')
    expect(await control.call('GET', '/v1/status')).toMatchObject({ repositories: ['gitea/acme/widget', 'gitea/acme/other'] })
    expect((await shell.run('audit')).out).toContain('policy-loaded')
  })

  it('starts without a credential, and says that it is not ready', async () => {
    const { shell } = await makeForge()
    shell.write('refward.yaml', shell.read('refward.yaml').replace('FORGE_TOKEN', 'NO_SUCH_VARIABLE'))
    const gateway = await startGateway(shell)
    expect((await fetch(`${gateway.origin}/ready`)).status).toBe(503)
    expect(readLog(shell)).toContainEqual(expect.objectContaining({ msg: 'not ready', detail: expect.stringContaining('NO_SUCH_VARIABLE is not set') as unknown }))
  })

  it.each([
    { name: 'an address that is not of this machine', change: (text: string) => text.replace('127.0.0.1:0', '192.0.2.1:80'), exit: 4, code: 'RW_LISTEN_FAILED' },
    { name: 'certificates that are not there', change: (text: string) => text.replace('url: http:', 'ca: no-such.pem\n    url: https:'), exit: 2, code: 'RW_CONFIG_UNREADABLE' },
  ])('ends for $name, and leaves nothing that holds the data', async ({ change, exit, code }) => {
    const { shell } = await makeForge()
    const good = shell.read('refward.yaml')
    shell.write('refward.yaml', change(good))
    const ran = await shell.run('up')
    expect(ran.err).toContain(code)
    expect(ran.exit).toBe(exit)
    shell.write('refward.yaml', good)
    await startGateway(shell)
  })

  it('ends for a missing git', async () => {
    const { shell } = await makeForge()
    expect(await shell.runIn({ environment: { PATH: '/nowhere' } }, 'up')).toMatchObject({ exit: 4, err: expect.stringContaining('RW_GIT_UNAVAILABLE') as unknown })
  })

  it('lets old tips go at its start when undo.keep has passed, and says so', async () => {
    const forge = await makeForge()
    const { shell, upstream } = forge
    const branch = 'refs/heads/agent/fixer/topic'
    const first = await startGateway(shell)
    const { environment } = await addAgent(forge, first.origin)
    const push = (refspec: string): Promise<string> => git(['push', '-q', forge.widget.url, refspec], { cwd: forge.widget.gitDir, env: environment })
    await push(`main:${branch}`)
    await push(`:${branch}`)
    expect((await shell.run('undo', '--list', '--json')).json()).toMatchObject({ tips: [{ ref: branch }] })
    await first.stop()

    shell.write('refward.yaml', configFor(upstream, 'undo: { keep: 1h }\n'))
    const lines = readLog(shell).length
    await startGateway(shell, { clock: () => Date.now() + 3_700_000 })
    await expect.poll(() => readLog(shell).slice(lines)).toContainEqual(expect.objectContaining({ msg: 'old tips dropped', repo: 'gitea/acme/widget', tips: 1 }))
    expect((await shell.run('undo', '--list', '--json')).json()).toMatchObject({ tips: [] })
    expect((await shell.run('audit')).out).toMatch(/tip-dropped .*ref=refs\/heads\/agent\/fixer\/topic/)
  })

  it("writes the forge's password to no file and no log line", async () => {
    const forge = await makeForge()
    const gateway = await startGateway(forge.shell)
    const { environment } = await addAgent(forge, gateway.origin)
    await git(['ls-remote', forge.widget.url], { env: environment })
    await gateway.stop()
    const files = ['gateway.log', 'refward-data/ledger.db', 'refward-data/audit.key', 'refward-data/fingerprint.key']
    const holders = files.filter((name) => readFileSync(join(forge.shell.directory, name)).includes(forgePassword))
    expect(holders).toEqual([])
  })
})

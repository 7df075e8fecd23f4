import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, type Server, createServer } from 'node:net'
import { join } from 'node:path'
import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildGhShim } from '../shim/world/shim.ts'
import { findSecrets } from '../world/planted.ts'
import { readDeeds } from './world/gh-client.ts'
import { SandboxGh } from './world/gh-shim.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

let world: GiteaWorld
let repository: GiteaRepository
let front: string
let sandbox: Sandbox
let clone: WorkTree
let fixer: SandboxGh

const OWN = 'agent/fixer/topic'

beforeAll(async () => {
  world = await GiteaWorld.create({ botScopes: ['write:repository', 'write:issue'] })
  repository = await world.createWidget('widget')
  front = await buildGhShim(await world.makeDirectory('shim'))
  sandbox = await world.addAgent('fixer', 'forge/acme/widget')
  clone = await sandbox.clone(repository.url)
  await clone.branchWithCommit(OWN)
  await clone.git('push', '-q', 'origin', OWN)
  fixer = new SandboxGh(front, sandbox, clone.directory)
  // Gitea learns from its own hook, a moment later, that the repository is not empty any more.
  await vi.waitUntil(async () => !((await world.gitea.api.call({ method: 'GET', path: '/repos/acme/widget' })) as { readonly empty: boolean }).empty, { timeout: 20_000 })
}, 120_000)

afterAll(() => world.close())

interface ForgePull {
  readonly title: string
  readonly body: string
  readonly state: string
  readonly merged: boolean
  readonly head: { readonly ref: string }
}

async function pullOnForge(number: number): Promise<ForgePull> {
  return (await world.gitea.api.call({ method: 'GET', path: `/repos/acme/widget/pulls/${number}` })) as ForgePull
}

/** A branch of its own with these commits, pushed and checked out. */
async function pushBranch(branch: string, messages: readonly string[]): Promise<void> {
  await clone.git('switch', '-q', '--no-track', '-c', branch, 'origin/main')
  for (const message of messages) await clone.git('commit', '-q', '--allow-empty', '-m', message)
  await clone.git('push', '-q', 'origin', branch)
}

describe('gh in a sandbox without a login', () => {
  it('opens a pull request from the branch that is checked out, with a text from a heredoc', async () => {
    const body = '# what\n\n- `$(rm -rf /)`\n- größe\n'
    const seen = await fixer.gh(['pr', 'create', '--title', 'mend the widget', '--body-file', '-'], { input: Buffer.from(body) })
    expect(seen).toEqual({ status: 0, signal: null, stdout: `${world.gitea.origin}/acme/widget/pulls/1\n`, stderr: '' })
    expect(await pullOnForge(1)).toMatchObject({ title: 'mend the widget', body, state: 'open', head: { ref: OWN } })
    expect(readDeeds(await world.gateway.audit())).toEqual(['permit pull.create done'])
  })

  it('shows, lists and picks out of JSON, by the branch and by the number', async () => {
    const shown = await fixer.gh(['pr', 'view'])
    expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining('title:\tmend the widget\nstate:\tOPEN\n') as unknown, stderr: '' })
    expect((await fixer.gh(['pr', 'view', '1'])).stdout).toBe(shown.stdout)
    expect((await fixer.gh(['pr', 'ls'])).stdout).toMatch(/^1\tmend the widget\tagent\/fixer\/topic\tOPEN\t/)
    expect((await fixer.gh(['pr', 'view', '--json', 'number,title', '--jq', '"\\(.number) \\(.title)"'])).stdout).toBe('1 mend the widget\n')
  })

  it('reads a file itself, as the agent that it is', async () => {
    await writeFile(join(clone.directory, 'comment.md'), 'out of a file\n')
    expect(await fixer.gh(['pr', 'comment', '1', '-F', 'comment.md'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/\/pulls\/1#issuecomment-\d+\n$/) as unknown })
    expect(await fixer.gh(['api', 'repos/{owner}/{repo}/issues/1/comments', '-F', 'body=@comment.md'])).toMatchObject({ status: 0 })
    await writeFile(join(clone.directory, 'fields.json'), '{"body": "out of JSON"}')
    expect(await fixer.gh(['api', 'repos/{owner}/{repo}/issues/1/comments', '--input', 'fields.json'])).toMatchObject({ status: 0 })
    const { stdout } = await fixer.gh(['pr', 'view', '1', '--json', 'comments', '-q', '.comments[].body'])
    expect(stdout).toBe('out of a file\n\nout of a file\n\nout of JSON\n')
    expect(await fixer.gh(['pr', 'comment', '1', '-F', 'gone.md'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/ENOENT.*\(RW_SHIM_FILE\)\nrefward: /) as unknown })
  })

  it('reads no standard input that nobody asked it to', async () => {
    const running = fixer.gh(['pr', 'comment', '1', '--body', 'not from stdin'], { started: () => undefined })
    expect(await running).toMatchObject({ status: 0 })
  })

  it('fills in title and text from one commit', async () => {
    await pushBranch('agent/fixer/one', ['oil it\n\nIt squeaked.\n\nNow it does not.'])
    expect(await fixer.gh(['pr', 'create', '--fill'])).toMatchObject({ status: 0, stderr: '' })
    expect(await pullOnForge(2)).toMatchObject({ title: 'oil it', body: 'It squeaked.\n\nNow it does not.', head: { ref: 'agent/fixer/one' } })
  })

  it('fills in title and text from several commits, in a clone that does not know the default branch', async () => {
    await clone.git('remote', 'set-head', 'origin', '--delete')
    await pushBranch('agent/fixer/turn_the-wheel', ['first', 'second\n\nmore of it'])
    expect(await fixer.gh(['pr', 'create', '-f', '--draft'])).toMatchObject({ status: 0, stderr: '' })
    expect(await pullOnForge(3)).toMatchObject({ title: 'WIP: agent/fixer/turn the wheel', body: '- first\n- second\n' })
    expect(await fixer.gh(['pr', 'create', '--fill', '--base', 'nowhere'])).toMatchObject({ status: 1, stderr: expect.stringContaining('could not compute title and body') as unknown })
  })

  it('knows the branch on the forge that the local one was pushed to', async () => {
    await clone.git('switch', '-q', '--no-track', '-c', 'wheel', 'origin/main')
    await clone.git('commit', '-q', '--allow-empty', '-m', 'another name')
    await clone.git('push', '-q', '-u', 'origin', 'HEAD:agent/fixer/wheel')
    expect(await fixer.gh(['pr', 'create', '--fill-first'])).toMatchObject({ status: 0 })
    expect(await pullOnForge(4)).toMatchObject({ title: 'another name', head: { ref: 'agent/fixer/wheel' } })
    await clone.git('switch', '-q', OWN)
  })

  it('closes and opens again, and does the same with issues', async () => {
    expect((await fixer.gh(['pr', 'close', '1', '-c', 'wait'])).stderr).toBe('✓ Closed pull request acme/widget#1 (mend the widget)\n')
    expect((await fixer.gh(['pr', 'reopen', OWN])).status).toBe(0)
    expect(await pullOnForge(1)).toMatchObject({ state: 'open' })
    const issue = await fixer.gh(['issue', 'create', '-t', 'it squeaks', '-F', '-'], { input: Buffer.from('when it turns') })
    expect(issue.stdout).toMatch(/\/acme\/widget\/issues\/5\n$/)
    expect((await fixer.gh(['issue', 'view', '5', '--json', 'body', '-q', '.body'])).stdout).toBe('when it turns\n')
  })

  it('shows the repository, and who the agent is', async () => {
    expect((await fixer.gh(['repo', 'view'])).stdout).toMatch(/^name:\tacme\/widget\n/)
    expect((await fixer.gh(['repo', 'view', 'acme/widget', '--json', 'name'])).stdout).toBe('{"name":"widget"}\n')
    const status = await fixer.gh(['auth', 'status'])
    expect(status).toMatchObject({ status: 0, stdout: expect.stringContaining('Logged in to refward as agent fixer') as unknown })
    expect(status.stdout).toContain('Repository: forge/acme/widget')
  })

  it('calls routes of the list, and no others', async () => {
    expect((await fixer.gh(['api', 'repos/{owner}/{repo}/pulls/1', '--jq', '.title'])).stdout).toBe('mend the widget\n')
    expect(await fixer.gh(['api', 'repos/{owner}/{repo}/hooks'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/\(RW_[A-Z_]+\)\nrefward: /) as unknown })
    expect(await fixer.gh(['api', 'graphql', '-f', 'query={}'])).toMatchObject({ status: 1, stdout: '' })
  })

  it('is given no merge, whoever asks and however, and is told what to do instead', async () => {
    const seen = await fixer.gh(['pr', 'merge', '1', '--squash'])
    expect(seen).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^refward: [^\n]*\(RW_FORGE_DENIED\)\nrefward: [^\n]+\n/) as unknown })
    expect(await fixer.gh(['pr', 'merge', '1', '--admin'])).toMatchObject({ status: 1, stderr: expect.stringContaining('(RW_ARGUMENT_DENIED)') as unknown })
    expect(await fixer.gh(['secret', 'set', 'KEY', '-b', 'x'])).toMatchObject({ status: 1, stderr: expect.stringContaining('(RW_GH_REFUSED)') as unknown })
    expect(await pullOnForge(1)).toMatchObject({ merged: false, state: 'open' })
  })
})

describe('where it is called', () => {
  it('needs no clone when the session has one repository, and no gateway for its help', async () => {
    const outside = new SandboxGh(front, sandbox, sandbox.home)
    expect((await outside.gh(['pr', 'view', '1', '--json', 'number'])).stdout).toBe('{"number":1}\n')
    expect((await outside.gh(['pr', 'create', '--help'], { env: { HOME: '/nowhere', GIT_CONFIG_GLOBAL: '/dev/null' } })).stdout).toMatch(/^usage: gh pr create /)
  })

  it('is the same in a sandbox that got variables and no file, and in a clone of the forge that nothing rewrites', async () => {
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', HOME: '/nowhere', REFWARD_GATEWAY: world.gateway.origin, REFWARD_TOKEN: await fixer.token() }
    expect((await fixer.gh(['pr', 'view', '--json', 'number'], { env })).stdout).toBe('{"number":1}\n')
  })

  it('does nothing in a clone of something else', async () => {
    const directory = await world.makeDirectory('elsewhere')
    await sandbox.git(['init', '-q', directory])
    const elsewhere = new SandboxGh(front, sandbox, directory)
    for (const [url, code] of [['/srv/other.git', 'RW_GH_USAGE'], ['https://evil.example/acme/widget', 'RW_REMOTE_UNKNOWN'], [`${world.gateway.origin}/git/forge/acme/secret`, 'RW_REPOSITORY_NOT_VISIBLE']] as const) {
      await sandbox.git(['config', 'remote.origin.url', url], directory)
      expect(await elsewhere.gh(['issue', 'create', '-t', 'x', '-b', 'y'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(`(${code})`) as unknown })
    }
    expect((await elsewhere.gh(['pr', 'view', '1', '--json', 'number'], { env: { GH_REPO: 'acme/widget' } })).stdout).toBe('{"number":1}\n')
    expect((await elsewhere.gh(['pr', 'view', '1', '-R', `${new URL(world.gitea.origin).host}/acme/widget`, '--json', 'number'])).stdout).toBe('{"number":1}\n')
  })
})

describe('a hostile work tree', () => {
  let trap: Server
  let connections = 0

  beforeAll(async () => {
    trap = createServer((socket) => {
      connections += 1
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(trap, 'listening')
  })
  afterAll(() => void trap.close())

  it('neither runs anything nor is told the token', async () => {
    const { port } = trap.address() as AddressInfo
    const evil = `http://127.0.0.1:${port}`
    const owned = join(sandbox.home, 'owned')
    await pushBranch('agent/fixer/trap', ['look here'])
    const program = join(clone.directory, '.git', 'evil')
    await writeFile(program, `#!/bin/sh\ntouch '${owned}'\n`, { mode: 0o755 })
    const settings = [
      ['core.fsmonitor', program], ['core.sshCommand', program], ['core.pager', program], ['core.editor', program], ['core.gitProxy', program], ['gpg.program', program], ['log.showSignature', 'true'],
      ['diff.external', program], ['credential.helper', program], ['alias.config', `!${program}`], ['alias.log', `!${program}`], ['alias.symbolic-ref', `!${program}`], ['pager.log', program], ['pager.config', program],
      [`refward.${evil}.tokenFile`, join(sandbox.home, '.config/refward/token')], [`http.${world.gateway.origin}.proxy`, evil], ['http.proxy', evil],
    ] as const
    for (const [name, value] of settings) await clone.git('config', name, value)
    const signed = await clone.git('cat-file', 'commit', 'HEAD')
    await writeFile(join(clone.directory, 'signed'), signed.replace('\n\n', '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n'))
    await clone.git('-c', 'core.fsmonitor=', 'reset', '-q', '--soft', await clone.git('hash-object', '-t', 'commit', '-w', 'signed'))
    expect((await fixer.gh(['pr', 'create', '--fill', '--base', 'main'], { env: { HTTP_PROXY: evil, http_proxy: evil } })).stdout).toMatch(/\/pulls\/\d+\n$/)
    expect((await fixer.gh(['pr', 'view', '1', '--json', 'number'])).stdout).toBe('{"number":1}\n')
    await clone.git('config', `url.${evil}/.insteadOf`, `${world.gateway.origin}/`)
    await clone.git('config', `url.${evil}/x/.insteadOf`, `${world.gitea.origin}/acme/`)
    expect(await fixer.gh(['pr', 'view', '1'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('(RW_REMOTE_UNKNOWN)') as unknown })
    expect(connections).toBe(0)
    expect(existsSync(owned)).toBe(false)
    // The trap works: a git that reads the index would have called it.
    await clone.tryGit('status')
    expect(existsSync(owned)).toBe(true)
  })
})

describe('without a session', () => {
  it('says that it was revoked, and ends as gh does without a login', async () => {
    const brief = await world.addAgent('brief', 'forge/acme/widget')
    const gh = new SandboxGh(front, brief, brief.home)
    expect((await gh.gh(['pr', 'view', '1', '--json', 'number'])).status).toBe(0)
    await world.gateway.operator('agent', 'revoke', 'brief')
    expect(await gh.gh(['pr', 'view', '1'])).toMatchObject({ status: 4, stdout: '', stderr: expect.stringMatching(/^refward: the session was revoked \(RW_SESSION_REVOKED\)\nrefward: .+\n/) as unknown })
  })

  it('says what to do when the gateway is down', async () => {
    await world.gateway.stop()
    const seen = await fixer.gh(['pr', 'list'])
    expect(seen).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/ECONNREFUSED.*\(RW_SHIM_UNREACHABLE\)\nrefward: nothing was done; .+\n$/) as unknown })
    await world.gateway.start()
  })

  it('has shown no token in all that it did', async () => {
    const said = world.sandboxes.flatMap(({ screen }) => screen).join('\n')
    expect(findSecrets(said, [world.token, await fixer.token()])).toEqual([])
  })
})

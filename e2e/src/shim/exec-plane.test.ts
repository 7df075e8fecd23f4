import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DeterministicBytes, git } from '@refward/testing-repositories'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { type GatewayWorld, createGatewayWorld } from './world/gateway-world.ts'
import { type Ended, runProgram } from './world/run-program.ts'

const OWN = 'refs/heads/agent/fixer/x'

let world: GatewayWorld
let work = ''
let token = ''

beforeAll(async () => {
  world = await createGatewayWorld('')
  token = world.environments.exec['REFWARD_TOKEN'] ?? ''
})
beforeEach(async () => {
  work = await world.commands.reset('work')
  world.upstream.clear()
})
afterAll(() => world.close())

function agent(line: string, more: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Ended> {
  return runProgram(world.shim.git, line.split(' '), { cwd: more.cwd ?? work, env: { ...world.environments.exec, ...more.env } })
}

const refsOf = (name: string): Promise<string> => git(['--git-dir', join(world.commands.stage, name), 'for-each-ref'])
const forge = (): Promise<string> => refsOf('acme/widget.git')
const config = (...args: readonly string[]): Promise<string> => git(['config', ...args], { cwd: work })

/** A program that leaves a trace where it is run. */
async function plantProgram(name: string): Promise<{ readonly path: string; ran(): Promise<boolean> }> {
  const path = join(world.commands.stage, name)
  await writeFile(path, `#!/bin/sh\n: >'${path}.ran'\n`)
  await chmod(path, 0o755)
  return { path, ran: () => readFile(`${path}.ran`).then(() => true, () => false) }
}

describe('where a push goes is what git says, and nowhere else', () => {
  test.each([
    { name: 'a place to push to of another host', key: 'remote.origin.pushurl', value: 'https://evil.example/acme/widget.git' },
    { name: 'another address of origin', key: 'remote.origin.url', value: 'https://evil.example/acme/widget.git' },
    { name: 'a rewriting of addresses', key: 'url.https://evil.example/acme/.insteadOf', value: 'https://git.example.org/acme/' },
    { name: 'a rewriting of addresses to push to', key: 'url.https://evil.example/acme/.pushInsteadOf', value: 'https://git.example.org/acme/' },
    { name: 'a repository that was not granted', key: 'remote.origin.pushurl', value: 'https://git.example.org/others/widget.git' },
  ])('$name is refused, not followed', async ({ key, value }) => {
    await config(key, value)
    const before = await forge()
    const { status, stderr } = await agent(`push origin feature:${OWN}`)
    expect({ status, stderr }).toEqual({ status: 128, stderr: expect.stringMatching(/^fatal: refward: .*\(RW_(?:REMOTE_UNKNOWN|REPOSITORY_NOT_VISIBLE)\)\nhint: /) as unknown })
    expect(await forge()).toBe(before)
    expect(findSecrets(stderr, [token])).toEqual([])
  })

  test('a path in place of an address is no place for the gateway: origin is what the launcher said, and that is told', async () => {
    await git(['clone', '-q', '--bare', join(world.commands.stage, 'acme/widget.git'), join(world.commands.stage, 'evil.git')])
    await config('remote.origin.pushurl', join(world.commands.stage, 'evil.git'))
    const before = await refsOf('evil.git')
    expect(await agent(`push origin feature:${OWN}`)).toMatchObject({ status: 0, stderr: expect.stringContaining('refward: origin is forge/acme/widget\n') as unknown })
    expect(await refsOf('evil.git')).toBe(before)
    expect(await forge()).toContain(OWN)
  })

  test('programs that a work tree names are not run', async () => {
    const [receive, ssh, helper] = [await plantProgram('receive'), await plantProgram('ssh'), await plantProgram('git-remote-evil')]
    await config('remote.origin.receivepack', receive.path)
    await config('remote.origin.uploadpack', receive.path)
    await config('remote.origin.vcs', 'evil')
    await config('core.sshCommand', ssh.path)
    await config('credential.helper', `!${receive.path}`)
    await config('remote.backup.url', 'git@git.example.org:acme/backup.git')
    const PATH = `${world.commands.stage}:${process.env['PATH'] ?? ''}`
    expect(await agent(`push origin feature:${OWN}`, { env: { PATH } })).toMatchObject({ status: 0 })
    expect(await agent('fetch origin', { env: { PATH } })).toMatchObject({ status: 0 })
    expect(await agent('ls-remote backup', { env: { PATH } })).toMatchObject({ status: 0 })
    expect([await receive.ran(), await ssh.ran(), await helper.ran()]).toEqual([false, false, false])
  })

  test('options for the forge that the configuration asks for are refused by git itself', async () => {
    await config('push.pushOption', 'ci.skip')
    const before = await forge()
    expect(await agent(`push origin feature:${OWN}`)).toMatchObject({ status: 128, stderr: expect.stringContaining('push-option') as unknown })
    expect(await forge()).toBe(before)
  })

  test('the token is in nothing that is printed, however much is', async () => {
    const TRACES = { GIT_TRACE: '1', GIT_TRACE_PACKET: '1', GIT_TRACE_CURL: '1', GIT_TRACE_SETUP: '1', GIT_CURL_VERBOSE: '1', GIT_TRANSPORT_HELPER_DEBUG: '1', GIT_TRACE2: '1', GIT_TRACE2_ENV_VARS: 'PATH,GIT_CONFIG_COUNT' }
    for (const line of [`push -vv origin feature:${OWN}`, 'fetch -v origin', 'ls-remote origin', 'push origin +feature:main']) {
      const { stdout, stderr } = await agent(line, { env: TRACES })
      expect(stderr).toContain('remote-refward')
      expect(findSecrets(stdout + stderr, [token])).toEqual([])
    }
  })
})

describe('what the sandbox is given', () => {
  test('a gateway that nobody answers for is said to be out of reach, and nothing was sent', async () => {
    const { status, stderr } = await agent(`push origin feature:${OWN}`, { env: { REFWARD_GATEWAY: 'http://127.0.0.1:1' } })
    expect({ status, stderr }).toEqual({ status: 128, stderr: expect.stringMatching(/^fatal: refward: the gateway at http:\/\/127\.0\.0\.1:1 cannot be reached: .*\(RW_SHIM_UNREACHABLE\)\nhint: nothing was done/) as unknown })
  })

  test('a token of nobody is refused by the gateway', async () => {
    for (const line of ['push origin feature', 'fetch', 'ls-remote']) {
      expect(await agent(line, { env: { REFWARD_TOKEN: `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}` } })).toMatchObject({ status: 128, stderr: expect.stringMatching(/\(RW_[A-Z_]+\)\nhint: /) as unknown })
    }
  })

  test('a plane that is none is a mistake, of which git hears nothing', async () => {
    expect(await agent('fetch', { env: { REFWARD_PLANE: 'both' } })).toMatchObject({ status: 128, stderr: expect.stringContaining('(RW_SHIM_SETTING)') as unknown })
    expect(await agent('status', { env: { REFWARD_PLANE: 'both' } })).toMatchObject({ status: 0 })
  })

  test('a git that is led to the gateway goes over the git plane, unless the other is asked for', async () => {
    const REFWARD = { REFWARD_GATEWAY: world.gateway.origin, REFWARD_TOKEN: token }
    const push = (more: Readonly<Record<string, string>>): Promise<Ended> => runProgram(world.shim.git, ['push', 'origin', `+feature:${OWN}`], { cwd: work, env: { ...world.environments.gateway, ...REFWARD, GIT_TRACE: '1', ...more } })
    expect((await push({})).stderr).not.toContain('remote-refward')
    expect((await push({ REFWARD_PLANE: 'exec' })).stderr).toContain('remote-refward')
    expect((await push({ REFWARD_PLANE: 'git' })).stderr).not.toContain('remote-refward')
  })

  test('a work tree that is mounted at another place is found by what is said of it', async () => {
    const here = await realpath(await mkdtemp(join(tmpdir(), 'refward-mounted-')))
    try {
      await promisify(execFile)('cp', ['-a', work, here])
      const cwd = join(here, 'work')
      expect(await agent(`push origin feature:${OWN}`, { cwd })).toMatchObject({ status: 128, stderr: expect.stringContaining('(RW_WORKTREE_OUTSIDE)') as unknown })
      expect(await agent(`push origin feature:${OWN}`, { cwd, env: { REFWARD_PATHS: `${here}=${world.commands.stage}` } })).toMatchObject({ status: 0 })
    } finally {
      await rm(here, { recursive: true })
    }
  })
})

describe('objects', () => {
  test('a large fetch comes through whole', async () => {
    const big = join(world.commands.stage, 'big.bin')
    await writeFile(big, new DeterministicBytes('big').take(24 * 1024 * 1024))
    const source = join(world.commands.stage, 'acme/widget.git')
    const blob = await git(['--git-dir', source, 'hash-object', '-w', big])
    const tree = await git(['--git-dir', source, 'mktree'], { input: `100644 blob ${blob}\tbig.bin\n` })
    await git(['--git-dir', source, 'update-ref', 'refs/heads/big', await git(['--git-dir', source, 'commit-tree', '-m', 'big', tree])])
    expect(await agent('fetch origin big')).toMatchObject({ status: 0 })
    expect(await git(['rev-parse', 'FETCH_HEAD:big.bin'], { cwd: work })).toBe(blob)
    await git(['fsck', '--no-dangling'], { cwd: work })
  })

  test('a pull says whence it came as git does with the forge', async () => {
    const cwd = await world.commands.reset('diverged')
    expect(await agent('pull --no-rebase --no-edit', { cwd })).toMatchObject({ status: 0 })
    expect(await git(['log', '-1', '--format=%s'], { cwd })).toBe(`Merge branch 'main' of ${world.upstream.origin}/acme/widget`)
  })

  test('are not fetched when the exec plane refuses', async () => {
    const session = JSON.parse(await world.gateway.operator('session', 'add', 'fixer', '--json')) as { readonly token: string }
    const before = await git(['for-each-ref'], { cwd: work })
    expect(await agent('fetch origin', { env: { REFWARD_TOKEN: session.token } })).toMatchObject({ status: 128, stderr: expect.stringMatching(/^fatal: refward: .*\(RW_WORKTREE_OUTSIDE\)\nhint: /) as unknown })
    expect(await git(['for-each-ref'], { cwd: work })).toBe(before)
  })
})

describe('where git is called', () => {
  test('a directory within the work tree', async () => {
    await mkdir(join(work, 'a/b'), { recursive: true })
    expect(await agent(`push origin feature:${OWN}`, { cwd: join(work, 'a/b') })).toMatchObject({ status: 0 })
    expect(await agent(`-C work/a push origin feature:${OWN}2`, { cwd: world.commands.stage })).toMatchObject({ status: 0 })
  })

  test('a linked work tree, and a bare repository', async () => {
    await git(['worktree', 'add', '-q', '../linked', 'feature'], { cwd: work })
    expect(await agent(`push origin HEAD:${OWN}`, { cwd: join(world.commands.stage, 'linked') })).toMatchObject({ status: 0 })
    await git(['clone', '-q', '--bare', work, join(world.commands.stage, 'bare.git')])
    expect(await agent(`push https://git.example.org/acme/widget.git feature:${OWN}2`, { cwd: join(world.commands.stage, 'bare.git') })).toMatchObject({ status: 0 })
  })

  test('a hook of the work tree is run in the sandbox, and its no is a no', async () => {
    await mkdir(join(work, '.git/hooks'), { recursive: true })
    await writeFile(join(work, '.git/hooks/pre-push'), '#!/bin/sh\ncat >&2\nexit 1\n')
    await chmod(join(work, '.git/hooks/pre-push'), 0o755)
    const before = await forge()
    expect(await agent(`push origin feature:${OWN}`)).toMatchObject({ status: 1, stderr: expect.stringContaining(OWN) as unknown })
    expect(await forge()).toBe(before)
    expect(await agent(`push --no-verify origin feature:${OWN}`)).toMatchObject({ status: 0 })
  })
})

describe('somebody else who is quicker, after the refs were listed', () => {
  // git runs this hook between the two.
  async function pushMeanwhile(): Promise<void> {
    await mkdir(join(work, '.git/hooks'), { recursive: true })
    await writeFile(join(work, '.git/hooks/pre-push'), `#!/bin/sh\nexec git --git-dir '${join(world.commands.stage, 'acme/widget.git')}' update-ref ${OWN} main\n`)
    await chmod(join(work, '.git/hooks/pre-push'), 0o755)
  }

  test.each([
    { name: 'what is forced', argv: `push origin +topic:${OWN}`, says: '[remote rejected] topic -> agent/fixer/x (RW_REF_STALE)' },
    { name: 'what is deleted', argv: `push origin :${OWN}`, says: '[remote rejected] agent/fixer/x (RW_REF_STALE)' },
    { name: 'what has a lease', argv: `push --force-with-lease origin topic:${OWN}`, says: '[rejected]        topic -> agent/fixer/x (stale info)' },
    { name: 'what moves forward', argv: `push origin feature:${OWN}`, says: '[rejected]        feature -> agent/fixer/x (fetch first)' },
  ])('does not lose it to $name', async ({ argv, says }) => {
    expect(await agent(`push origin origin/old:${OWN}`)).toMatchObject({ status: 0 })
    await pushMeanwhile()
    expect(await agent(argv)).toMatchObject({ status: 1, stderr: expect.stringContaining(says) as unknown })
    const tip = await git(['--git-dir', join(world.commands.stage, 'acme/widget.git'), 'rev-parse', 'main'])
    expect(await forge()).toContain(`${tip} commit\t${OWN}\n`)
  })
})

describe('a push that is refused', () => {
  test('a dry run is judged by the gateway, and changes nothing', async () => {
    const before = await forge()
    expect(await agent('push -n origin +feature:main')).toMatchObject({ status: 1, stderr: expect.stringContaining('! [remote rejected] feature -> main (RW_REF_PROTECTED)') as unknown })
    expect(await agent(`push -n origin feature:${OWN}`)).toMatchObject({ status: 0 })
    expect(await forge()).toBe(before)
  })

  test('one of several is refused with all, for programs too', async () => {
    const before = await forge()
    const { status, stdout } = await agent(`push --porcelain origin +feature:main feature:${OWN}`)
    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining('!\trefs/heads/feature:refs/heads/main\t[remote rejected] (RW_REF_PROTECTED)\n') as unknown })
    expect(stdout).toContain(`!\trefs/heads/feature:${OWN}\t[remote rejected] (RW_PUSH_REFUSED_TOGETHER)\n`)
    expect(await forge()).toBe(before)
    expect(await git(['for-each-ref', 'refs/remotes/origin/agent'], { cwd: work })).toBe('')
  })

  test('what somebody else has pushed is to be fetched first', async () => {
    expect(await agent(`push origin main:${OWN}`)).toMatchObject({ status: 0 })
    await git(['--git-dir', join(world.commands.stage, 'acme/widget.git'), 'update-ref', OWN, 'main'])
    const { status, stderr } = await agent(`push origin feature:${OWN}`)
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('! [rejected]        feature -> agent/fixer/x (fetch first)') as unknown })
    expect(await forge()).toContain(`${await git(['--git-dir', join(world.commands.stage, 'acme/widget.git'), 'rev-parse', 'main'])} commit\t${OWN}`)
  })
})

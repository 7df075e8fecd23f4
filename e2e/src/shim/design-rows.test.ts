import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { git } from '@refward/testing-repositories'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type GatewayWorld, type Way, createGatewayWorld } from './world/gateway-world.ts'
import { type Ended, type RunOptions, runProgram } from './world/run-program.ts'

let world: GatewayWorld
let work = ''
let way: Way = 'gateway'

beforeAll(async () => {
  world = await createGatewayWorld('')
})
beforeEach(async () => {
  way = 'gateway'
  work = await world.commands.reset('work')
  world.upstream.clear()
})
afterAll(() => world.close())

function agent(argv: readonly string[], cwd = work): Promise<Ended> {
  return runProgram(world.shim.git, argv, { cwd, env: world.environments[way] })
}

/** Refs of the sandbox, and of the forge. */
const local = (): Promise<string> => git(['for-each-ref', '--format=%(refname) %(objectname)'], { cwd: work })
const forge = (): Promise<string> => git(['--git-dir', join(world.commands.stage, 'acme/widget.git'), 'for-each-ref', '--format=%(refname) %(objectname)'])
const tipOf = (name: string): Promise<string> => git(['--git-dir', join(world.commands.stage, 'acme/widget.git'), 'rev-parse', name])

describe.each(['gateway', 'exec'] as const)('what an agent runs, through the shim (%s)', (chosen) => {
  beforeEach(() => {
    way = chosen
  })

  test('1: git fetch origin', async () => {
    expect(await agent(['fetch', 'origin'])).toMatchObject({ status: 0 })
    expect(await local()).toContain(`refs/remotes/origin/main ${await tipOf('main')}`)
  })

  test('2: git fetch --tags origin', async () => {
    expect(await local()).not.toContain('refs/tags/v2')
    expect(await agent(['fetch', '--tags', 'origin'])).toMatchObject({ status: 0 })
    expect(await local()).toContain(`refs/tags/v2 ${await tipOf('refs/tags/v2')}`)
  })

  test('3: git fetch --upload-pack=evil origin', async () => {
    const before = await local()
    const { status, stderr } = await agent(['fetch', `--upload-pack=touch ${work}/evil;`, 'origin'])
    expect({ status, stderr }).toEqual({ status: 128, stderr: expect.stringMatching(/^fatal: refward: --upload-pack is denied: .*\(RW_ARGUMENT_DENIED\)\nhint: /) as unknown })
    expect(await local()).toBe(before)
    expect(await git(['status', '--porcelain'], { cwd: work })).toBe('')
    expect(world.upstream.requests).toEqual([])
  })

  test.each([
    { name: 'forward', options: ['--ff-only'], place: 'work' },
    { name: 'as a merge', options: ['--no-rebase', '--no-edit'], place: 'diverged' },
    { name: 'as a rebase', options: ['--rebase'], place: 'diverged' },
  ] as const)('4: git pull origin main, $name', async ({ options, place }) => {
    work = await world.commands.reset(place)
    expect(await agent(['pull', ...options, 'origin', 'main'])).toMatchObject({ status: 0 })
    const tip = await tipOf('main')
    expect(await git(['merge-base', 'HEAD', tip], { cwd: work })).toBe(tip)
    const parents = (await git(['log', '-1', '--format=%P'], { cwd: work })).split(' ')
    expect(parents.length).toBe(options[0] === '--no-rebase' ? 2 : 1)
    expect(world.upstream.requests.length).toBeGreaterThan(0)
  })

  test('4: git pull, as the configuration says', async () => {
    work = await world.commands.reset('diverged')
    await git(['config', 'pull.rebase', 'true'], { cwd: work })
    expect(await agent(['pull'])).toMatchObject({ status: 0 })
    expect(await git(['rev-parse', 'HEAD~1'], { cwd: work })).toBe(await tipOf('main'))
  })

  test('5: git remote update', async () => {
    expect(await agent(['remote', 'update'])).toMatchObject({ status: 0 })
    const updated = await local()
    expect(updated).toContain(`refs/remotes/origin/main ${await tipOf('main')}`)
    expect(updated).toContain('refs/remotes/backup/main ')
  })

  test('6: git ls-remote origin', async () => {
    const { status, stdout } = await agent(['ls-remote', 'origin'])
    expect(status).toBe(0)
    expect(stdout).toContain(`${await tipOf('main')}\trefs/heads/main\n`)
  })

  test('7: git push origin, its own branch', async () => {
    expect(await agent(['push', 'origin', 'feature:agent/fixer/feature'])).toMatchObject({ status: 0 })
    expect(await tipOf('agent/fixer/feature')).toBe(await git(['rev-parse', 'feature'], { cwd: work }))
  })

  test('8: git push origin main', async () => {
    const before = await forge()
    await agent(['pull', '--ff-only', 'origin', 'main'])
    await writeFile(join(work, 'more.txt'), 'more\n')
    await agent(['add', 'more.txt'])
    await agent(['commit', '-q', '-m', 'more'])
    const { status, stderr } = await agent(['push', 'origin', 'main'])
    expect(status).toBe(1)
    expect(stderr).toContain('refs/heads/main is protected (RW_REF_PROTECTED)')
    expect(stderr).toContain('! [remote rejected] main -> main (RW_REF_PROTECTED)')
    expect(await forge()).toBe(before)
  })

})

describe('what an agent runs, through the shim over the git plane', () => {
  test('a clone works, and has no credential of the forge in it', async () => {
    const { status } = await agent(['clone', '-q', 'https://git.example.org/acme/widget.git', 'copy'], world.commands.stage)
    expect(status).toBe(0)
    expect(await git(['config', 'remote.origin.url'], { cwd: join(world.commands.stage, 'copy') })).toBe('https://git.example.org/acme/widget.git')
  })

  test('an alias of a push goes over the same plane, and the gateway decides', async () => {
    await git(['config', 'alias.up', 'push --receive-pack=evil'], { cwd: work })
    expect(await agent(['up', 'origin', 'feature:agent/fixer/feature'])).toMatchObject({ status: 0 })
    const { status, stderr } = await agent(['up', 'origin', '+feature:main'])
    expect(status).toBe(1)
    expect(stderr).toContain('RW_REF_PROTECTED')
  })
})

describe('a signal from the terminal while a remote command waits', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends git and what git has started', async (signal) => {
    const silent = createServer(() => undefined)
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/acme/widget.git`
      const left = Promise.withResolvers<void>()
      const started: RunOptions['started'] = (child) => {
        silent.once('connection', (socket) => {
          socket.once('close', left.resolve)
          process.kill(-(child.pid ?? 0), signal)
        })
      }
      expect(await runProgram(world.shim.git, ['ls-remote', address], { cwd: work, group: true, started })).toMatchObject({ status: null, signal })
      // The helper that holds the connection is a process of git's, in the same group.
      await left.promise
    } finally {
      silent.close()
    }
  })
})

import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type GitRuntime, createGitRuntime } from './git-runtime.ts'
import { runGit } from './run-git.ts'
import { spawnGit } from './spawn-git.ts'

let directory: string
let runtime: GitRuntime

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'refward-launcher-'))
  runtime = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(directory, 'home') })
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** A stand-in for git, to see what a child gets. */
async function fakeGit(script: string): Promise<GitRuntime> {
  const program = join(directory, 'fake-git')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  return { ...runtime, program }
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat !== undefined && !/\) Z /.test(stat)
}

describe('the launcher', () => {
  test.runIf(process.platform === 'linux')('gives a child its own three streams and no one else\'s', async () => {
    const other = spawnGit(runtime, { command: 'cat-file', flags: { '--batch': true } })
    const { stdout } = await runGit(await fakeGit('exec ls /proc/self/fd'), { command: 'version' })
    // What the shell that started the test left open goes through every process.
    const inherited = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' }).stdout
    expect(inherited.split('\n')).toEqual(expect.arrayContaining(stdout.toString().split('\n')))
    other.kill()
    await other.end
  })

  test('starts more children than one launcher can', async () => {
    const echo = await fakeGit('exec cat')
    for (let round = 0; round < 5; round += 1) {
      const answers = Array.from({ length: 40 }, (_, index) => runGit(echo, { command: 'version' }, { input: `${round} ${index}` }))
      const texts = (await Promise.all(answers)).map(({ stdout }) => stdout.toString())
      expect(texts).toEqual(texts.map((_, index) => `${round} ${index}`))
    }
  })

  test('moves a lot in both directions at once, with backpressure', async () => {
    const child = spawnGit(await fakeGit('exec cat'), { command: 'version' })
    const block = Buffer.alloc(1 << 20, 'x')
    const writing = (async () => {
      for (let count = 0; count < 20; count += 1) if (!child.stdin.write(block)) await new Promise((resolve) => child.stdin.once('drain', resolve))
      child.stdin.end()
    })()
    let bytes = 0
    for await (const piece of child.stdout) bytes += (piece as Buffer).length
    await writing
    expect(bytes).toBe(20 << 20)
    expect(await child.end).toMatchObject({ kind: 'exited', code: 0 })
  })

  test('ends with the gateway, and all children with it, when that is killed', async () => {
    const script = `
      import { createGitRuntime } from ${JSON.stringify(new URL('./git-runtime.ts', import.meta.url).href)}
      import { spawnGit } from ${JSON.stringify(new URL('./spawn-git.ts', import.meta.url).href)}
      const runtime = await createGitRuntime({ program: 'git', searchPath: process.env.PATH, home: ${JSON.stringify(join(directory, 'home'))} })
      spawnGit({ ...runtime, program: ${JSON.stringify(join(directory, 'fake-git'))} }, { command: 'version' })
    `
    await fakeGit(`echo $$ >${directory}/pid; exec sleep 300`)
    const gateway = spawn(process.execPath, ['--conditions=refward-source', '--input-type=module', '--eval', script], { stdio: 'inherit' })
    const pid = await vi.waitFor(async () => Number.parseInt(await readFile(join(directory, 'pid'), 'utf8'), 10) || Promise.reject(new Error('not yet')), { timeout: 10_000 })
    expect(await isAlive(pid)).toBe(true)
    gateway.kill('SIGKILL')
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), { timeout: 5000 })
  })

  test('that is killed itself is told as children that were, and another takes its place', async () => {
    const child = spawnGit(await fakeGit('echo $PPID; exec sleep 300'), { command: 'version' })
    const [line] = await child.stdout.take(1).toArray() as Buffer[]
    process.kill(Number(line), 'SIGKILL')
    expect(await child.end).toMatchObject({ kind: 'signalled' })
    expect((await runGit(runtime, { command: 'version' })).code).toBe(0)
  })
})

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GitFailure, saysDiskFull } from './git-end.ts'
import { type GitRuntime, GitUnusable, createGitRuntime, killGitChildren } from './git-runtime.ts'
import { runGit } from './run-git.ts'
import { spawnGit } from './spawn-git.ts'

let directory: string
let runtime: GitRuntime

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'refward-process-'))
  runtime = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(directory, 'home') })
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** A stand-in for git, to see what a child gets and to misbehave on purpose. */
async function fakeGit(script: string): Promise<GitRuntime> {
  const program = join(directory, 'fake-git')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  return { ...runtime, program }
}

/** An orphan that was killed may stay a zombie where process 1 does not collect them. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' })
  return stdout !== '' && !stdout.startsWith('Z')
}

describe('the environment', () => {
  test('is built from empty, whatever the operator has set', async () => {
    vi.stubEnv('GIT_TRACE', '1')
    vi.stubEnv('GIT_DIR', '/elsewhere')
    vi.stubEnv('REFWARD_TOKEN', 'hunter2')
    const { stdout } = await runGit(await fakeGit('exec /usr/bin/env'), { command: 'version' })
    const names = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .filter((name) => name !== 'PWD' && name !== '_' && name !== 'OLDPWD' && name !== 'SHLVL')
    expect(names.toSorted()).toEqual([
      'GIT_ALLOW_PROTOCOL',
      'GIT_ATTR_NOSYSTEM',
      'GIT_CONFIG_GLOBAL',
      'GIT_CONFIG_NOSYSTEM',
      'GIT_LITERAL_PATHSPECS',
      'GIT_NO_LAZY_FETCH',
      'GIT_NO_REPLACE_OBJECTS',
      'GIT_OPTIONAL_LOCKS',
      'GIT_TERMINAL_PROMPT',
      'HOME',
      'LC_ALL',
    ])
  })

  test('names a quarantine whose path holds a colon and a quote', async () => {
    const gitDir = join(directory, 'a.git')
    await runGit(runtime, { command: 'init', flags: { '--bare': true, '--quiet': true, '--template': '' }, operands: [gitDir] })
    const odd = join(directory, 'od:d"q')
    await mkdir(odd)
    const packed = await packOf(gitDir, odd)
    const other = join(directory, 'b.git')
    await runGit(runtime, { command: 'init', flags: { '--bare': true, '--quiet': true, '--template': '' }, operands: [other] })
    const answer = await runGit(
      runtime,
      { command: 'cat-file', gitDir: other, flags: { '--batch-check': true } },
      { input: `${packed}\n`, objects: { directory: join(other, 'objects'), alternates: [odd] } },
    )
    expect(answer.stdout.toString()).toBe(`${packed} tree 0\n`)
  })
})

/** Writes a pack that holds the empty tree into an object directory, by way of the quarantine variables. */
async function packOf(gitDir: string, objects: string): Promise<string> {
  const emptyTreePack = Buffer.from('5041434b000000020000000120789c030000000001', 'hex')
  const pack = Buffer.concat([emptyTreePack, createHash('sha1').update(emptyTreePack).digest()])
  await mkdir(join(objects, 'pack'))
  await runGit(runtime, { command: 'index-pack', gitDir, flags: { '--stdin': true } }, { input: pack, objects: { directory: objects, alternates: [] } })
  expect(await readdir(join(gitDir, 'objects/pack'))).toEqual([])
  return '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
}

describe('a child that misbehaves', () => {
  test('is killed with its whole group when it takes too long', async () => {
    const late = await fakeGit(`sleep 300 & echo $! >${directory}/pid; wait`)
    await expect(runGit(late, { command: 'version' }, { timeoutMs: 300 })).rejects.toMatchObject({ end: { kind: 'timed-out' } })
    expect(isAlive(Number(await readFile(join(directory, 'pid'), 'utf8')))).toBe(false)
  })

  test('leaves nobody behind in its group when it ends by itself', async () => {
    const untidy = await fakeGit(`sleep 300 >/dev/null 2>&1 & echo $!`)
    const { stdout } = await runGit(untidy, { command: 'version' })
    await vi.waitFor(() => expect(isAlive(Number(stdout.toString()))).toBe(false))
  })

  test('is killed when the signal aborts', async () => {
    const aborter = new AbortController()
    const child = spawnGit(await fakeGit('exec sleep 300'), { command: 'version' }, { signal: aborter.signal })
    aborter.abort()
    expect(await child.end).toMatchObject({ kind: 'aborted' })
  })

  test('is killed when it writes too much', async () => {
    const flood = await fakeGit('exec yes')
    await expect(runGit(flood, { command: 'version' }, { maxOutputBytes: 1000 })).rejects.toMatchObject({ end: { kind: 'flooded' } })
    const noisy = spawnGit(await fakeGit('exec yes >&2'), { command: 'version' }, { maxErrorBytes: 1000 })
    noisy.stdout.resume()
    expect(await noisy.end).toMatchObject({ kind: 'flooded' })
  })

  test('is told apart when it cannot be started, and when a signal ended it', async () => {
    const missing = spawnGit({ ...runtime, program: join(directory, 'none') }, { command: 'version' })
    expect(await missing.end).toMatchObject({ kind: 'not-started' })
    const killed = spawnGit(await fakeGit('kill -TERM $$'), { command: 'version' })
    killed.stdout.resume()
    expect(await killed.end).toMatchObject({ kind: 'signalled', signal: 'SIGTERM' })
  })

  test('that ends before its input does not break the writer', async () => {
    const child = spawnGit(await fakeGit('exit 3'), { command: 'version' })
    child.stdin.write(Buffer.alloc(1024 * 1024))
    child.stdout.resume()
    expect(await child.end).toMatchObject({ kind: 'exited', code: 3 })
  })

  test('is killed at shutdown', async () => {
    const child = spawnGit(await fakeGit('exec sleep 300'), { command: 'version' })
    expect(runtime.live.size).toBe(1)
    killGitChildren(runtime)
    expect(await child.end).toMatchObject({ kind: 'signalled' })
    expect(runtime.live.size).toBe(0)
  })
})

describe('answers', () => {
  test('output that is read late is all there', async () => {
    const child = spawnGit(await fakeGit('head -c 300000 /dev/zero'), { command: 'version' })
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    let bytes = 0
    for await (const chunk of child.stdout) bytes += (chunk as Buffer).length
    expect(bytes).toBe(300_000)
    expect(await child.end).toMatchObject({ kind: 'exited', code: 0 })
  })

  test('an exit code that was not accepted throws with what git said', async () => {
    const failing = await fakeGit('echo "fatal: no" >&2; exit 128')
    const failure = await runGit(failing, { command: 'version' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(GitFailure)
    expect(failure).toMatchObject({ message: 'git version exited with 128', end: { stderr: 'fatal: no\n' } })
    expect((await runGit(failing, { command: 'version' }, { accept: [128] })).code).toBe(128)
  })

  test('a full disk is recognised by its words', () => {
    expect(saysDiskFull({ kind: 'exited', code: 128, stderr: 'fatal: write error: No space left on device\n' })).toBe(true)
    expect(saysDiskFull({ kind: 'exited', code: 128, stderr: 'fatal: bad object\n' })).toBe(false)
  })
})

describe('git itself', () => {
  test('is refused when it is missing, too old or something else', async () => {
    const home = join(directory, 'home')
    await expect(createGitRuntime({ program: 'git', searchPath: `relative:${directory}`, home })).rejects.toThrow(GitUnusable)
    const { program } = await fakeGit('echo git version 2.38.4')
    await expect(createGitRuntime({ program, searchPath: '', home })).rejects.toThrow('git 2.38.4 is too old: 2.39 or newer is needed')
    await fakeGit('echo hello')
    await expect(createGitRuntime({ program, searchPath: '', home })).rejects.toThrow('does not answer like git')
  })
})

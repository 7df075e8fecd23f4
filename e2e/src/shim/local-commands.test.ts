import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, type RunOptions, runProgram } from './world/run-program.ts'
import { type Shim, buildShim } from './world/shim.ts'

const BYTES = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7 + (index >> 8)) % 256)
const NAME = 'a b\n"c" \'d\' $HOME `id` *'

let root = ''
let work = ''
let shim: Shim

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refward-local-'))
  work = join(root, 'work')
  shim = await buildShim(root)
  await git(['init', '-q', work])
  await writeFile(join(work, NAME), BYTES)
  await writeFile(join(work, 'plain.txt'), 'plain\n')
  await git(['add', '.'], { cwd: work })
  await git(['commit', '-q', '-m', 'one'], { cwd: work })
  await git(['branch', 'agent/fixer/x'], { cwd: work })
})

afterAll(() => rm(root, { recursive: true, force: true }))

async function both(argv: readonly string[], options: Partial<RunOptions> = {}): Promise<readonly [Ended, Ended]> {
  const run = (program: string): Promise<Ended> => runProgram(program, argv, { cwd: work, ...options })
  return [await run(shim.realGit), await run(shim.git)]
}

describe('a local command is as without the shim', () => {
  test.each([
    { name: 'an id', argv: ['rev-parse', 'HEAD'], status: 0 },
    { name: 'the status', argv: ['status', '--porcelain=v2', '--branch', '-z'], status: 0 },
    { name: 'bytes of a blob', argv: ['cat-file', 'blob', `HEAD:${NAME}`], status: 0 },
    { name: 'a name with a line end, quotes, a dollar and a star', argv: ['log', '--format=%H %s', '--', NAME], status: 0 },
    { name: 'a pattern that a shell would expand', argv: ['ls-files', '--', '*.txt'], status: 0 },
    { name: 'an empty argument', argv: ['grep', '-e', '', '--', 'plain.txt'], status: 0 },
    { name: 'an argument of two lines', argv: ['rev-parse', '--sq-quote', 'a\nb', '', "'", '\\', '-n', '%s'], status: 0 },
    { name: 'a difference, which is 1', argv: ['diff', '--no-index', '--exit-code', 'plain.txt', NAME], status: 1 },
    { name: 'nothing found, which is 1', argv: ['config', 'no.such'], status: 1 },
    { name: 'a failure', argv: ['rev-parse', '--verify', 'nothing'], status: 128 },
    { name: 'an option that git does not know', argv: ['status', '--nothing'], status: 129 },
    { name: 'a command that git does not know', argv: ['nothing'], status: 1 },
    { name: 'an option before the command that git does not know', argv: ['--nothing', 'push'], status: 129 },
    { name: 'no command', argv: [], status: 1 },
    { name: 'an empty command', argv: [''], status: 1 },
    { name: 'the version', argv: ['--version'], status: 0 },
    { name: 'the version and more of it', argv: ['version', '--build-options'], status: 0 },
    { name: 'where programs are', argv: ['--exec-path'], status: 0 },
    { name: 'another directory', argv: ['-C', '..', '-C', 'work', 'rev-parse', '--show-toplevel'], status: 0 },
    { name: 'another repository', argv: ['--git-dir=.git', '--work-tree', '.', 'rev-parse', '--git-dir'], status: 0 },
    { name: 'configuration', argv: ['-c', 'user.name=x y', 'config', 'user.name'], status: 0 },
    { name: 'a remote that is not fetched', argv: ['remote', '-v'], status: 0 },
    { name: 'submodules that are not fetched', argv: ['submodule', 'status'], status: 0 },
    { name: 'how a remote command is used', argv: ['push', '-h'], status: 129 },
    { name: 'an alias', argv: ['-c', 'alias.where=rev-parse --show-prefix', 'where'], status: 0 },
    { name: 'an alias that is a shell command', argv: ['-c', 'alias.say=!printf "%s|"', 'say', 'a b', '*', ''], status: 0 },
  ])('$name', async ({ argv, status }) => {
    const [direct, ours] = await both(argv)
    expect(direct.status).toBe(status)
    expect(ours).toEqual(direct)
  })

  test('bytes of standard input', async () => {
    const [direct, ours] = await both(['hash-object', '--stdin', '-w'], { input: BYTES })
    expect(ours).toEqual(direct)
    expect(ours.stdout.trim()).toBe(await git(['rev-parse', `HEAD:${NAME}`], { cwd: work }))
  })

  test('an input that is used up line by line', async () => {
    const input = Buffer.from(`HEAD\nHEAD:plain.txt\nnothing\n`)
    const [direct, ours] = await both(['cat-file', '--batch'], { input })
    expect(ours).toEqual(direct)
    expect(ours.stdout).toContain('plain\n')
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('death by %s', async (signal) => {
    // It waits for input; the first answer says that it does.
    const started: RunOptions['started'] = (child) => {
      child.stdin?.write('HEAD\n')
      child.stdout?.once('data', () => child.kill(signal))
    }
    const [direct, ours] = await both(['cat-file', '--batch-check'], { started })
    expect(ours).toEqual(direct)
    expect(ours).toMatchObject({ status: null, signal })
  })

  test('an alias of a remote command is run by the real git', async () => {
    const [direct, ours] = await both(['-c', 'alias.up=fetch --upload-pack=nothing', 'up', join(root, 'nowhere')])
    expect(ours).toEqual(direct)
    expect(ours.stderr).not.toContain('RW_ARGUMENT')
  })
})

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskProblem } from './disk.mjs'
import { contentKey, hasStamp, treeKey, writeStamp } from './fingerprint.mjs'
import { gitProblem } from './git.mjs'
import { packageManagerEnvironment } from './home.mjs'
import { jobFor } from './jobs.mjs'
import { withLock } from './lock.mjs'
import { Problem, problemFromOutput } from './problem.mjs'
import { renderDuration } from './progress.mjs'
import { nodeFits } from './toolchain.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'refward bootstrap '))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('jobFor', () => {
  const app = 'apps/refward/dist/main.js'
  it.each([
    { name: 'no argument is the demonstration', argv: ['start'], expected: [app, 'demo'] },
    { name: 'a flag belongs to the demonstration', argv: ['start', '--once'], expected: [app, 'demo', '--once'] },
    { name: 'a command is that command', argv: ['start', 'up', '--config', 'x y.yaml'], expected: [app, 'up', '--config', 'x y.yaml'] },
    { name: 'help is about the program', argv: ['start', '--help'], expected: [app, '--help'] },
    { name: 'the version is of the program', argv: ['start', '--version'], expected: [app, '--version'] },
    { name: 'tests take their arguments', argv: ['test', '--only', 'unit'], expected: ['scripts/test/main.ts', '--only', 'unit'] },
    { name: 'a set-up runs nothing', argv: ['setup'], expected: [] },
  ])('$name', ({ argv, expected }) => {
    expect(jobFor(argv).argv).toEqual(expected)
  })

  it.each([[[]], [['nonsense']], [['__proto__']]])('names the jobs when asked for %j', (argv) => {
    expect(() => jobFor(argv)).toThrow(Problem)
  })
})

describe('gitProblem', () => {
  it.each([
    { output: 'git version 2.39.5\n', message: undefined },
    { output: 'git version 2.39.5 (Apple Git-154)\n', message: undefined },
    { output: 'git version 2.51.0.windows.1\n', message: undefined },
    { output: 'git version 3.0.0\n', message: undefined },
    { output: 'git version 2.38.9\n', message: 'git 2.38 is too old' },
    { output: 'git version 1.99.0\n', message: 'git 1.99 is too old' },
    { output: '', message: 'git was not found' },
    { output: 'usage: git\n', message: 'git answered with an unknown version: "usage: git"' },
  ])('$output', ({ output, message }) => {
    expect(gitProblem(output)?.message).toBe(message)
  })
})

describe('diskProblem', () => {
  it('says how much is there and how much is needed', () => {
    expect(diskProblem(699.9)?.message).toBe('there are 699 MB left on the disk of this folder, and the set-up needs 700')
    expect(diskProblem(700)).toBeUndefined()
  })
})

describe('nodeFits', () => {
  it.each([
    { version: '20.20.2', hasSqlite: false, fits: false },
    { version: '22.23.4', hasSqlite: true, fits: false },
    { version: '24.0.0', hasSqlite: true, fits: true },
    { version: '24.0.0', hasSqlite: false, fits: false },
    { version: '26.1.0', hasSqlite: true, fits: true },
  ])('$version, sqlite: $hasSqlite', ({ version, hasSqlite, fits }) => {
    expect(nodeFits(version, hasSqlite)).toBe(fits)
  })
})

describe('problemFromOutput', () => {
  it.each([
    { output: 'npm error code ENOTFOUND\nnpm error network request failed', message: 'cannot be reached' },
    { output: 'npm error errno ECONNREFUSED', message: 'cannot be reached' },
    { output: 'npm error code ENOSPC', message: 'the disk is full' },
    { output: 'write failed: No space left on device (os error 28)', message: 'the disk is full' },
    { output: 'Failed to write: No space left\n      on device (os error 28)', message: 'the disk is full' },
    { output: 'npm error code EACCES', message: 'cannot be written' },
    { output: 'npm error code EINTEGRITY', message: 'not the one that the lock file names' },
    { output: 'npm error code ETARGET', message: 'does not serve a package' },
    { output: 'Error: ERR_PNPM_OUTDATED_LOCKFILE', message: 'does not match the package.json files' },
    { output: 'ERR_PNPM_IGNORED_BUILDS', message: 'install script' },
    { output: 'something new', message: 'a step failed' },
  ])('$output', ({ output, message }) => {
    const problem = problemFromOutput('a step', output)
    expect(problem.message).toContain(message)
    expect(problem.remedy).not.toBe('')
    expect(problem.detail).toBe(output)
  })

  it('shows the last lines alone', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
    expect(problemFromOutput('a step', output).detail.split('\n')).toHaveLength(15)
  })
})

describe('packageManagerEnvironment', () => {
  it('leaves a home alone that can be written', () => {
    expect(packageManagerEnvironment({ HOME: folder, XDG_CACHE_HOME: '/x' }, '/unused')).toMatchObject({ HOME: folder, XDG_CACHE_HOME: '/x' })
  })

  it.each([
    { name: 'no home', home: undefined },
    { name: 'an empty home', home: '' },
    { name: 'a home that is not there', home: '/nowhere/at/all' },
    { name: 'a home that is a file', home: '/dev/null' },
  ])('keeps caches in the toolchain folder for want of one: $name', ({ home }) => {
    const env = packageManagerEnvironment({ ...(home === undefined ? {} : { HOME: home }), XDG_DATA_HOME: '/nowhere', PATH: '/bin' }, folder)
    expect(env).toMatchObject({ HOME: join(folder, 'home'), PATH: '/bin' })
    expect(env).not.toHaveProperty('XDG_DATA_HOME')
  })
})

describe('contentKey', () => {
  it('follows the content of files, and whether they are there', () => {
    const key = (): string => contentKey(folder, ['a.json', 'b/c.json'])
    const empty = key()
    writeFileSync(join(folder, 'a.json'), '{}')
    const one = key()
    expect(one).not.toBe(empty)
    utimesSync(join(folder, 'a.json'), 1, 1)
    expect(key()).toBe(one)
    writeFileSync(join(folder, 'a.json'), '[]')
    expect(key()).not.toBe(one)
  })
})

describe('treeKey', () => {
  it('follows size, time, name and presence of what counts, and of nothing else', () => {
    mkdirSync(join(folder, 'src', 'deep'), { recursive: true })
    const file = join(folder, 'src', 'deep', 'a.ts')
    writeFileSync(file, 'one')
    utimesSync(file, 1, 1)
    const key = (): string => treeKey(folder, ['src', 'build.mjs'], (path) => !path.endsWith('.test.ts'))
    const seen = [key()]
    const expectChange = (): void => {
      expect(seen).not.toContain(key())
      seen.push(key())
    }

    writeFileSync(join(folder, 'src', 'a.test.ts'), 'a test')
    expect(key()).toBe(seen[0])
    utimesSync(file, 2, 2)
    expectChange()
    writeFileSync(file, 'longer')
    utimesSync(file, 2, 2)
    expectChange()
    writeFileSync(join(folder, 'build.mjs'), '')
    expectChange()
    rmSync(file)
    expectChange()
  })
})

describe('stamps', () => {
  it('hold for the key that they were written with', () => {
    const stamp = join(folder, 'stamp')
    expect(hasStamp(stamp, 'a')).toBe(false)
    writeStamp(stamp, 'a')
    expect(hasStamp(stamp, 'a')).toBe(true)
    expect(hasStamp(stamp, 'b')).toBe(false)
  })
})

describe('withLock', () => {
  it('lets one in at a time, and the next one in when an action throws', async () => {
    const events: string[] = []
    const enter = (name: string, fails: boolean): Promise<void> =>
      withLock(folder, async () => {
        events.push(`${name} in`)
        await new Promise((resolve) => setImmediate(resolve))
        events.push(`${name} out`)
        if (fails) throw new Error('failed')
      })
    const results = await Promise.allSettled([enter('a', true), enter('b', false), enter('c', false)])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(events.filter((_, index) => index % 2 === 0).map((event) => event.replace(' in', ' out'))).toEqual(
      events.filter((_, index) => index % 2 === 1),
    )
  })
})

describe('renderDuration', () => {
  it.each([
    [49, '0.0 s'],
    [4_670, '4.7 s'],
    [225_000, '3 min 45 s'],
  ])('%i ms is %s', (milliseconds, text) => {
    expect(renderDuration(milliseconds)).toBe(text)
  })
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { bundleGhShim, bundleGitShim } from './bundle-git-shim.ts'

const KIBIBYTE = 1024
let directory = ''
let program = ''
let ghProgram = ''

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'refward-shim-'))
  program = join(directory, 'git-shim.mjs')
  ghProgram = join(directory, 'gh-shim.mjs')
  await bundleGitShim(program)
  await bundleGhShim(ghProgram)
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('the bundled program', () => {
  it('is small, and loads nothing but built-in modules', () => {
    const text = readFileSync(program, 'utf8')
    expect(text.length).toBeLessThan(150 * KIBIBYTE)
    expect(listModules(text)).toEqual(new Set(['node:fs', 'node:path', 'node:child_process', 'node:events']))
  })

  it('has neither the schema of the configuration nor a reader of YAML in it', () => {
    expect(readFileSync(program, 'utf8')).not.toMatch(/ZodError|z\.object|YAMLParseError/)
  })

  it('says so when git is not where it was told', () => {
    const { status, stderr, signal } = spawnSync(process.execPath, [program, join(directory, 'no git'), 'push'], { encoding: 'utf8' })
    expect({ status, signal }).toEqual({ status: 127, signal: null })
    expect(stderr).toMatch(/^fatal: refward: cannot run git: ENOENT[^\n]*\n$/)
  })
})

describe('the bundled program of gh', () => {
  it('is small, and loads nothing but built-in modules', () => {
    const text = readFileSync(ghProgram, 'utf8')
    expect(text.length).toBeLessThan(150 * KIBIBYTE)
    expect(text).not.toMatch(/ZodError|z\.object|YAMLParseError/)
    // Never node:http: importing it evaluates a second client for HTTP that nobody asked for.
    expect(listModules(text)).toEqual(new Set(['node:child_process', 'node:fs', 'node:path', 'node:tty']))
  })

  it('needs no gateway for its help', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [ghProgram, '/no/git', 'help', 'pr', 'create'], { encoding: 'utf8', env: {} })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^usage: gh pr create /)
  })

  it.each([
    { name: 'no gateway', env: {}, status: 1, code: 'RW_SHIM_GATEWAY' },
    { name: 'no token', env: { REFWARD_GATEWAY: 'http://127.0.0.1:1' }, status: 4, code: 'RW_SHIM_TOKEN' },
    { name: 'a gateway that is down', env: { REFWARD_GATEWAY: 'http://127.0.0.1:1', REFWARD_TOKEN: 'rfw_a' }, status: 1, code: 'RW_SHIM_UNREACHABLE' },
  ])('says what to do where there is $name, without a git', ({ env, status, code }) => {
    const ended = spawnSync(process.execPath, [ghProgram, '/no/git', 'pr', 'list'], { encoding: 'utf8', env })
    expect(ended).toMatchObject({ status, stdout: '' })
    expect(ended.stderr).toMatch(new RegExp(String.raw`^refward: [ -~]+ \(${code}\)\nrefward: [ -~]+\n$`))
  })
})

function listModules(text: string): ReadonlySet<string | undefined> {
  const found = text.matchAll(/(?:^|[;}\n])import\b[^;"(]*"([^"]+)"|\bimport\("([^"]+)"\)|\brequire\(/g)
  return new Set([...found].map(([, name]) => name))
}

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { bundleGitShim } from './bundle-git-shim.ts'

const KIBIBYTE = 1024
let directory = ''
let program = ''

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'refward-shim-'))
  program = join(directory, 'git-shim.mjs')
  await bundleGitShim(program)
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('the bundled program', () => {
  it('is small, and loads nothing but built-in modules', () => {
    const text = readFileSync(program, 'utf8')
    expect(text.length).toBeLessThan(150 * KIBIBYTE)
    const modules = [...text.matchAll(/(?:^|[;\n])import\b[^;"(]*"([^"]+)"|\bimport\("([^"]+)"\)|\brequire\(/g)].map(([, name]) => name)
    expect(new Set(modules)).toEqual(new Set(['node:fs', 'node:path', 'node:child_process', 'node:events']))
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

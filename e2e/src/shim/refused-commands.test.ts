import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRemoteCommand } from '@refward/git-shim'
import { type RefusedRow, refusedCommands, wordsOf } from '@refward/testing-commands'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './world/run-program.ts'
import { type Shim, buildShim, writeProgram } from './world/shim.ts'

let root = ''
let shim: Shim
const ran = (): boolean => existsSync(join(root, 'ran'))

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refward-refused-'))
  shim = await buildShim(root, await writeProgram(join(root, 'git-that-tells'), `#!/bin/sh\n: >'${root}/ran'\n`))
})

afterAll(() => rm(root, { recursive: true, force: true }))

/** The system itself lets no NUL through, and what is no remote command is for git to refuse. */
const toldEarly = refusedCommands.filter(({ given }) => {
  const words = wordsOf(given)
  return !words.some((word) => word.includes('\0')) && findRemoteCommand(words) !== undefined
})
const USAGE = /^RW_ARGUMENT_(?:COMMAND|UNKNOWN|ABBREVIATED|VALUE_MISSING|VALUE_UNEXPECTED|MISSING|EXCESS)$/

describe('a refused command ends early, with the word of the table', () => {
  test('the corpus has many', () => {
    expect(toldEarly.length).toBeGreaterThan(100)
  })

  test.concurrent.each(toldEarly)('$name', async ({ given, code }: RefusedRow) => {
    const { status, signal, stdout, stderr } = await runProgram(shim.git, wordsOf(given), { cwd: root })
    expect({ status, signal, stdout }).toEqual({ status: USAGE.test(code) ? 129 : 128, signal: null, stdout: '' })
    expect(stderr).toMatch(/^fatal: refward: /)
    expect(stderr).toContain(`(${code})\nhint: `)
  })

  test('and the real git was never started, but is by what is accepted', async () => {
    expect(ran()).toBe(false)
    await runProgram(shim.git, ['push', 'origin', 'main'], { cwd: root })
    expect(ran()).toBe(true)
  })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { renderGhFront } from './render-gh-front.ts'

const usual = { git: '/usr/bin/git', node: '/usr/bin/node', program: '/opt/refward/gh-shim.mjs' }

describe('the front of gh', () => {
  it('is this script', async () => {
    await expect(renderGhFront(usual)).toMatchFileSnapshot('../testing/golden/gh-front.sh')
  })

  it('hands on every argument as it is, in places with hostile names', () => {
    const directory = mkdtempSync(join(tmpdir(), 'refward-front-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const place = join(directory, `it's $(touch owned) \`touch owned\` "; touch owned #*\n`)
    mkdirSync(place)
    const write = (name: string, text: string): string => {
      const path = join(place, name)
      writeFileSync(path, text)
      chmodSync(path, 0o755)
      return path
    }
    const node = write('node', `#!/bin/sh\nprintf '[%s]' "$@"\n`)
    const paths = { git: join(place, 'git'), node, program: join(place, 'gh-shim.mjs') }
    const front = write('gh', renderGhFront(paths))
    const argv = ['pr', 'create', '', '*', "it's\n$HOME `id` \\ \"", '~', '--', '-x']
    const said = execFileSync(front, argv, { cwd: directory, encoding: 'utf8' })
    expect(said).toBe([paths.program, paths.git, ...argv].map((word) => `[${word}]`).join(''))
    expect(existsSync(join(directory, 'owned'))).toBe(false)
  })

  it.each([
    { name: 'a bare name', paths: { ...usual, node: 'node' } },
    { name: 'a path from here', paths: { ...usual, program: './gh-shim.mjs' } },
    { name: 'NUL', paths: { ...usual, git: '/usr/bin/git\0' } },
  ])('is not rendered for $name', ({ paths }) => {
    expect(() => renderGhFront(paths)).toThrow(RangeError)
  })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { renderRemoteHelper } from './render-remote-helper.ts'

describe('the program that git calls', () => {
  it('becomes the bundled one, with what git has to say', () => {
    const directory = mkdtempSync(join(tmpdir(), "refward's $HOME-"))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const node = join(directory, 'node')
    writeFileSync(node, '#!/bin/sh\nprintf "<%s>" "$@"\n')
    const helper = join(directory, 'git-remote-refward')
    writeFileSync(helper, renderRemoteHelper({ node, program: '/opt/ref ward/git-shim.mjs' }))
    for (const path of [node, helper]) chmodSync(path, 0o755)
    expect(execFileSync(helper, ['origin', 'https://x/y z'], { encoding: 'utf8' })).toBe('</opt/ref ward/git-shim.mjs><remote-helper><origin><https://x/y z>')
  })

  it.each([{ node: 'node', program: '/x' }, { node: '/usr/bin/node', program: './x' }])('is not rendered with $node and $program', (paths) => {
    expect(() => renderRemoteHelper(paths)).toThrow(RangeError)
  })
})

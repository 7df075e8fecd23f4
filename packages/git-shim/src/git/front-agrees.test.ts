import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { gitFront } from '@refward/core-policy'
import { renderGitFront } from '@refward/gate-render'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'

import { findRemoteCommand } from './find-remote-command.ts'

const words = fc.oneof(
  fc.constantFrom(...gitFront.remoteCommands.flat(), ...gitFront.globalOptions.map(({ flag }) => flag), ...gitFront.localFlags),
  fc.constantFrom(...gitFront.globalOptions.map(({ flag }) => `${flag}=push`)),
  fc.constantFrom('', '-', '--', '-x', 'status', '*', '=', '-C=', 'push '),
)

it('the front and the program find the same commands', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'refward-front-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const write = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    chmodSync(path, 0o755)
    return path
  }
  const git = write('git-real', '#!/bin/sh\nprintf local\n')
  const node = write('node', '#!/bin/sh\nprintf remote\n')
  const front = write('git', renderGitFront(gitFront, { git, node, program: '/program' }))
  fc.assert(
    fc.property(fc.array(words, { maxLength: 6 }), (argv) => {
      expect(execFileSync(front, argv, { encoding: 'utf8' })).toBe(findRemoteCommand(argv) === undefined ? 'local' : 'remote')
    }),
    { numRuns: 400 },
  )
})

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { readCommits } from './read-commits.ts'

const IDENTITY = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']

it('runs nothing for a commit that a work tree only promises to have', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'refward-commits-'))
  onTestFinished(() => rmSync(tree, { recursive: true }))
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', tree, ...args], { encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'main')
  const [base = '', missing = '', head = ''] = ['one', 'two', 'three'].map((message) => {
    git(...IDENTITY, 'commit', '-q', '--allow-empty', '-m', message)
    return git('rev-parse', 'HEAD')
  })
  // git as it is called in that tree.
  const here = join(tree, 'git-here')
  writeFileSync(here, `#!/bin/sh\nexec git -C '${tree}' "$@"\n`, { mode: 0o755 })
  expect(await readCommits(here, base, head)).toMatchObject([{ subject: 'two' }, { subject: 'three' }])

  const owned = join(tree, 'owned')
  const settings = [['core.repositoryformatversion', '1'], ['extensions.partialClone', 'evil'], ['remote.evil.promisor', 'true'], ['remote.evil.url', `ext::sh -c touch% ${owned}`], ['protocol.ext.allow', 'always']] as const
  for (const [name, value] of settings) git('config', name, value)
  rmSync(join(tree, '.git/objects', missing.slice(0, 2), missing.slice(2)))
  await expect(readCommits(here, base, head)).rejects.toThrow(expect.objectContaining({ code: 'RW_GH_USAGE' }))
  expect(existsSync(owned)).toBe(false)
  // The trap works.
  spawnSync(here, ['log', `${base}..${head}`])
  expect(existsSync(owned)).toBe(true)
})

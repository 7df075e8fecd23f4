import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { git } from '@refward/testing-repositories'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createTailMatcher } from './match-tail.ts'

const NAMES = ['a', 'b', 'ab', 'a-b', 'a]b', 'A', 'aa/b', 'a/b/ab', 'v1', 'v1.2', 'v10', 'v!', '-', 'a,b', 'a"b', 'größe', 'x/v1', 'z#', 'a}'].map((name) => `refs/heads/${name}`)

let directory = ''
let all: readonly string[] = []

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'refward-tail-'))
  await git(['init', '-q', directory])
  const id = await git(['commit-tree', '-m', 'x', await git(['mktree'], { cwd: directory })], { cwd: directory })
  // A branch cannot be called a and a/b at a time.
  const names = NAMES.map((name) => (name === 'refs/heads/a' ? 'refs/tags/a' : name))
  await git(['update-ref', '--stdin'], { cwd: directory, input: names.map((name) => `create ${name} ${id}\n`).join('') })
  all = (await git(['ls-remote', directory])).split('\n').map(nameOf)
})

afterAll(() => rmSync(directory, { recursive: true }))

async function listByGit(pattern: string): Promise<readonly string[]> {
  const text = await git(['ls-remote', directory, pattern])
  return text === '' ? [] : text.split('\n').map(nameOf)
}

function nameOf(line: string): string {
  return line.split('\t')[1] ?? ''
}

describe('a pattern of ls-remote', () => {
  it.each([
    'a', 'heads/a*', 'refs/heads/a?b', '*', '**', 'v[0-9]', 'v[0-9]*', 'v[!0-9]', 'v[^0-9]', 'a[]]b', 'a[!]]b', 'a[,-.]b', 'a[-x]b', 'a[x-]b', 'a[a-]b', '[[:alpha:]]', '[[:upper:]]', 'v[[:digit:]a]*', 'v[[:punct:]]', '[[:nonsense:]]',
    '[[:alpha:', '[[:alpha]]', '[[:alpha:]', '[', 'a[', '[]', '[!', '[!]', '[a', 'a[\\]]b', 'a[\\', 'a\\', '\\a', '\\*', 'a[+-\\-]b', 'gr?ße', 'gr??ße', 'größ?', 'a*/b', '*b*b', '[z-a]', '[[:]', '[[:]]', '[[]', 'a[[:punct:]-z]b', '',
  ])('%j is as for git', async (pattern) => {
    expect(all.filter(createTailMatcher(pattern))).toEqual(await listByGit(pattern))
  })

  it('is as for git, whatever it is', { timeout: 120_000 }, async () => {
    const pieces = fc.constantFrom('a', 'b', 'v', '1', '-', '/', '*', '?', '[', ']', '[a-', '[!', '[^', '[[:alpha:]', '[:digit:]', ':]', '\\', '[0-9]', 'heads/', '.', '[]', 'ö')
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 7 }), async (words) => {
        const pattern = words.join('')
        fc.pre(!pattern.startsWith('-'))
        expect(all.filter(createTailMatcher(pattern))).toEqual(await listByGit(pattern))
      }),
      { numRuns: 200 },
    )
  })

  it('takes no time that grows with the number of its stars', () => {
    const matches = createTailMatcher('*a'.repeat(300))
    expect(matches(`refs/heads/${'a'.repeat(250)}b`)).toBe(false)
  })
})

import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PinnedDirectory } from '../worktree/pinned-directory.ts'
import { MountedWithin, deleteContents } from './delete-contents.ts'
import { removeTree } from './remove-tree.ts'

let base: string
let tree: string
let count = 0
const createName = (): string => `n${(count += 1)}`
const isRoot = process.getuid?.() === 0

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'refward-remove-')))
  tree = join(base, 'tree')
  await mkdir(join(tree, 'dir'), { recursive: true })
  await mkdir(join(base, 'elsewhere'))
  await writeFile(join(base, 'elsewhere/precious'), 'precious')
})

afterEach(async () => {
  await rm(base, { recursive: true, force: true, maxRetries: 3 })
})

test('all of it goes, and no link in it is followed', async () => {
  await symlink(join(base, 'elsewhere'), join(tree, 'link'))
  await symlink(join(base, 'elsewhere'), join(tree, 'dir/link'))
  await writeFile(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0x0a])]), '')
  expect(await removeTree(tree, createName)).toBe('deleted')
  expect(await readdir(base)).toEqual(['elsewhere'])
  expect(await readFile(join(base, 'elsewhere/precious'), 'utf8')).toBe('precious')
})

test('however deep it is', async () => {
  // Deeper than any path may be long.
  const dig = "const fs = require('node:fs'); for (let i = 0; i < 1000; i += 1) { fs.mkdirSync('deep-directory'); process.chdir('deep-directory') } fs.writeFileSync('end', '')"
  execFileSync(process.execPath, ['-e', dig], { cwd: tree })
  expect(await removeTree(tree, createName)).toBe('deleted')
  expect(await readdir(base)).toEqual(['elsewhere'])
})

test('however many files are in one directory', async () => {
  for (let index = 0; index < 20_001; index += 1) writeFileSync(join(tree, 'dir', `file-${index}`), '')
  expect(await removeTree(tree, createName)).toBe('deleted')
})

test('no more is known of a directory at once than was asked for', async () => {
  for (const name of ['a', 'b', 'c']) await writeFile(join(tree, 'dir', name), '')
  const directory = await PinnedDirectory.open(join(tree, 'dir'))
  expect([(await directory.list(2)).length, (await directory.list(3)).length, (await directory.list(4)).length]).toEqual([2, 3, 3])
  await directory.close()
})

test('also directories that may not be written', async () => {
  await writeFile(join(tree, 'dir/file'), '')
  execFileSync('chmod', ['0555', join(tree, 'dir')])
  expect(await removeTree(tree, createName)).toBe('deleted')
})

const SETPRIV = '/usr/bin/setpriv'
const LIKE_OTHERS = '-dac_override,-dac_read_search,-fowner'

/** Removes the tree as a user whom modes hold back does it. @returns what became of it, or the code of the refusal. */
function removeUnprivileged(): string {
  const module = new URL('remove-tree.ts', import.meta.url).href
  const script = `const { removeTree } = await import(${JSON.stringify(module)}); console.log(await removeTree(${JSON.stringify(tree)}, () => 'n').catch((error) => error.code))`
  const node = [process.execPath, '--conditions=refward-source', '--input-type=module', '--eval', script]
  return execFileSync(SETPRIV, [`--bounding-set=${LIKE_OTHERS}`, `--inh-caps=${LIKE_OTHERS}`, ...node], { encoding: 'utf8' }).trim()
}

describe.runIf(isRoot && existsSync(SETPRIV))('a gateway that is held back by modes', () => {
  test('removes directories that their owner has forbidden itself to read, when it is the owner', async () => {
    await mkdir(join(tree, 'dir/inner'))
    await writeFile(join(tree, 'dir/inner/file'), '')
    for (const name of ['dir/inner', 'dir', '.']) await chmod(join(tree, name), 0)
    expect(removeUnprivileged()).toBe('deleted')
    expect(await readdir(base)).toEqual(['elsewhere'])
  })

  test('says so when they belong to somebody else', async () => {
    await chmod(tree, 0)
    await chown(tree, 12_345, 12_345)
    expect(removeUnprivileged()).toBe('RW_WORKTREE_UNREADABLE')
    expect(await readdir(tree)).toEqual(['dir'])
  })
})

test.each<[string, () => Promise<void>, string]>([
  ['a symbolic link in its place', () => symlink(join(base, 'elsewhere'), tree), 'not-ours'],
  ['a file in its place', () => writeFile(tree, ''), 'not-ours'],
  ['nothing in its place', () => Promise.resolve(), 'absent'],
])('%s is told and left alone', async (_, put, expected) => {
  await rm(tree, { recursive: true })
  await put()
  expect(await removeTree(tree, createName)).toBe(expected)
  expect(await readFile(join(base, 'elsewhere/precious'), 'utf8')).toBe('precious')
})

test('a link in the place of a directory above is not followed', async () => {
  await mkdir(join(base, 'elsewhere/tree'))
  await symlink(join(base, 'elsewhere'), join(base, 'above'))
  expect(await removeTree(join(base, 'above/tree'), createName)).toBe('not-ours')
  expect(await removeTree(join(base, 'nowhere/tree'), createName)).toBe('absent')
  expect(await readdir(join(base, 'elsewhere'))).toEqual(['precious', 'tree'])
})

test.runIf(isRoot)('what is mounted within it is stored elsewhere: nothing is deleted until it is unmounted', async () => {
  const at = join(tree, 'node modules')
  await mkdir(at)
  execFileSync('mount', ['--bind', join(base, 'elsewhere'), at])
  try {
    await expect(removeTree(tree, createName)).rejects.toMatchObject({ code: 'RW_WORKTREE_MOUNTED', message: expect.stringContaining('node modules') as string })
    // Also what was mounted after the look.
    const top = await PinnedDirectory.open(tree)
    await expect(deleteContents(top, createName)).rejects.toThrow(MountedWithin)
    await top.close()
    expect(await readFile(join(base, 'elsewhere/precious'), 'utf8')).toBe('precious')
  } finally {
    execFileSync('umount', [at])
  }
  expect(await removeTree(tree, createName)).toBe('deleted')
})

test.runIf(isRoot)('a file that is mounted within it keeps it whole too', async () => {
  const at = join(tree, 'dir/file')
  await writeFile(at, '')
  execFileSync('mount', ['--bind', join(base, 'elsewhere/precious'), at])
  try {
    await expect(removeTree(tree, createName)).rejects.toMatchObject({ code: 'RW_WORKTREE_MOUNTED' })
    expect(await readdir(join(tree, 'dir'))).toEqual(['file'])
  } finally {
    execFileSync('umount', [at])
  }
})

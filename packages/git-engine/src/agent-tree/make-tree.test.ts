import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { git } from '@refward/testing-repositories'
import { PinnedDirectory } from '../worktree/pinned-directory.ts'
import { putTree } from './put-tree.ts'
import { BRANCH, type TreeWorld, createTreeWorld } from './testing/tree-world.ts'
import { openTreePlace } from './tree-place.ts'

let world: TreeWorld

beforeEach(async () => {
  world = await createTreeWorld()
})

afterEach(() => world.close())

describe('a work tree that was made', () => {
  test('is a clone on the branch, with all files, and git finds nothing wrong with it', async () => {
    const path = await world.make('one')
    expect(await git(['symbolic-ref', 'HEAD'], { cwd: path })).toBe(BRANCH)
    expect(await git(['status', '--porcelain'], { cwd: path })).toBe('')
    expect(await git(['fsck', '--full', '--strict'], { cwd: path })).toBe('')
    expect((await readdir(path)).toSorted()).toEqual(['.git', '.gitignore', 'a.txt', 'dir', 'run.sh'])
    expect((await git(['for-each-ref', '--format=%(refname)'], { cwd: path })).split('\n')).toEqual([BRANCH, 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'refs/remotes/origin/other', 'refs/tags/v1'])
    expect(await git(['rev-parse', 'v1^{}', 'HEAD'], { cwd: path })).toBe(await git(['--git-dir', world.forge, 'rev-parse', 'v1^{}', 'main']))
  })

  test('leads nowhere but to the forge: no alternates, no path of the gateway, no hooks', async () => {
    const path = await world.make('one')
    const gitDir = join(path, '.git')
    for (const name of await readdir(gitDir, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue
      const bytes = await readFile(join(name.parentPath, name.name))
      expect({ name, leads: bytes.includes(world.data) || bytes.includes(world.forge) }).toEqual({ name, leads: false })
    }
    expect(await readdir(gitDir)).not.toContain('hooks')
    expect(await git(['config', '--local', 'remote.origin.url'], { cwd: path })).toBe('https://git.example.org/acme/widget.git')
    expect(await git(['config', '--local', '--name-only', '--list'], { cwd: path })).toBe('core.repositoryformatversion\ncore.filemode\ncore.bare\nremote.origin.url\nremote.origin.fetch')
  })

  test('takes the place of an empty directory, and leaves nothing elsewhere', async () => {
    await mkdir(join(world.work, 'one'))
    await world.make('one')
    expect(await readdir(join(world.data, 'quarantine'))).toEqual([])
  })

  test.skipIf(process.getuid?.() !== 0)('belongs to whom it was given', async () => {
    const path = await world.make('one', { owner: { uid: 12_345, gid: 12_346 } })
    for (const name of ['', '.git', '.git/HEAD', 'dir/b.txt']) expect(await stat(join(path, name))).toMatchObject({ uid: 12_345, gid: 12_346 })
  })

  test('is copied where it cannot be renamed, with links, modes and names of any bytes', async () => {
    const staged = join(world.base, 'staged')
    await mkdir(join(staged, 'dir'), { recursive: true })
    await writeFile(join(staged, 'dir/run'), 'x', { mode: 0o755 })
    await writeFile(Buffer.concat([Buffer.from(`${staged}/`), Buffer.from([0xe9])]), 'y')
    await symlink('/etc/passwd', join(staged, 'link'))
    const place = await openTreePlace(join(world.work, 'copied'), [])
    // /dev/shm is a file system of its own; where it is not, the rename does the same.
    const elsewhere = join('/dev/shm', `refward-${process.pid}`)
    await mkdir(elsewhere)
    const parent = await PinnedDirectory.open(elsewhere)
    try {
      await putTree(staged, { ...place, parent }, world.deps.createName)
      expect(await git(['diff', '--no-index', join(elsewhere, 'copied'), staged]).catch(() => 'differ')).toBe('')
      expect((await stat(join(elsewhere, 'copied/dir/run'))).mode & 0o777).toBe(0o755)
      expect(await readdir(join(elsewhere, 'copied'), 'latin1')).toEqual(['dir', 'link', 'é'])
    } finally {
      await Promise.all([parent.close(), place.parent.close(), rm(elsewhere, { recursive: true })])
    }
  })

  test('is forgotten when something was put in its place meanwhile', async () => {
    const calls: string[] = []
    const record = async (): Promise<void> => {
      calls.push('record')
      await mkdir(join(world.work, 'one/theirs'), { recursive: true })
    }
    await expect(world.make('one', { record, forget: () => Promise.resolve(void calls.push('forget')) })).rejects.toMatchObject({ code: 'RW_WORKTREE_PLACE' })
    expect(calls).toEqual(['record', 'forget'])
    expect(await readdir(join(world.work, 'one'))).toEqual(['theirs'])
    expect(await readdir(join(world.data, 'quarantine'))).toEqual([])
  })
})

describe('a place', () => {
  test.each<[string, (world: TreeWorld) => string]>([
    ['that is relative', () => 'work/one'],
    ['with ..', ({ work }) => `${work}/x/../one`],
    ['with a slash at its end', ({ work }) => `${work}/one/`],
    ['with a line end', ({ work }) => `${work}/one\ntwo`],
    ['that is the root', () => '/'],
    ['beneath a directory that is not there', ({ work }) => `${work}/x/one`],
    ['beneath a symbolic link', ({ work }) => `${work}/link/one`],
    ['beneath a symbolic link higher up', ({ work }) => `${work}/link/full/one`],
    ['in the data directory', ({ data }) => `${data}/one`],
    ['that is the data directory', ({ data }) => data],
    ['where a file is', ({ work }) => `${work}/file`],
    ['where a symbolic link is', ({ work }) => `${work}/link`],
    ['where a directory is that is not empty', ({ work }) => `${work}/full`],
  ])('%s is refused', async (_, choose) => {
    await mkdir(join(world.work, 'full/inner'), { recursive: true })
    await writeFile(join(world.work, 'file'), '')
    await symlink(world.work, join(world.work, 'link'))
    await expect(openTreePlace(choose(world), [world.data])).rejects.toMatchObject({ code: 'RW_WORKTREE_PLACE' })
  })

  test('around the data directory is refused', async () => {
    await expect(openTreePlace(join(world.base, 'outer'), [join(world.base, 'outer/data')])).rejects.toMatchObject({ code: 'RW_WORKTREE_PLACE' })
  })
})

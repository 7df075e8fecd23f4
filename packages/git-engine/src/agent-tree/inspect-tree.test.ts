import { execFile, execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdir, readFile, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { git } from '@refward/testing-repositories'
import { BRANCH, type TreeWorld, createTreeWorld } from './testing/tree-world.ts'

let world: TreeWorld
let tree: string

beforeEach(async () => {
  world = await createTreeWorld()
  tree = await world.make('one')
})

afterEach(() => world.close())

async function losses(): Promise<readonly string[]> {
  const { named } = await world.inspect(tree)
  // What was taken in to be looked at is gone again.
  expect(await readdir(join(world.data, 'quarantine'))).toEqual([])
  return named.map(({ kind, name, commits }) => [kind, name, ...(commits === undefined ? [] : [String(commits)])].join(' '))
}

const inTree = (...args: readonly string[]): Promise<string> => git(args, { cwd: tree })

async function commit(message: string): Promise<void> {
  await inTree('commit', '-q', '--allow-empty', '-m', message)
}

/** A commit of one blob at these paths, in the place of the branch. */
async function commitTree(paths: readonly string[], blob: string): Promise<void> {
  const branch = await inTree('symbolic-ref', 'HEAD')
  const lines = paths.map((path) => `M 100644 ${blob} ${path}\n`)
  const input = `commit ${branch}\ncommitter a <a@example.org> 1 +0000\ndata 1\nx\n${lines.join('')}\n`
  execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: tree, input })
}

describe('there is nothing to lose', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['in one that was just made', () => Promise.resolve()],
    ['on a branch that is behind', () => inTree('reset', '-q', '--hard', 'HEAD^')],
    ['on a commit of the forge, without a branch', () => inTree('checkout', '-q', '--detach', 'origin/other')],
    ['when all was pushed', async () => {
      await commit('mine')
      await inTree('push', '-q', world.forge, `HEAD:${BRANCH}`)
    }],
    ['in files that the committed rules exclude', async () => {
      for (const name of ['node_modules/x/index.js', 'build/made', 'x.log', 'dir/made/y']) {
        await mkdir(join(tree, name, '..'), { recursive: true })
        await writeFile(join(tree, name), '')
      }
    }],
    ['when only times have changed', () => writeFile(join(tree, 'a.txt'), 'one\n')],
    ['in what is kept of remotes', async () => {
      await commit('mine')
      await inTree('update-ref', 'refs/remotes/origin/gone', 'HEAD')
      await inTree('reset', '-q', '--hard', 'HEAD^')
    }],
  ])('%s', async (_, act) => {
    await act()
    expect(await losses()).toEqual([])
  })
})

describe('named as what would be lost', () => {
  test.each<[string, () => Promise<unknown>, readonly string[]]>([
    ['commits of the branch', async () => {
      await commit('mine')
      await commit('mine too')
    }, [`commits ${BRANCH} 2`]],
    ['commits of another branch', async () => {
      await inTree('checkout', '-q', '-b', 'side', 'origin/other')
      await commit('mine')
      await inTree('checkout', '-q', 'agent/fixer/topic')
    }, ['commits refs/heads/side 1']],
    ['commits without a branch', async () => {
      await inTree('checkout', '-q', '--detach')
      await commit('mine')
    }, ['commits HEAD 1']],
    ['commits that only a tag has', async () => {
      await commit('mine')
      await inTree('tag', 'mine')
      await inTree('reset', '-q', '--hard', 'HEAD^')
    }, ['commits refs/tags/mine 1']],
    ['commits of a branch that the forge does not have any more', async () => {
      await inTree('checkout', '-q', '-b', 'x')
      await commit('mine')
      await inTree('push', '-q', world.forge, 'x')
      await git(['--git-dir', world.forge, 'branch', '-D', 'x'])
    }, ['commits refs/heads/x 1']],
    ['a tag of its own for a commit of the forge', () => inTree('tag', '-a', '-m', 'mine', 'mine'), ['ref refs/tags/mine']],
    ['a stash', async () => {
      await writeFile(join(tree, 'a.txt'), 'mine\n')
      await inTree('stash')
    }, ['stash refs/stash']],
    ['a changed file', () => writeFile(join(tree, 'a.txt'), 'eno\n'), ['changed a.txt']],
    ['a changed mode', () => chmod(join(tree, 'run.sh'), 0o644), ['changed run.sh']],
    ['a link in the place of a file', async () => {
      await rm(join(tree, 'a.txt'))
      await symlink('dir/b.txt', join(tree, 'a.txt'))
    }, ['changed a.txt']],
    ['a deleted file', () => rm(join(tree, 'dir/b.txt')), ['changed dir/b.txt']],
    ['untracked files, also in directories', async () => {
      await mkdir(join(tree, 'new/er'), { recursive: true })
      for (const name of ['new/er/file', 'notes: 1', 'build']) await (name === 'build' ? mkdir(join(tree, name)) : writeFile(join(tree, name), ''))
      await writeFile(join(tree, 'build/keep'), '')
    }, ['untracked build/keep', 'untracked new/er/file', 'untracked notes: 1']],
    ['files that a rule of its own hides', async () => {
      await writeFile(join(tree, '.git/info-exclude'), '')
      await mkdir(join(tree, '.git/info'), { recursive: true })
      await writeFile(join(tree, '.git/info/exclude'), '*\n')
      await writeFile(join(tree, 'notes'), '')
    }, ['untracked notes']],
    ['what is staged alone', async () => {
      await writeFile(join(tree, 'gone.txt'), 'mine')
      await inTree('add', 'gone.txt')
      await rm(join(tree, 'gone.txt'))
    }, ['staged gone.txt']],
    ['what git was told to take for unchanged', async () => {
      await inTree('update-index', '--assume-unchanged', 'a.txt')
      await writeFile(join(tree, 'a.txt'), 'mine\n')
    }, ['changed a.txt']],
    ['a merge under way', async () => {
      await inTree('checkout', '-q', '-b', 'side', 'origin/other')
      await commit('mine')
      await inTree('checkout', '-q', 'agent/fixer/topic')
      await inTree('merge', '-q', '--no-commit', '--no-ff', 'side')
    }, ['commits refs/heads/side 1', 'operation MERGE_HEAD']],
    ['a repository within', async () => {
      await git(['init', '-q', join(tree, 'dir/inner')])
    }, ['repository dir/inner']],
    ['a further work tree', () => inTree('worktree', 'add', '-q', '-b', 'x', join(world.work, 'further')), ['repository .git/worktrees/further']],
    ['everything before the first commit', async () => {
      await inTree('checkout', '-q', '--orphan', 'fresh')
      await inTree('rm', '-q', '-rf', '.')
      await writeFile(join(tree, 'x.log'), '')
    }, ['untracked x.log']],
  ])('%s', async (_, act, expected) => {
    await act()
    expect((await losses()).toSorted()).toEqual(expected)
  })

  test('and how many there are beyond the first', async () => {
    for (let index = 0; index < 205; index += 1) await writeFile(join(tree, `file-${index}`), '')
    const { named, more } = await world.inspect(tree)
    expect([named.length, more]).toEqual([200, 5])
  })
})

describe('a hostile tree', () => {
  test('with a file without end is looked at for so long, and not taken for clean', async () => {
    await truncate(join(tree, 'a.txt'), 2 ** 42)
    const { named } = await world.inspect(tree, { timeMs: 1500 })
    expect(named.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual(['unseen: it takes too long to look at all of it'])
  })

  test('with small objects that become large .gitignore files does not fill the disk of the gateway', async () => {
    await writeFile(join(tree, 'rules'), Buffer.alloc(8_000_000, '#'))
    const blob = await inTree('hash-object', '-w', 'rules')
    await rm(join(tree, 'rules'))
    await commitTree([...Array(64).keys()].map((index) => `d${index}/.gitignore`), blob)
    expect((await world.inspect(tree)).named.map(({ detail }) => detail)).toContain('its .gitignore files are too large')
  })

  test('nor with one directory that stands for many', async () => {
    const blob = await inTree('hash-object', '-w', 'a.txt')
    await commitTree([...Array(600).keys()].map((index) => `d${index}/${'a/'.repeat(100)}.gitignore`), blob)
    expect((await world.inspect(tree)).named.map(({ detail }) => detail)).toContain('it has too many .gitignore files')
  })

  test('none of its settings, hooks, filters and pointers takes effect', async () => {
    const canary = join(world.base, 'canary')
    const evil = `sh -c "echo ran >> ${canary}; cat"`
    await appendFile(join(tree, '.git/config'), `[core]\n\tfsmonitor = ${evil.replaceAll('"', String.raw`\"`)}\n\tworktree = ${world.base}\n\thooksPath = ${tree}/hooks\n[filter "x"]\n\tclean = ${evil.replaceAll('"', String.raw`\"`)}\n\tprocess = ${canary}\n[diff]\n\texternal = ${canary}\n[uploadpack]\n\tpackObjectsHook = ${canary}\n`)
    await writeFile(join(tree, '.gitattributes'), '* filter=x diff=x\n')
    await mkdir(join(tree, 'hooks'))
    await writeFile(join(tree, 'hooks/post-index-change'), `#!/bin/sh\necho ran >> ${canary}\n`, { mode: 0o755 })
    // The same before and after: it works on whoever runs git there.
    execFileSync('git', ['status'], { cwd: tree, stdio: 'ignore' })
    expect(await readFile(canary, 'utf8')).toContain('ran')
    await rm(canary)
    expect(await losses()).toEqual(['untracked .gitattributes', 'untracked hooks/post-index-change'])
    await expect(readFile(canary)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a .git file that leads out', async () => {
      await rename(join(tree, '.git'), join(world.base, 'moved'))
      await writeFile(join(tree, '.git'), `gitdir: ${world.base}/moved\n`)
    }, 'unseen'],
    ['no repository any more', () => rm(join(tree, '.git'), { recursive: true }), 'unseen'],
    ['a link in the place of the tree', async () => {
      await rename(tree, join(world.base, 'moved'))
      await symlink(join(world.base, 'moved'), tree)
    }, 'unseen'],
    ['alternates', () => mkdir(join(tree, '.git/objects/info'), { recursive: true }).then(() => writeFile(join(tree, '.git/objects/info/alternates'), `${world.forge}/objects\n`)), 'unseen'],
    ['an index that is none', () => writeFile(join(tree, '.git/index'), 'DIRC-not'), 'unseen'],
    ['an index that is a link', async () => {
      await rm(join(tree, '.git/index'))
      await symlink('/etc/passwd', join(tree, '.git/index'))
    }, 'unseen'],
    ['a pipe in the place of a file', async () => {
      await rm(join(tree, 'a.txt'))
      await promisify(execFile)('mkfifo', [join(tree, 'a.txt')])
    }, 'changed'],
    ['a link in the place of a directory', async () => {
      await rename(join(tree, 'dir'), join(world.base, 'dir'))
      await symlink(join(world.base, 'dir'), join(tree, 'dir'))
    }, 'untracked'],
    ['a rule file that is a link out, with a directory in its place', async () => {
      await rm(join(tree, '.gitignore'))
      await symlink('/tmp', join(tree, '.gitignore'))
      await inTree('commit', '-q', '-a', '-m', 'a link')
      await inTree('push', '-q', world.forge, `HEAD:${BRANCH}`)
      await rm(join(tree, '.gitignore'))
      await mkdir(join(tree, '.gitignore/refward-escaped'), { recursive: true })
      await writeFile(join(tree, '.gitignore/refward-escaped/file'), '')
    }, 'untracked'],
    ['damaged objects', async () => {
      await commit('mine')
      const id = await inTree('rev-parse', 'HEAD')
      const object = join(tree, '.git/objects', id.slice(0, 2), id.slice(2))
      await rm(object)
      await writeFile(object, 'damaged')
    }, 'unseen'],
  ])('%s is never taken for clean', async (_, act, kind) => {
    await act()
    expect((await losses()).map((loss) => loss.split(' ')[0])).toContain(kind)
    expect(await readdir('/tmp')).not.toContain('refward-escaped')
  })
})

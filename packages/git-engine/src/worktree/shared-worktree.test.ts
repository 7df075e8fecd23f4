import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { git, tryGit } from '@refward/testing-repositories'
import { type GitRuntime, createGitRuntime } from '../process/git-runtime.ts'
import { SharedWorktree, type WorktreeDependencies, locateWorktree } from './shared-worktree.ts'

let base: string
let root: string
let work: string
/** Of somebody else: no root of the session. */
let elsewhere: string
let secretId: string
let runtime: GitRuntime

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'refward-worktree-')))
  root = join(base, 'root')
  work = join(root, 'widget')
  elsewhere = join(base, 'elsewhere')
  runtime = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(base, 'home') })
  for (const directory of [work, elsewhere]) {
    await mkdir(directory, { recursive: true })
    await git(['init', '-q', '-b', 'main', directory])
    await writeFile(join(directory, 'a.txt'), directory)
    await git(['add', '.'], { cwd: directory })
    await git(['commit', '-q', '-m', 'one'], { cwd: directory })
  }
  secretId = await git(['rev-parse', 'HEAD'], { cwd: elsewhere })
})

afterEach(async () => {
  await rm(base, { recursive: true, force: true, maxRetries: 3 })
})

const clock = { now: Date.now, sleep: (milliseconds: number): Promise<void> => sleep(milliseconds) }

async function open(path: string, options: { readonly roots?: readonly string[]; readonly deps?: Partial<WorktreeDependencies> } = {}): Promise<SharedWorktree> {
  const place = { roots: options.roots ?? [root], path }
  return SharedWorktree.open({ git: runtime, clock, ...options.deps }, await locateWorktree(place), { place, timeMs: 10_000, signal: AbortSignal.timeout(30_000) })
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** What a gateway would list and read of this path. */
async function readAll(path: string): Promise<{ readonly head: string | undefined; readonly refs: ReadonlyMap<string, string>; readonly pack: Buffer }> {
  const worktree = await open(path)
  try {
    const refs = new Map(worktree.listing.refs.map(({ name, id }) => [name, id]))
    return { head: worktree.listing.head, refs, pack: await collect(worktree.pack([...new Set(refs.values())], [])) }
  } finally {
    await worktree.close()
  }
}

async function objectsOf(pack: Buffer): Promise<readonly string[]> {
  const copy = join(base, `copy-${Math.random()}.git`)
  await git(['init', '-q', '--bare', copy])
  await git(['--git-dir', copy, 'index-pack', '--stdin', '--strict'], { input: pack })
  return (await git(['--git-dir', copy, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])).split('\n')
}

describe('a repository as it should be', () => {
  test('refs, the branch of HEAD and objects', async () => {
    const head = await git(['rev-parse', 'HEAD'], { cwd: work })
    const read = await readAll(work)
    expect(read.head).toBe('refs/heads/main')
    expect(read.refs).toEqual(new Map([['HEAD', head], ['refs/heads/main', head]]))
    expect(await objectsOf(read.pack)).toHaveLength(3)
  })

  test('a linked work tree has its own HEAD', async () => {
    await git(['worktree', 'add', '-q', '-b', 'topic', join(root, 'linked')], { cwd: work })
    expect((await readAll(join(root, 'linked'))).head).toBe('refs/heads/topic')
    expect((await readAll(work)).head).toBe('refs/heads/main')
  })

  test('a submodule, whose git directory lies in that of the repository around it', async () => {
    await git(['-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', work, 'sub'], { cwd: work })
    expect((await readAll(join(work, 'sub'))).refs.get('HEAD')).toBe(await git(['rev-parse', 'HEAD'], { cwd: work }))
  })

  test('a bare repository that is named itself, and one nested in a work tree', async () => {
    const head = await git(['rev-parse', 'HEAD'], { cwd: work })
    await git(['clone', '-q', '--bare', work, join(work, 'nested.git')])
    expect((await readAll(join(work, 'nested.git'))).refs.get('refs/heads/main')).toBe(head)
  })

  test('a branch that has no commit yet', async () => {
    await git(['init', '-q', '-b', 'fresh', join(root, 'empty')])
    const worktree = await open(join(root, 'empty'))
    expect(worktree.listing).toEqual({ refs: [], head: 'refs/heads/fresh' })
    await worktree.close()
  })

  test('a link within the roots is resolved', async () => {
    await symlink(work, join(root, 'link'))
    expect((await readAll(join(root, 'link'))).head).toBe('refs/heads/main')
  })

  test('of several roots the innermost is told', async () => {
    const located = await locateWorktree({ roots: [base, root, elsewhere], path: work })
    expect(located.root).toBe(root)
    await located.pinned.close()
  })
})

const OUTSIDE = { code: 'RW_WORKTREE_OUTSIDE', status: 403 }
const LEADS_OUT = { code: 'RW_WORKTREE_LEADS_OUT', status: 403 }

describe('paths that are not beneath a root', () => {
  test.each<[string, () => Promise<string> | string]>([
    ['a file of the system', () => '/etc/passwd'],
    ['a path that does not exist', () => join(root, 'missing')],
    ['a file beneath the root', () => join(work, 'a.txt')],
    ['the tree of another session', () => elsewhere],
    ['a directory whose name begins as the root does', async () => {
      await git(['init', '-q', `${root}-other`])
      return `${root}-other`
    }],
    ['the directory above the root', () => base],
    ['..', () => `${root}/../elsewhere`],
    ['.. that stays inside', () => `${work}/../widget`],
    ['a relative path', () => 'widget'],
    ['nothing', () => ''],
    ['a NUL', () => `${work}\0/x`],
    ['a path longer than the system allows', () => `${work}/${'x/'.repeat(4000)}`],
    ['a link that leads out', async () => {
      await symlink(elsewhere, join(root, 'out'))
      return join(root, 'out')
    }],
    ['a link above it that leads out', async () => {
      await symlink(base, join(root, 'up'))
      return join(root, 'up', 'elsewhere')
    }],
    ['a link through /proc', async () => {
      await symlink(`/proc/self/cwd`, join(root, 'proc'))
      return join(root, 'proc')
    }],
    ['a loop', async () => {
      await symlink(join(root, 'b'), join(root, 'a'))
      await symlink(join(root, 'a'), join(root, 'b'))
      return join(root, 'a')
    }],
  ])('%s', async (_, path) => {
    await expect(open(await path())).rejects.toMatchObject(OUTSIDE)
  })

  test('the answer is the same whether the path exists or not', async () => {
    const answers = await Promise.all(['/etc/passwd', '/etc/nothing-of-that-name'].map((path) => open(path).catch((error: unknown) => String(error).replace(path, ''))))
    expect(answers[0]).toBe(answers[1])
  })

  test('a root that became a link', async () => {
    await rename(root, `${root}-moved`)
    await symlink(elsewhere, root)
    await expect(open(root)).rejects.toMatchObject(OUTSIDE)
  })

  test('no root at all', async () => {
    await expect(open(work, { roots: [] })).rejects.toMatchObject(OUTSIDE)
  })

  test.each([['a directory without .git', 'plain'], ['a directory inside of a work tree', 'widget/inside']])('%s is no repository', async (_, name) => {
    await mkdir(join(root, name), { recursive: true })
    await expect(open(join(root, name))).rejects.toMatchObject({ code: 'RW_WORKTREE_NOT_REPOSITORY', status: 400 })
  })
})

/** Each makes git in that directory read objects of somebody else, which is shown first. */
const leading: readonly { readonly name: string; readonly arrange: () => Promise<void> }[] = [
  {
    name: 'a .git file that names another repository',
    arrange: async () => {
      await rm(join(work, '.git'), { recursive: true })
      await writeFile(join(work, '.git'), `gitdir: ${elsewhere}/.git\n`)
    },
  },
  {
    name: 'a .git file with a relative path out',
    arrange: async () => {
      await rm(join(work, '.git'), { recursive: true })
      await writeFile(join(work, '.git'), `gitdir: ../../elsewhere/.git\n`)
    },
  },
  {
    name: 'a .git that is a link',
    arrange: async () => {
      await rm(join(work, '.git'), { recursive: true })
      await symlink(join(elsewhere, '.git'), join(work, '.git'))
    },
  },
  {
    name: 'alternates',
    arrange: () => writeFile(join(work, '.git/objects/info/alternates'), `${elsewhere}/.git/objects\n`),
  },
  {
    name: 'alternates behind a comment, quoted and relative',
    arrange: () => writeFile(join(work, '.git/objects/info/alternates'), `# nothing\n\n"../../../../elsewhere/.git/objects"\n`),
  },
  {
    name: 'commondir',
    arrange: () => writeFile(join(work, '.git/commondir'), `${elsewhere}/.git\n`),
  },
  {
    name: 'a linked work tree whose commondir leads out',
    arrange: async () => {
      await git(['worktree', 'add', '-q', '-b', 'topic', join(root, 'linked')], { cwd: work })
      await writeFile(join(work, '.git/worktrees/linked/commondir'), `${elsewhere}/.git\n`)
      await rm(join(base, 'unused'), { force: true })
      await rename(work, join(root, 'main'))
      await writeFile(join(root, 'linked/.git'), `gitdir: ${join(root, 'main/.git/worktrees/linked')}\n`)
      await rename(join(root, 'linked'), work)
    },
  },
  {
    name: 'objects that are a link',
    arrange: async () => {
      await rm(join(work, '.git/objects'), { recursive: true })
      await symlink(join(elsewhere, '.git/objects'), join(work, '.git/objects'))
    },
  },
  {
    name: 'a link to a directory of loose objects',
    arrange: async () => {
      for (const name of new Set((await git(['rev-list', '--objects', '--all'], { cwd: elsewhere })).split('\n').map((line) => line.slice(0, 2)))) {
        await rm(join(work, '.git/objects', name), { recursive: true, force: true })
        await symlink(join(elsewhere, '.git/objects', name), join(work, '.git/objects', name))
      }
    },
  },
  {
    name: 'links to packs',
    arrange: async () => {
      await git(['repack', '-adq'], { cwd: elsewhere })
      const packs = (await promisify(execFile)('ls', [join(elsewhere, '.git/objects/pack')])).stdout.trim().split('\n')
      for (const name of packs) await symlink(join(elsewhere, '.git/objects/pack', name), join(work, '.git/objects/pack', name))
    },
  },
  {
    name: 'refs and objects that are links',
    arrange: async () => {
      for (const name of ['refs', 'objects']) {
        await rm(join(work, '.git', name), { recursive: true })
        await symlink(join(elsewhere, '.git', name), join(work, '.git', name))
      }
    },
  },
]

describe('repositories that lead out of the roots', () => {
  test.each(leading)('$name', async ({ arrange }) => {
    await arrange()
    // Plain git follows it.
    expect(await tryGit(['cat-file', '-t', secretId], { cwd: work })).toMatchObject({ status: 0, stdout: 'commit\n' })
    const error: unknown = await open(work).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(LEADS_OUT)
    expect(String(error)).not.toContain(elsewhere)
  })

  test.each([
    ['a link for a ref', 'refs/heads/theirs', 'refs/heads/theirs'],
    ['a link for packed-refs', 'packed-refs', 'packed-refs'],
  ])('%s', async (_, name, target) => {
    await git(['branch', 'theirs'], { cwd: elsewhere })
    await git(['pack-refs', '--all', '--no-prune'], { cwd: elsewhere })
    await symlink(join(elsewhere, '.git', target), join(work, '.git', name))
    expect((await tryGit(['rev-parse', 'refs/heads/theirs'], { cwd: work })).stdout).toContain(secretId)
    await expect(open(work)).rejects.toMatchObject(LEADS_OUT)
  })

  test('a git directory of the operator that a root does not hold', async () => {
    await git(['worktree', 'add', '-q', '-b', 'topic', join(root, 'linked')], { cwd: elsewhere })
    await expect(open(join(root, 'linked'))).rejects.toMatchObject(LEADS_OUT)
    const worktree = await open(join(root, 'linked'), { roots: [root, join(elsewhere, '.git')] })
    expect(worktree.listing.head).toBe('refs/heads/topic')
    await worktree.close()
  })

  test.each(['HEAD', 'refs/heads/pipe', 'objects/pack/pipe', 'packed-refs'])('a pipe in the place of %s is not waited for', async (name) => {
    await rm(join(work, '.git', name), { force: true })
    await promisify(execFile)('mkfifo', [join(work, '.git', name)])
    await expect(open(work)).rejects.toMatchObject({ code: 'RW_WORKTREE_UNREADABLE' })
  })
})

describe('what changes between check and use', () => {
  test('what changes while it is checked is checked again', async () => {
    let rests = 0
    // By this clock everything is young until the gateway has rested twice, however slow the machine is.
    const commits: WorktreeDependencies['clock'] = {
      now: () => (rests < 2 ? 0 : Date.now() + 1000),
      sleep: async () => {
        rests += 1
        if (rests === 1) await git(['commit', '-q', '--allow-empty', '-m', 'two'], { cwd: work })
      },
    }
    const worktree = await open(work, { deps: { clock: commits } })
    expect(rests).toBe(2)
    expect(worktree.listing.refs[0]?.id).toBe(await git(['rev-parse', 'HEAD'], { cwd: work }))
    await worktree.close()
  })

  test('one that never rests is refused', async () => {
    const busy = { now: () => 0, sleep: () => Promise.resolve() }
    await expect(open(work, { deps: { clock: busy } })).rejects.toMatchObject({ code: 'RW_WORKTREE_CHANGED', status: 409 })
  })

  test.each<[string, () => Promise<void>]>([
    ['objects for a link and back', async () => {
      await rename(join(work, '.git/objects'), join(work, '.git/objects.away'))
      await symlink(join(elsewhere, '.git/objects'), join(work, '.git/objects'))
      await rm(join(work, '.git/objects'))
      await rename(join(work, '.git/objects.away'), join(work, '.git/objects'))
    }],
    ['refs for a link and back', async () => {
      await rename(join(work, '.git/refs'), join(work, '.git/refs.away'))
      await symlink(join(elsewhere, '.git/refs'), join(work, '.git/refs'))
      await rm(join(work, '.git/refs'))
      await rename(join(work, '.git/refs.away'), join(work, '.git/refs'))
    }],
    ['alternates that are there for a moment', async () => {
      await writeFile(join(work, '.git/objects/info/alternates'), `${elsewhere}/.git/objects\n`)
      await rm(join(work, '.git/objects/info/alternates'))
    }],
    ['packed-refs that are there for a moment', async () => {
      await symlink(join(elsewhere, '.git/packed-refs'), join(work, '.git/packed-refs'))
      await rm(join(work, '.git/packed-refs'))
    }],
    ['a pack that is there for a moment', async () => {
      await symlink(join(elsewhere, '.git/objects/pack/x.pack'), join(work, '.git/objects/pack/x.pack'))
      await rm(join(work, '.git/objects/pack/x.pack'))
    }],
  ])('%s: what was read is thrown away', async (_, swap) => {
    const worktree = await open(work)
    await swap()
    await expect(collect(worktree.pack([worktree.listing.refs[0]?.id ?? ''], []))).rejects.toMatchObject({ code: 'RW_WORKTREE_CHANGED' })
    await worktree.close()
  })

  test('alternates that were empty and are written to', async () => {
    await writeFile(join(work, '.git/objects/info/alternates'), '# none\n')
    const worktree = await open(work)
    await writeFile(join(work, '.git/objects/info/alternates'), `${elsewhere}/.git/objects\n`)
    await expect(collect(worktree.pack([worktree.listing.refs[0]?.id ?? ''], []))).rejects.toMatchObject({ code: 'RW_WORKTREE_CHANGED' })
    await worktree.close()
  })

  test('the work tree is swapped for that of somebody else: the one that was checked is read', async () => {
    const worktree = await open(work)
    await rename(work, `${work}-away`)
    await symlink(elsewhere, work)
    const ids = await objectsOf(await collect(worktree.pack([worktree.listing.refs[0]?.id ?? ''], [])))
    expect(ids).not.toContain(secretId)
    await worktree.close()
  })

  test('swapping all the time never yields an object of somebody else', async () => {
    await writeFile(join(work, '.git/refs/heads/theirs'), `${secretId}\n`)
    const stop = new AbortController()
    const swapper = (async (): Promise<void> => {
      while (!stop.signal.aborted) {
        await rename(join(work, '.git/objects'), join(work, '.git/own'))
        await symlink(join(elsewhere, '.git/objects'), join(work, '.git/objects'))
        await sleep(1)
        await rm(join(work, '.git/objects'))
        await rename(join(work, '.git/own'), join(work, '.git/objects'))
      }
    })()
    const got: string[] = []
    try {
      for (let round = 0; round < 10; round += 1) {
        const pack = await open(work).then(
          async (worktree) => {
            const read = await collect(worktree.pack([secretId], [])).catch(() => undefined)
            await worktree.close()
            return read
          },
          () => undefined,
        )
        if (pack !== undefined) got.push(...(await objectsOf(pack)))
      }
    } finally {
      stop.abort()
      await swapper
    }
    expect(got).toEqual([])
  })
})

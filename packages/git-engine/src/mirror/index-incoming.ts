import { open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoRef } from '@refward/core-policy'
import { feedGit } from '../process/feed-git.ts'
import { type GitEnd, GitFailure } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import { spawnGit } from '../process/spawn-git.ts'
import type { GitOptions } from '../process/start-git.ts'

/** Bounds on one fetch from an upstream, whose content any agent may have written. */
export interface MirrorLimits {
  readonly packBytes: number
  /** Bytes of one object, unpacked. */
  readonly objectBytes: number
  /** Milliseconds for indexing and checking one pack. */
  readonly timeMs: number
}

export interface Incoming {
  readonly repo: RepoRef
  readonly gitDir: string
  /** Object directory of its own, on the file system of the mirror. */
  readonly directory: string
  readonly limits: MirrorLimits
  readonly signal: AbortSignal
}

// Contents are hashed and connected here but not judged by fsck: old repositories have blemishes that every server serves, and a
// mirror is never checked out. What agents push is judged (quarantine/).
const GIT_TABLES_BYTES = 512 * 1024 * 1024

function options(incoming: Incoming): GitOptions {
  return {
    objects: { directory: incoming.directory, alternates: [join(incoming.gitDir, 'objects')] },
    timeoutMs: incoming.limits.timeMs,
    signal: incoming.signal,
    allocationLimitBytes: incoming.limits.objectBytes + GIT_TABLES_BYTES,
  }
}

/** Indexes a pack while it arrives; it may be thin. Objects that its deltas need are copied into it. */
export async function indexPackStream(runtime: GitRuntime, incoming: Incoming, pack: AsyncIterable<Uint8Array>): Promise<void> {
  const flags = { '--stdin': true, '--fix-thin': true, '--max-input-size': incoming.limits.packBytes } as const
  const child = spawnGit(runtime, { command: 'index-pack', gitDir: incoming.gitDir, flags }, options(incoming))
  child.stdout.resume()
  try {
    for await (const chunk of pack) if (!(await feedGit(child, chunk))) break
    child.stdin.end()
    assertDone('index-pack', await child.end)
  } finally {
    child.kill()
    await child.end
  }
}

/**
 * Indexes a whole pack that is in a file already, where it lies, and proves that it needs nothing from elsewhere. At a low
 * priority: the client that is cloning meanwhile is hardly slowed, and those who wait for the mirror are not starved.
 */
export async function indexPackFile(runtime: GitRuntime, incoming: Incoming, path: string): Promise<void> {
  const flags = { '--check-self-contained-and-connected': true } as const
  const call = { command: 'index-pack', gitDir: incoming.gitDir, flags, operands: [path] } as const
  await runGit(runtime, call, { ...options(incoming), priority: 'low' })
}

/** Proves that everything that `ids` reach is here, given that everything that `known` reach is. */
export async function checkConnected(
  runtime: GitRuntime,
  incoming: Incoming,
  { ids, known }: { readonly ids: readonly string[]; readonly known: Iterable<string> },
): Promise<void> {
  const input = [...ids, ...[...known].map((id) => `^${id}`), ''].join('\n')
  const flags = { '--objects': true, '--quiet': true, '--stdin': true } as const
  await runGit(runtime, { command: 'rev-list', gitDir: incoming.gitDir, flags }, { ...options(incoming), input })
}

/** Flushes packs to the disk and moves them into an object directory. The index comes last: a pack is looked for by its index. */
export async function movePacks(from: string, objects: string): Promise<void> {
  const names = await readdir(join(from, 'pack')).catch(() => [])
  const packs = names.filter((name) => /^pack-[0-9a-f]{40}\.(?:pack|rev|idx)$/.test(name))
  await Promise.all(packs.map((name) => flush(join(from, 'pack', name))))
  for (const ending of ['.pack', '.rev', '.idx']) {
    for (const name of packs.filter((file) => file.endsWith(ending))) {
      await rename(join(from, 'pack', name), join(objects, 'pack', name))
    }
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function assertDone(command: string, end: GitEnd): void {
  if (end.kind !== 'exited' || end.code !== 0) throw new GitFailure(command, end)
}

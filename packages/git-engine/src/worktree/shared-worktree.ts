import { RefwardError, isRefwardError } from '@refward/core-policy'
import type { GitRuntime } from '../process/git-runtime.ts'
import { type GitChild, spawnGit } from '../process/spawn-git.ts'
import { type GitDirectories, openGitDirectories } from './git-directories.ts'
import { type LocatedDirectory, locateDirectory } from './locate-directory.ts'
import { type RepositoryStamp, requireUnchanged, takeStamp } from './repository-stamp.ts'
import { type StampClock, takeSettledStamp } from './settled-stamp.ts'
import { type ListedRepository, TalkFault, UploadPackTalk } from './upload-pack-talk.ts'
import { notRepository, outside, unreadable } from './worktree-refused.ts'

export interface WorktreeDependencies {
  readonly git: GitRuntime
  readonly clock: StampClock
}

/** A work tree as an agent names it. */
export interface WorktreePlace {
  /** Absolute, without symbolic links: what the session was made for. */
  readonly roots: readonly string[]
  /** As the client wrote it. */
  readonly path: string
}

export interface WorktreeRequest {
  readonly place: WorktreePlace
  /** Milliseconds for reading its pack. */
  readonly timeMs: number
  readonly signal: AbortSignal
}

/** Refs of a repository are read within this, whatever its configuration includes: a pipe would be waited for without end. */
const LISTING_MS = 15_000
const ROUNDS = 3
const ALLOCATION_BYTES = 1024 ** 3

/**
 * A repository that an agent can write, opened for reading.
 *
 * INVARIANT: it is read by `git upload-pack` alone, a process of its own that has no credential, no network, and an environment built from empty.
 *
 * What holds while the agent changes it at the same time: its directories are held open, so that no name leads elsewhere later; and everything that
 * git may follow is stamped before git starts and compared when git has ended. A difference throws away what was read. So nothing that is used was read
 * through a link or pointer that leads out of the roots, not even one that was there for a moment only.
 */
export class SharedWorktree {
  readonly listing: ListedRepository
  readonly #shown: string
  readonly #stamp: RepositoryStamp
  readonly #talk: UploadPackTalk
  readonly #close: () => Promise<void>

  private constructor(parts: { readonly shown: string; readonly reading: Reading; readonly close: () => Promise<void> }) {
    this.#shown = parts.shown
    this.listing = parts.reading.listing
    this.#stamp = parts.reading.stamp
    this.#talk = parts.reading.talk
    this.#close = parts.close
  }

  /**
   * @param tree from {@link locateWorktree}; it is let go of with the work tree, or when this throws.
   * @throws RefwardError RW_WORKTREE_…
   */
  static async open(deps: WorktreeDependencies, tree: LocatedDirectory, request: WorktreeRequest): Promise<SharedWorktree> {
    const { path, roots } = request.place
    let directories: GitDirectories | undefined
    try {
      directories = await openGitDirectories(tree, roots, path)
      const reading = await readWhileUnchanged(deps, directories, request)
      const closing = [directories]
      return new SharedWorktree({ shown: path, reading, close: async () => closeAll(reading.child, tree, closing) })
    } catch (error) {
      await closeAll(undefined, tree, directories === undefined ? [] : [directories])
      throw explainAccess(error, path)
    }
  }

  /**
   * A pack with what these ids reach and the others do not. It ends well only when nothing has changed until then.
   *
   * @throws RefwardError RW_WORKTREE_CHANGED, RW_WORKTREE_UNREADABLE
   */
  async *pack(wants: readonly string[], haves: readonly string[]): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#talk.fetch(wants, haves)
    } catch (error) {
      if (!(error instanceof TalkFault)) throw error
      throw unreadable(this.#shown, 'it lacks objects of what is to be pushed, or they are damaged', error)
    }
    await requireUnchanged(this.#stamp, this.#shown)
  }

  /** Ends git and lets go of the directories. Safe to call twice. */
  close(): Promise<void> {
    return this.#close()
  }
}

interface Reading {
  readonly child: GitChild
  readonly talk: UploadPackTalk
  readonly listing: ListedRepository
  readonly stamp: RepositoryStamp
}

/** The directory, if it is one beneath a root. @throws RefwardError RW_WORKTREE_OUTSIDE, RW_WORKTREE_UNSUPPORTED */
export async function locateWorktree({ roots, path }: WorktreePlace): Promise<LocatedDirectory> {
  if (process.platform !== 'linux') throw new RefwardError('RW_WORKTREE_UNSUPPORTED', { detail: 'it does not run on Linux' })
  // The kernel goes through a link before it goes up, people and programs that read a path do not.
  if (path.split('/').includes('..')) throw outside(path)
  const tree = await locateDirectory(roots, path)
  if (tree === undefined) throw outside(path)
  return tree
}

/** Looks at a work tree in the same way, and reads nothing. Lets go of the directory. @throws RefwardError RW_WORKTREE_… */
export async function inspectWorktree(tree: LocatedDirectory, { roots, path }: WorktreePlace): Promise<void> {
  let directories: GitDirectories | undefined
  try {
    directories = await openGitDirectories(tree, roots, path)
    await takeStamp(directories, path)
  } catch (error) {
    throw explainAccess(error, path)
  } finally {
    await directories?.close()
    await tree.pinned.close()
  }
}

/** Somebody who works in the tree may change it just now; that is no reason to refuse yet. */
async function readWhileUnchanged(deps: WorktreeDependencies, directories: GitDirectories, request: WorktreeRequest): Promise<Reading> {
  const { path } = request.place
  for (let round = 1; ; round += 1) {
    const stamp = await takeSettledStamp(directories, path, deps.clock)
    const reading = await startReading(deps, directories, request)
    try {
      await requireUnchanged(stamp, path)
      return { ...reading, stamp }
    } catch (error) {
      await end(reading.child)
      if (round === ROUNDS || !isRefwardError(error)) throw error
    }
  }
}

async function startReading({ git }: WorktreeDependencies, { gitDir, commonDir, objects }: GitDirectories, request: WorktreeRequest): Promise<Omit<Reading, 'stamp'>> {
  const untrusted = { commonDir: commonDir.path, objects: objects.path }
  const call = { command: 'upload-pack', flags: { '--strict': true }, operands: [gitDir.path] } as const
  const options = { protocol: 2, untrusted, timeoutMs: LISTING_MS + request.timeMs, signal: request.signal, allocationLimitBytes: ALLOCATION_BYTES } as const
  const child = spawnGit(git, call, options)
  const timer = setTimeout(() => child.kill(), LISTING_MS)
  try {
    const talk = new UploadPackTalk(child)
    await talk.greet()
    return { child, talk, listing: await talk.list() }
  } catch (error) {
    await end(child)
    request.signal.throwIfAborted()
    throw unreadable(request.place.path, error instanceof TalkFault ? 'its refs cannot be listed, or it is not a repository of SHA-1' : 'its refs cannot be listed', error)
  } finally {
    clearTimeout(timer)
  }
}

async function end(child: GitChild): Promise<void> {
  child.kill()
  await child.end
}

async function closeAll(child: GitChild | undefined, tree: LocatedDirectory, directories: GitDirectories[]): Promise<void> {
  if (child !== undefined) await end(child)
  const [open] = directories.splice(0)
  if (child === undefined || open !== undefined) {
    await open?.close()
    await tree.pinned.close()
  }
}

/** What the file system says while the agent changes it, or does not let the gateway read. */
function explainAccess(error: unknown, path: string): unknown {
  if (isRefwardError(error) || !(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'EACCES' || error.code === 'EPERM') return unreadable(path, 'the user that refward runs as may not read all of it', error)
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'EIO', 'ESTALE'].includes(String(error.code)) ? notRepository(path, 'its git directory cannot be opened') : error
}

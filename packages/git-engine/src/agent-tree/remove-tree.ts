import { readlink, realpath, rmdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { RefwardError } from '@refward/core-policy'
import { PinnedDirectory, ignoreAbsence } from '../worktree/pinned-directory.ts'
import { MountedWithin, deleteContents } from './delete-contents.ts'
import { findMounts } from './find-mounts.ts'

/** What became of the directory. `absent`: there was none. `not-ours`: what is there is no directory, or is reached by a link, and was left alone. */
export type TreeRemoval = 'deleted' | 'absent' | 'not-ours'

/**
 * Deletes a work tree with all that is in it. A directory that something is mounted on stays, empty.
 *
 * @throws RefwardError RW_WORKTREE_CHANGED when somebody writes in it meanwhile, RW_WORKTREE_UNREADABLE, RW_WORKTREE_MOUNTED before anything is deleted
 */
export async function removeTree(path: string, createName: () => string): Promise<TreeRemoval> {
  const above = dirname(path)
  const real = await realpath(above).catch(ignoreAbsence)
  if (real === undefined) return 'absent'
  if (real !== above) return 'not-ours'
  const parent = await PinnedDirectory.open(above)
  try {
    if ((await readlink(parent.path)) !== above) return 'not-ours'
    return await removeFrom(parent, path, createName)
  } finally {
    await parent.close()
  }
}

async function removeFrom(parent: PinnedDirectory, path: string, createName: () => string): Promise<TreeRemoval> {
  const tree = await parent.descendByForce(Buffer.from(basename(path))).catch((error: unknown) => codeOf(error, path))
  if (typeof tree === 'string') return tree === 'ENOENT' ? 'absent' : 'not-ours'
  try {
    const [mounted] = await findMounts(path)
    if (mounted !== undefined) throw new MountedWithin(mounted)
    await deleteContents(tree, createName)
    await rmdir(parent.entry(basename(path))).catch(ignoreMount)
    return 'deleted'
  } catch (cause) {
    throw explain(cause, path)
  } finally {
    await tree.close()
  }
}

function ignoreMount(error: unknown): void {
  if (errorCode(error) !== 'EBUSY') throw error
}

/** A link, a file or nothing in the place of the directory is an answer; all else is a fault. */
function codeOf(error: unknown, path: string): string {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return code
  throw explain(error, path)
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof MountedWithin) return new RefwardError('RW_WORKTREE_MOUNTED', { path, detail: error.message }, { cause: error })
  const code = errorCode(error)
  if (code === 'EACCES' || code === 'EPERM') return new RefwardError('RW_WORKTREE_UNREADABLE', { path, detail: 'the user that refward runs as may not delete all of it' }, { cause: error })
  return ['ENOTEMPTY', 'ENOTDIR', 'ELOOP', 'ENOENT'].includes(code) ? new RefwardError('RW_WORKTREE_CHANGED', { path }, { cause: error }) : error
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

import { rename, rmdir, unlink } from 'node:fs/promises'
import { type DirectoryEntry, type PinnedDirectory, ignoreAbsence } from '../worktree/pinned-directory.ts'

/** Directories within directories that are gone into at once; each is held open meanwhile. */
const MAX_DEPTH = 64

/** What begins at a directory is stored elsewhere. */
export class MountedWithin extends Error {
  override readonly name: string = 'MountedWithin'
}

/** Entries of one directory that are known at once. */
const BATCH = 10_000

interface Deletion {
  readonly top: PinnedDirectory
  /** That all of it lies in. */
  readonly mount: string
  readonly createName: () => string
  /** Whether something was moved up, to be deleted in a further round. */
  moved: boolean
}

/**
 * Deletes all that is in a directory. INVARIANT: only names in directories that are held open are deleted, so that a symbolic link, whether it was there
 * before or is put there meanwhile, is deleted itself and never followed.
 *
 * INVARIANT: nothing is deleted in another mount than that of the directory itself. Whoever deletes may be root, and what is mounted there others share.
 *
 * What lies deeper than a bound is moved to the top first, and deleted in a further round.
 *
 * @throws MountedWithin, and what the file system says.
 */
export async function deleteContents(top: PinnedDirectory, createName: () => string): Promise<void> {
  const deletion: Deletion = { top, mount: await top.mount(), createName, moved: false }
  do {
    deletion.moved = false
    await empty(top, 0, deletion)
  } while (deletion.moved)
}

async function empty(directory: PinnedDirectory, depth: number, deletion: Deletion): Promise<void> {
  await directory.permitChanges()
  let entries: readonly DirectoryEntry[]
  do {
    entries = await directory.list(BATCH)
    for (const { name, kind } of entries) {
      const path = directory.entryBytes(name)
      if (kind !== 'directory') await unlink(path).catch(ignoreAbsence)
      else if (depth === MAX_DEPTH) await moveUp(path, deletion)
      else await deleteDirectory(directory, name, { depth: depth + 1, deletion })
    }
  } while (entries.length === BATCH)
}

async function deleteDirectory(above: PinnedDirectory, name: Buffer, { depth, deletion }: { readonly depth: number; readonly deletion: Deletion }): Promise<void> {
  const inner = await above.descendByForce(name)
  try {
    if ((await inner.mount()) !== deletion.mount) throw new MountedWithin(name.toString('utf8'))
    await empty(inner, depth, deletion)
  } finally {
    await inner.close()
  }
  await rmdir(above.entryBytes(name))
}

async function moveUp(path: Buffer, deletion: Deletion): Promise<void> {
  await rename(path, deletion.top.entry(`.removing-${deletion.createName()}`))
  deletion.moved = true
}

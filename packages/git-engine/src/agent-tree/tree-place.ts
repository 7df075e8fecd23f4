import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { RefwardError } from '@refward/core-policy'
import { PinnedDirectory, ignoreAbsence } from '../worktree/pinned-directory.ts'

/** Where a new work tree goes: a name in a directory that is held open. */
export interface TreePlace {
  readonly path: string
  readonly parent: PinnedDirectory
  readonly name: string
}

const MAX_PATH_BYTES = 4000
const REMEDY = 'name an absolute path, in a directory that is there and is no symbolic link, with nothing at it yet'

/**
 * Checks where a work tree is to be put. The directory above it is held open from here on: what its name leads to later does not count.
 *
 * @param keepOut directories of the gateway's own: a work tree is never put into one, nor around one.
 * @throws RefwardError RW_WORKTREE_PLACE
 */
export async function openTreePlace(path: string, keepOut: readonly string[]): Promise<TreePlace> {
  const fault = findPathFault(path)
  if (fault !== undefined) throw placeRefused(path, fault)
  const above = dirname(path)
  if ((await realpath(above).catch(() => undefined)) !== above) throw placeRefused(path, 'the directory above it is not there, or is reached by a symbolic link')
  for (const own of await Promise.all(keepOut.map(resolveOwn))) {
    if (isWithin(path, own) || isWithin(own, path)) throw placeRefused(path, "it would be in the gateway's own data directory, or around it")
  }
  const parent = await PinnedDirectory.open(above).catch((cause: unknown) => {
    throw placeRefused(path, 'the directory above it cannot be opened', cause)
  })
  try {
    // Whoever swapped a part of the path between the two looks is found here.
    if ((await readlink(parent.path)) !== above) throw placeRefused(path, 'the directory above it was moved just now')
    const place = { path, parent, name: basename(path) }
    await requireVacant(place)
    return place
  } catch (error) {
    await parent.close()
    throw error
  }
}

export function placeRefused(path: string, detail: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_WORKTREE_PLACE', { path, detail, remedy: REMEDY }, { cause })
}

function findPathFault(path: string): string | undefined {
  if (!isAbsolute(path)) return 'it is not an absolute path'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return 'it is too long'
  // A path is told in tables, logs and the audit, and given to git.
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'it has control characters'
  // What is put into one, or called so, git would take for its own.
  if (path.split('/').some((part) => part.toLowerCase() === '.git')) return 'it would be a git directory, or in one'
  if (path === '/' || resolve(path) !== path) return 'it has empty parts, . or .., or ends in a slash'
  return undefined
}

async function requireVacant({ path, parent, name }: TreePlace): Promise<void> {
  const found = await lstat(parent.entry(name)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG') throw placeRefused(path, 'its name is too long', error)
    return ignoreAbsence(error)
  })
  if (found === undefined) return
  if (!found.isDirectory()) throw placeRefused(path, 'there is something that is no directory')
  if ((await readdir(parent.entry(name))).length > 0) throw placeRefused(path, 'the directory there is not empty')
}

async function resolveOwn(directory: string): Promise<string> {
  return realpath(directory).catch(() => directory)
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

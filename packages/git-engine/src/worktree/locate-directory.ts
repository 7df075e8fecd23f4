import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { PinnedDirectory } from './pinned-directory.ts'

/** A directory beneath a root, by the path without symbolic links and held open. */
export interface LocatedDirectory {
  /** The root as it was given. */
  readonly root: string
  readonly path: string
  readonly pinned: PinnedDirectory
}

const MAX_PATH_BYTES = 4095

/**
 * Finds a directory beneath one of the roots; of several roots the innermost.
 *
 * The path is resolved once. Then it is walked again from the root, part by part and through open directories, and no part may be a symbolic
 * link: whoever puts one there between the two walks gains nothing.
 *
 * @returns undefined for whatever is not a directory beneath a root, without telling why.
 */
export async function locateDirectory(roots: readonly string[], path: string): Promise<LocatedDirectory | undefined> {
  if (!isAbsolute(path) || path.includes('\0') || Buffer.byteLength(path) > MAX_PATH_BYTES) return undefined
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) return undefined
  const byDepth = roots.toSorted((a, b) => b.length - a.length)
  for (const root of byDepth) {
    const parts = partsBeneath(root, real)
    const pinned = parts === undefined ? undefined : await walk(root, parts)
    if (pinned !== undefined) return { root, path: real, pinned }
  }
  return undefined
}

function partsBeneath(root: string, path: string): readonly string[] | undefined {
  const rest = relative(root, path)
  if (rest === '') return []
  const parts = rest.split('/')
  return parts[0] === '..' || isAbsolute(rest) ? undefined : parts
}

async function walk(root: string, parts: readonly string[]): Promise<PinnedDirectory | undefined> {
  // A root that has become a symbolic link is not the directory that was chosen any more.
  if ((await realpath(root).catch(() => undefined)) !== root) return undefined
  let current = await PinnedDirectory.open(root).catch(() => undefined)
  for (const part of parts) {
    const above = current
    current = await above?.descend(part).catch(() => undefined)
    await above?.close()
  }
  return current
}

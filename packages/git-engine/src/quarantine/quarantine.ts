import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectStore } from '../process/git-environment.ts'

/** Where the objects of one push are until the upstream has taken them. Nobody but this push reads it. */
export interface Quarantine {
  /** For git children: they write here and read the mirror as well. */
  readonly objects: ObjectStore
  /** Packs that git made, by their path without the ending. */
  packs(): Promise<readonly string[]>
  /** Removes all of it. Safe to call twice. */
  remove(): Promise<void>
}

/** All quarantines of a gateway, in one directory of its own. */
export interface QuarantineStore {
  /** @param mirrorObjects the object directory of the mirror, absolute. */
  create(mirrorObjects: string): Promise<Quarantine>
  /** What a crash left behind. Only for a start, before the first push. @returns how many there were. */
  removeAll(): Promise<number>
}

export interface QuarantineOptions {
  /** Absolute; created with mode 0700. On the file system of the mirrors, so that objects move there by a rename. */
  readonly directory: string
  /** A name that has not been used before and says nothing: `randomBytes(16).toString('hex')`. */
  readonly createName: () => string
}

const PACK = /^pack-[0-9a-f]{40}\.pack$/

export function createQuarantineStore({ directory, createName }: QuarantineOptions): QuarantineStore {
  return {
    create: async (mirrorObjects) => {
      const path = join(directory, createName())
      // One level below the store only: `recursive` must not hide that the name was used before.
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await mkdir(path, { mode: 0o700 })
      return openQuarantine(path, mirrorObjects)
    },
    removeAll: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const names = await readdir(directory)
      for (const name of names) await rm(join(directory, name), { recursive: true, force: true })
      return names.length
    },
  }
}

function openQuarantine(path: string, mirrorObjects: string): Quarantine {
  return {
    objects: { directory: path, alternates: [mirrorObjects] },
    packs: async () => {
      const names = await readdir(join(path, 'pack')).catch(nothingYet)
      return names.filter((name) => PACK.test(name)).map((name) => join(path, 'pack', name.slice(0, -'.pack'.length)))
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** Git makes the directory when it writes the first pack. */
function nothingYet(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'ENOENT') return []
  throw error
}

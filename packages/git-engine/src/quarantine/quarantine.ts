import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectStore } from '../process/git-environment.ts'

/** Where the objects of one push are until the upstream has taken them. Nobody but this push reads it. */
export interface Quarantine {
  /** For git children: they write here and read the mirror as well. */
  readonly objects: ObjectStore
  /** Removes all of it. Safe to call twice. */
  remove(): Promise<void>
}

/** All quarantines of a gateway, in one directory of its own. */
export interface QuarantineStore {
  /** Makes the directory, or removes what a crash left in it. For a start, before the first push. @returns how many there were. */
  open(): Promise<number>
  /** @param mirrorObjects the object directory of the mirror, absolute. */
  create(mirrorObjects: string): Promise<Quarantine>
}

export interface QuarantineOptions {
  /** Absolute. On the file system of the mirrors, so that objects move there by a rename. */
  readonly directory: string
  /** A name that has not been used before and says nothing: `randomBytes(16).toString('hex')`. */
  readonly createName: () => string
}

export function createQuarantineStore({ directory, createName }: QuarantineOptions): QuarantineStore {
  return {
    create: async (mirrorObjects) => {
      const path = join(directory, createName())
      // Not `recursive`, which would hide that the name was used before.
      await mkdir(path, { mode: 0o700 })
      return openQuarantine(path, mirrorObjects)
    },
    open: async () => {
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
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}

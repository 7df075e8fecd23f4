import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../bootstrap/lock.mjs'
import { step } from '../bootstrap/progress.mjs'

export interface Build {
  /** Folder of the finished build; its name carries the version. */
  readonly folder: string
  /** One line for the person who waits. */
  readonly title: string
  /** Builds into `aside`, which exists and is empty. */
  readonly build: (aside: string) => Promise<void>
}

/** Builds into a folder of its own and renames it when all went well, so that what is there is complete; never twice at once. */
export async function buildOnce({ folder, title, build }: Build): Promise<void> {
  if (existsSync(folder)) return
  await withLock(folder, async () => {
    if (existsSync(folder)) return
    const aside = `${folder}.building`
    rmSync(aside, { recursive: true, force: true }) // what an interrupted build left; nobody else is building, or we would wait
    mkdirSync(aside, { recursive: true })
    await step(title, () => build(aside))
    renameSync(aside, folder)
  })
}

/** The folder of one version of a program in the cache. */
export function versionFolder(cache: string, program: { readonly name: string; readonly version: string }): string {
  return join(cache, `${program.name}-${program.version}`)
}

import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoRef } from '@refward/core-policy'
import { GitFailure } from '../process/git-end.ts'
import { Generation } from './generation.ts'
import type { MirrorDependencies } from './mirror-dependencies.ts'
import { isMissing } from './mirror-failure.ts'
import { packsMatchIndexes } from './pack-pairs.ts'

/** The newest generation that an earlier run left, when it can be read; otherwise an empty one. */
export async function takeUpGeneration(repo: RepoRef, directory: string, { git, report, createName }: MirrorDependencies): Promise<Generation> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const gitDir = await keepNewest(directory)
  if (gitDir !== undefined) {
    const found = await tryLoad(git, gitDir)
    if (found !== undefined) return found
    report({ kind: 'rebuilt', repo, reason: 'it cannot be read' })
    await rm(gitDir, { recursive: true, force: true })
  }
  return Generation.create(join(directory, `${createName()}.git`))
}

async function tryLoad(git: MirrorDependencies['git'], gitDir: string): Promise<Generation | undefined> {
  try {
    return (await packsMatchIndexes(gitDir)) ? await Generation.load(git, gitDir) : undefined
  } catch (error) {
    if (error instanceof GitFailure || isMissing(error)) return undefined
    throw error
  }
}

/** Removes drafts and superseded generations that a crash left behind. */
async function keepNewest(directory: string): Promise<string | undefined> {
  const names = await readdir(directory)
  const found = await Promise.all(
    names.map(async (name) => {
      const written = name.endsWith('.git') ? await stat(join(directory, name, 'objects')).catch(() => undefined) : undefined
      return { path: join(directory, name), time: written?.mtimeMs ?? -1 }
    }),
  )
  const [newest] = found.filter(({ time }) => time >= 0).toSorted((a, b) => b.time - a.time)
  for (const { path } of found) if (path !== newest?.path) await rm(path, { recursive: true, force: true })
  return newest?.path
}

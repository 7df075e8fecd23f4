import { link, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import type { Generation } from './generation.ts'
import { KEEP_PREFIX, TIP_PREFIX, writeEmptyRepository } from './mirror-layout.ts'

const TIME_MS = 30 * 60_000

/**
 * Makes a faster copy of a generation beside it: small packs joined, one index over all of them with a bitmap, so that a clone is
 * copied out of one pack as it lies, and a commit-graph. Packs are hard links, so the copy costs no room but for what is joined.
 * At the lowest priority. Objects that nothing reaches are kept: a quarantine may build on them.
 */
export async function buildMaintained(git: GitRuntime, from: Generation, gitDir: string, signal: AbortSignal): Promise<void> {
  await writeEmptyRepository(gitDir)
  await linkPacks(from, gitDir)
  await writeTips(from, gitDir)
  const options = { priority: 'idle', timeoutMs: TIME_MS, signal } as const
  const repack = { '--geometric': 2, '-d': true, '-q': true, '--write-midx': true, '--write-bitmap-index': true } as const
  await runGit(git, { command: 'repack', gitDir, flags: repack }, options)
  await runGit(git, { command: 'commit-graph', gitDir, verb: 'write', flags: { '--reachable': true, '--no-progress': true } }, options)
}

/** Brings over what came in while the copy was made. */
export async function carryOver(from: Generation, gitDir: string, known: ReadonlySet<string>): Promise<void> {
  await linkPacks(from, gitDir, known)
  await writeTips(from, gitDir)
}

/** Reads every object of every pack. @throws GitFailure when one is not what it was. */
export async function verifyPacks(git: GitRuntime, { gitDir, objects }: Generation, files: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const indexes = [...files].filter((name) => name.endsWith('.idx')).map((name) => join(objects, 'pack', name))
  if (indexes.length === 0) return
  await runGit(git, { command: 'verify-pack', gitDir, operands: indexes }, { priority: 'idle', timeoutMs: TIME_MS, signal })
}

/** Names of the files of all packs that a generation has now. */
export async function packFiles(generation: Generation): Promise<ReadonlySet<string>> {
  const names = await readdir(join(generation.objects, 'pack'))
  return new Set(names.filter((name) => /^pack-[0-9a-f]{40}\.(?:pack|rev|idx)$/.test(name)))
}

async function linkPacks(from: Generation, gitDir: string, without: ReadonlySet<string> = new Set()): Promise<void> {
  const names = [...(await packFiles(from)).difference(without)]
  // The index last: a pack is looked for by its index.
  for (const name of names.toSorted((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')))) {
    await link(join(from.objects, 'pack', name), join(gitDir, 'objects/pack', name))
  }
}

async function writeTips(from: Generation, gitDir: string): Promise<void> {
  const refs = [...[...from.tips].map((id) => `${id} ${TIP_PREFIX}${id}`), ...[...from.kept].map((id) => `${id} ${KEEP_PREFIX}${id}`)]
  await writeFile(join(gitDir, 'packed-refs'), refs.map((line) => `${line}\n`).join(''))
}

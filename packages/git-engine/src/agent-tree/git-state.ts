import { lstat } from 'node:fs/promises'
import type { GitDirectories } from '../worktree/git-directories.ts'
import type { PinnedDirectory } from '../worktree/pinned-directory.ts'
import { ignoreAbsence } from '../worktree/pinned-directory.ts'
import { readable } from './compare-files.ts'
import type { LossList } from './losses.ts'
import type { Scratch } from './scratch.ts'

const INDEX_BYTES = 512 * 1024 * 1024
/** What git leaves in a git directory while something is half done. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['MERGE_HEAD', 'a merge'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['BISECT_LOG', 'a bisection'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase, or patches'],
  ['sequencer', 'a sequence of picks'],
])
/** Further work trees and submodules that are counted. */
const MOST_INNER = 10_000
/** What git keeps for other places in a git directory. */
const INNER: ReadonlyMap<string, string> = new Map([
  ['worktrees', 'it is a further work tree of the repository, and is not looked into'],
  ['modules', 'it is the repository of a submodule, and is not looked into'],
])

/** What is in the index and in no commit. Only a copy of it is read. */
export async function findIndexChanges(parts: { readonly gitDir: PinnedDirectory; readonly scratch: Scratch; readonly head: string | undefined; readonly losses: LossList }): Promise<void> {
  const { gitDir, scratch, head, losses } = parts
  const chunks = await gitDir.stream('index', INDEX_BYTES)
  if (chunks === undefined) return
  const staged = chunks === 'unfit' ? undefined : await scratch.findStaged(await scratch.write('copied-index', chunks), head)
  if (staged === undefined) losses.add({ kind: 'unseen', name: '.git/index', detail: 'git cannot read it by itself: it is damaged, split or of another format' })
  const known = new Set(losses.named.map(({ name }) => name))
  for (const path of staged ?? []) if (!known.has(readable(path))) losses.add({ kind: 'staged', name: readable(path), detail: 'it is staged and not committed' })
}

/** Operations under way, and repositories within the git directory. */
export async function findOperations({ gitDir, commonDir }: GitDirectories, losses: LossList): Promise<void> {
  for (const [name, what] of OPERATIONS) if ((await lstat(gitDir.entry(name)).catch(ignoreAbsence)) !== undefined) losses.add({ kind: 'operation', name, detail: `${what} is under way` })
  for (const [name, detail] of INNER) {
    const inner = await commonDir.descend(name).catch(ignoreAbsence)
    if (inner === undefined) continue
    try {
      for (const entry of await inner.list(MOST_INNER)) losses.add({ kind: 'repository', name: `.git/${name}/${entry.name.toString('utf8')}`, detail })
    } finally {
      await inner.close()
    }
  }
}

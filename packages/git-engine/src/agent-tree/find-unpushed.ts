import type { AdvertisedRef } from '@refward/git-wire'
import { type Reach, findTypes, findUnreachableCommits } from '../fetch/reachability.ts'
import type { ObjectStore } from '../process/git-environment.ts'
import { runGit } from '../process/run-git.ts'
import type { ListedRepository } from '../worktree/upload-pack-talk.ts'
import type { Loss } from './losses.ts'

const REMOTE = 'refs/remotes/'
const STASH = 'refs/stash'
/** Refs whose commits are counted, one walk for each. */
const MAX_COUNTED = 100

/**
 * Refs of a work tree that lead to what no ref of the forge reaches. What it keeps of remotes (refs/remotes) is no work of its own.
 *
 * @param reach the mirror with all refs of the forge as they are now.
 */
export async function findUnpushed(reach: Reach, { refs, head }: ListedRepository): Promise<readonly AdvertisedRef[]> {
  const tips = new Set(reach.tips)
  // A HEAD that is on a branch is told by that branch.
  const own = refs.filter(({ name, id }) => !name.startsWith(REMOTE) && !tips.has(id) && (name !== 'HEAD' || head === undefined))
  const ids = new Set(own.map(({ id }) => id))
  if (ids.size === 0) return []
  const types = await findTypes(reach, [...ids])
  const commits = new Set([...types].flatMap(([id, type]) => (type === 'commit' ? [id] : [])))
  const pushed = commits.size === 0 ? commits : commits.difference(await findUnreachableCommits(reach, commits))
  return own.filter(({ name, id }) => name === STASH || !pushed.has(id))
}

/** What each of these refs would take with it. */
export async function describeUnpushed(reach: Reach, refs: readonly AdvertisedRef[], objects: ObjectStore | undefined): Promise<readonly Loss[]> {
  const losses: Loss[] = []
  for (const [index, ref] of refs.entries()) losses.push(describe(ref, index < MAX_COUNTED && objects !== undefined ? await countCommits(reach, ref.id, objects) : undefined))
  return losses
}

function describe({ name, id }: AdvertisedRef, commits: number | undefined): Loss {
  if (name === STASH) return { kind: 'stash', name, detail: `stashed changes, the last in ${id}` }
  if (commits === 0) return { kind: 'ref', name, detail: `${id} is not on the forge` }
  const count = commits === undefined ? 'commits' : commits === 1 ? 'one commit' : `${commits} commits`
  return { kind: 'commits', name, detail: `${count} that no ref of the forge reaches, the last is ${id}`, ...(commits === undefined ? {} : { commits }) }
}

async function countCommits({ git, gitDir, tips, signal, timeMs }: Reach, id: string, objects: ObjectStore): Promise<number> {
  const input = [id, ...[...tips].map((tip) => `^${tip}`), ''].join('\n')
  const options = { input, objects, signal, ...(timeMs === undefined ? {} : { timeoutMs: timeMs }) }
  const { stdout } = await runGit(git, { command: 'rev-list', gitDir, flags: { '--count': true, '--ignore-missing': true, '--stdin': true } }, options)
  return Number(stdout.toString('latin1').trim())
}

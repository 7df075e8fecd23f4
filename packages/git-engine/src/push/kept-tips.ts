import type { RepoId, RepoRef } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import type { KeptTip } from '@refward/ledger'
import type { Mirror } from '../mirror/mirror-types.ts'
import type { PushEngineState } from './push-engine.ts'

/** What became of the old tips of one repository. */
export type DroppedTips =
  | { readonly kind: 'dropped'; readonly repo: RepoId; readonly tips: readonly KeptTip[] }
  /** They stay for the next time. */
  | { readonly kind: 'failed'; readonly repo: RepoId; readonly error: unknown }

export interface Replacing {
  readonly repo: RepoRef
  readonly mirror: Mirror
  /** What the refs pointed at. */
  readonly ids: readonly string[]
}

/**
 * Keeps the tips that a change is about to replace, then records the decision that says so. Both under one lock: between them,
 * nothing but the mirror knows of these tips, and {@link dropOldTips} would let one go that an older change had kept.
 *
 * @throws RefwardError RW_MIRROR_UNAVAILABLE
 */
export async function keepAndRecord<T>({ locks }: PushEngineState, { repo, mirror, ids }: Replacing, record: () => Promise<T>): Promise<T> {
  if (ids.length === 0) return record()
  return locks.run([lockOf(repo.id)], async () => {
    for (const id of ids) {
      if (!(await mirror.keep(id))) throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: repo.id, detail: 'the old tip cannot be kept' })
    }
    return record()
  })
}

/** Lets go of every tip that was kept earlier than `keptBefore`, used by an undo or not. */
export async function dropOldTips(engine: PushEngineState, keptBefore: number): Promise<readonly DroppedTips[]> {
  const old = await engine.deps.ledger.listTips({ keptBefore, taken: true, limit: ALL })
  const repositories = [...new Set(old.map(({ repo }) => repo))]
  const dropped: DroppedTips[] = []
  for (const repo of repositories) {
    const dropping = engine.locks.run([lockOf(repo)], () => dropOldTipsOf(engine, repo, keptBefore))
    dropped.push(await dropping.catch((error: unknown): DroppedTips => ({ kind: 'failed', repo, error })))
  }
  return dropped
}

/** The mirror first: a crash between the two leaves a tip that the next round drops again, and no ref that nobody knows. */
async function dropOldTipsOf({ deps }: PushEngineState, repo: RepoId, keptBefore: number): Promise<DroppedTips> {
  const { ledger, mirrors } = deps
  const tips = await ledger.listTips({ repo, keptBefore, taken: true, limit: ALL })
  const needed = await idsStillNeeded(ledger, repo, keptBefore)
  const configured = deps.repository(repo)
  // The mirror of a repository that nobody names any more goes with the others that are not used.
  const mirror = configured === undefined ? undefined : await mirrors.mirror(configured)
  for (const { objectId } of tips) if (!needed.has(objectId)) await mirror?.unkeep(objectId)
  await ledger.dropTips(tips.map(({ id }) => id))
  return { kind: 'dropped', repo, tips }
}

/** Younger tips may be the same commit, and so may what a push is replacing right now. */
async function idsStillNeeded(ledger: PushEngineState['deps']['ledger'], repo: RepoId, keptBefore: number): Promise<ReadonlySet<string>> {
  const kept = await ledger.listTips({ repo, limit: ALL })
  const open = (await ledger.openDecisions()).filter((decision) => decision.repo === repo)
  const young = kept.filter(({ keptAt }) => keptAt >= keptBefore).map(({ objectId }) => objectId)
  return new Set<string>([...young, ...open.flatMap(({ refs }) => refs.map(({ oldId }) => oldId))])
}

const ALL = Number.MAX_SAFE_INTEGER

/** No ref is called this, so it is no lock of a ref. */
function lockOf(repo: RepoId): string {
  return `${repo} kept`
}

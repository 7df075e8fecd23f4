import { type RepositoryLimits, RefwardError } from '@refward/core-policy'
import { ObjectWalk } from '../content/object-walk.ts'
import type { Mirror, MirrorView } from '../mirror/mirror-types.ts'
import type { Quarantine } from '../quarantine/quarantine.ts'
import type { GitChild } from '../process/spawn-git.ts'
import { type IntakeLimits, allocationLimit, startIndexPack } from '../quarantine/receive-pack.ts'
import type { KnownHistory } from './known-history.ts'
import type { PushDependencies } from './push-types.ts'
import type { UpstreamState } from './read-upstream.ts'

/** Where one push is looked at: a view of the mirror, a quarantine on top of it, and the children that wait for the pack. */
export interface Workspace {
  readonly view: MirrorView
  readonly quarantine: Quarantine
  readonly walk: ObjectWalk
  /** The git that takes the pack in, started by the first call. */
  intake(): GitChild
  /** Ends the children, removes the quarantine, lets go of the mirror. Safe to call twice. */
  close(): Promise<void>
}

export interface WorkspaceOptions {
  readonly mirror: Mirror
  readonly limits: RepositoryLimits
  readonly signal: AbortSignal
}

/**
 * Opens a workspace. This can be done before anything is decided: nothing of the client is in it, and what it costs is there
 * to be used as soon as the forge has answered.
 */
export async function openWorkspace(deps: PushDependencies, { mirror, limits, signal }: WorkspaceOptions): Promise<Workspace> {
  const view = await mirror.open()
  const quarantine = await deps.quarantines.create(view.objects)
  const walk = new ObjectWalk(deps.git, {
    gitDir: view.gitDir,
    objects: quarantine.objects,
    // It is there from before the first byte of the pack until the last one is sent on.
    timeMs: 4 * limits.time * 1000,
    allocationLimitBytes: allocationLimit(intakeLimits(limits)),
    maxChanges: limits.changes,
    signal,
  })
  let index: GitChild | undefined
  return {
    view,
    quarantine,
    walk,
    intake: () => (index ??= startIndexPack(deps.git, { quarantine, gitDir: view.gitDir, limits: intakeLimits(limits), signal })),
    close: async () => {
      index?.kill()
      await Promise.all([walk.stop(), index?.end])
      await quarantine.remove()
      view.release()
    },
  }
}

/** The same workspace when the mirror holds all that is known, or a new one after it was brought there. */
export async function bringUpToDate(
  deps: PushDependencies,
  options: WorkspaceOptions,
  { workspace, state, history }: { readonly workspace: Workspace; readonly state: UpstreamState; readonly history: KnownHistory },
): Promise<Workspace> {
  const { mirror, signal } = options
  const needed = history.shown.union(history.replaced)
  let current = workspace
  // A second round: the mirror may be rebuilt, because somebody deleted it, after the first one looked.
  for (let round = 0; round < 2; round += 1) {
    if (needed.isSubsetOf(current.view.tips)) return current
    await current.close()
    await mirror.refresh({ listing: state.listing, needed, source: state.forge, signal })
    current = await openWorkspace(deps, options)
  }
  if (needed.isSubsetOf(current.view.tips)) return current
  await current.close()
  throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: mirror.repo.id, detail: 'it does not hold what the forge lists' })
}

export function intakeLimits(limits: RepositoryLimits): IntakeLimits {
  return { packBytes: limits.pack, objects: limits.objects, objectBytes: limits.object, timeMs: limits.time * 1000 }
}

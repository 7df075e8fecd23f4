import { lstat } from 'node:fs/promises'
import { type Loss, inspectTree, intakeLimits } from '@refward/git-engine'
import type { MadeWorktree } from '@refward/ledger'
import type { AgentTreeParts, TreeState } from './agent-tree-parts.ts'
import { holdMirror } from './hold-mirror.ts'

export interface SeenTree {
  readonly state: TreeState
  readonly losses: readonly Loss[]
  readonly moreLosses: number
}

/**
 * What would be lost with a work tree, compared with the forge as it is now. A repository that is not in the configuration any more cannot be compared, and is
 * told so.
 *
 * @throws what the forge and the mirror throw
 */
export async function lookIntoTree(parts: AgentTreeParts, { path, repo: id }: MadeWorktree, signal: AbortSignal): Promise<SeenTree> {
  if (await isAbsent(path)) return { state: 'absent', losses: [], moreLosses: 0 }
  const repository = parts.policy().repository(id)
  if (repository === undefined) return unseen(path, 'its repository is not in the configuration any more')
  const source = parts.access.source(repository.repo)
  const listing = await source.list(signal)
  const view = await holdMirror(parts, repository.repo, { listing, needed: new Set(), source, signal })
  try {
    const forgeIds = new Set(listing.refs.map(({ id: tip }) => tip))
    const { named, more } = await inspectTree(parts.trees, { path, view, forgeIds, limits: intakeLimits(repository.settings.limits), signal })
    return { state: describeState(named), losses: named, moreLosses: more }
  } finally {
    view.release()
  }
}

export function unseen(path: string, detail: string): SeenTree {
  return { state: 'unknown', losses: [{ kind: 'unseen', name: path, detail }], moreLosses: 0 }
}

function describeState(losses: readonly Loss[]): TreeState {
  if (losses.length === 0) return 'clean'
  return losses.every(({ kind }) => kind === 'unseen') ? 'unknown' : 'dirty'
}

async function isAbsent(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'),
  )
}

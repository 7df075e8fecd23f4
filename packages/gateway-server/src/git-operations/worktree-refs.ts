import type { RepoId } from '@refward/core-policy'
import { inspectWorktree } from '@refward/git-engine'
import type { ListedRef, RefListing } from '@refward/upstream'
import type { FetchParts } from './fetch-operation.ts'
import { recordRead } from './record-read.ts'
import { type WorktreeCall, type WorktreeCallParts, placeCall } from './worktree-call.ts'

export interface WorktreeRefsParts extends Omit<FetchParts, 'ledger' | 'policy'>, WorktreeCallParts {
  readonly ledger: FetchParts['ledger'] & WorktreeCallParts['ledger']
}

/** The refs that the session is shown, HEAD first where there is one. */
export interface ShownRefs {
  readonly repo: RepoId
  readonly refs: readonly ListedRef[]
}

/**
 * Lists the refs of the repository that a remote of a work tree stands for, as the forge has them now. A fetch brings their objects into the mirror, so that
 * what follows over the git plane is at hand. Nothing in the work tree is read but where it leads, and nothing is written to it.
 */
export async function listForWorktree(parts: WorktreeRefsParts, call: WorktreeCall, operation: 'fetch' | 'list'): Promise<ShownRefs> {
  const { tree, place, context } = await placeCall(parts, call, operation)
  try {
    return await recordRead(parts, context, operation, async (permit) => {
      await inspectWorktree(tree, place)
      const source = parts.access.source(permit.repo)
      const listing = await source.list(context.signal)
      const shown = listing.refs.filter(({ name }) => permit.shows(name))
      if (operation === 'fetch') {
        const mirror = await parts.fetch.mirrors.mirror(permit.repo)
        await mirror.refresh({ listing, needed: shown.map(({ id }) => id), source, signal: context.signal })
      }
      return { repo: context.repo, refs: [...describeHead(listing, shown), ...shown] }
    })
  } finally {
    await tree.pinned.close()
  }
}

/** A HEAD that leads to a branch which the session is not shown would tell of it. */
function describeHead({ head }: RefListing, shown: readonly ListedRef[]): readonly ListedRef[] {
  if (head?.id === undefined || (head.symref !== undefined && !shown.some(({ name }) => name === head.symref))) return []
  return [{ name: 'HEAD', id: head.id, ...(head.symref === undefined ? {} : { symrefTarget: head.symref }) }]
}

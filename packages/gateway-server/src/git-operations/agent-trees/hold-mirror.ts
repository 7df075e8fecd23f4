import { type RepoRef, RefwardError } from '@refward/core-policy'
import type { MirrorSource } from '@refward/git-engine'
import type { RefListing } from '@refward/upstream'
import type { AgentTreeParts } from './agent-tree-parts.ts'

interface Held {
  readonly listing: RefListing
  readonly needed: ReadonlySet<string>
  readonly source: MirrorSource
  readonly signal: AbortSignal
}

/** A view of the mirror that has all that is needed. Whoever gets it releases it. */
export async function holdMirror({ fetch }: AgentTreeParts, repo: RepoRef, { listing, needed, source, signal }: Held): ReturnType<Awaited<ReturnType<AgentTreeParts['fetch']['mirrors']['mirror']>>['open']> {
  const mirror = await fetch.mirrors.mirror(repo)
  await mirror.refresh({ listing, needed, source, signal })
  const view = await mirror.open()
  if (needed.isSubsetOf(view.tips)) return view
  view.release()
  throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: repo.id, detail: 'it was changed from outside just now' })
}

import { type ReceivePermit, RefwardError, type RefUpdate, ZERO_ID } from '@refward/core-policy'
import type { Mirror, MirrorView } from '../mirror/mirror-types.ts'
import type { UpstreamState } from './read-upstream.ts'

/** The mirror, held open, and in it what the upstream and this session have in common. */
export interface KnownHistory {
  readonly mirror: Mirror
  readonly view: MirrorView
  /**
   * Tips of the refs that the session is shown. What they reach is not new. What only other refs reach counts as new, so that
   * it is looked at, and must have been sent.
   */
  readonly known: readonly string[]
}

/** Makes sure that the mirror has what the listing shows, so that thin packs and comparisons have their base. */
export async function openKnown(
  mirror: Mirror,
  { permit, state, updates }: { readonly permit: ReceivePermit; readonly state: UpstreamState; readonly updates: readonly RefUpdate[] },
  signal: AbortSignal,
): Promise<KnownHistory> {
  const { listing, forge } = state
  const known = [...new Set(listing.refs.filter(({ name }) => permit.shows(name)).map(({ id }) => id))]
  const needed = new Set<string>([...known, ...updates.map(({ oldId }) => oldId)])
  needed.delete(ZERO_ID)
  // A second round: the mirror may be rebuilt, because somebody deleted it, after the first one looked.
  for (let round = 0; round < 2; round += 1) {
    const view = await mirror.open()
    if (needed.isSubsetOf(view.tips)) return { mirror, view, known }
    view.release()
    await mirror.refresh({ listing, needed, source: forge, signal })
  }
  const view = await mirror.open()
  if (needed.isSubsetOf(view.tips)) return { mirror, view, known }
  view.release()
  throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: mirror.repo.id, detail: 'it does not hold what the forge lists' })
}

import { type ReceivePermit, type RefUpdate, ZERO_ID } from '@refward/core-policy'
import type { UpstreamState } from './read-upstream.ts'

/** What the upstream and this session have in common. */
export interface KnownHistory {
  /**
   * Tips of the refs that the session is shown. What they reach is not new. What only other refs reach counts as new, so that
   * it is looked at, and must have been sent.
   */
  readonly known: readonly string[]
  /** These, and the old values of the updates: what a mirror must hold so that thin packs and comparisons have their base. */
  readonly needed: ReadonlySet<string>
}

export function findKnown({ listing }: Pick<UpstreamState, 'listing'>, permit: ReceivePermit, updates: readonly RefUpdate[]): KnownHistory {
  const known = new Set(listing.refs.filter(({ name }) => permit.shows(name)).map(({ id }) => id))
  const needed = new Set<string>([...known, ...updates.map(({ oldId }) => oldId)])
  needed.delete(ZERO_ID)
  return { known: [...known], needed }
}

import { type ReceivePermit, type RefUpdate, ZERO_ID } from '@refward/core-policy'
import type { UpstreamState } from './read-upstream.ts'

/** What the upstream and this session have in common. */
export interface KnownHistory {
  /**
   * Tips of the refs that the session is shown. What they reach is not new. What only other refs reach counts as new, so that
   * it is looked at, and must have been sent.
   */
  readonly shown: ReadonlySet<string>
  /** The old values of the updates: without them nothing can be said of a push. */
  readonly replaced: ReadonlySet<string>
}

export function findKnown({ listing }: Pick<UpstreamState, 'listing'>, permit: ReceivePermit, updates: readonly RefUpdate[]): KnownHistory {
  const shown = new Set(listing.refs.filter(({ name }) => permit.shows(name)).map(({ id }) => id))
  const replaced = new Set<string>(updates.map(({ oldId }) => oldId))
  replaced.delete(ZERO_ID)
  return { shown, replaced }
}

/** How much of it a mirror holds. `some`: enough for a push that does not build on what somebody else has pushed meanwhile. */
export function compareWith({ shown, replaced }: KnownHistory, tips: ReadonlySet<string>): 'all' | 'some' | 'none' {
  if (!replaced.isSubsetOf(tips)) return 'none'
  if (shown.isSubsetOf(tips)) return 'all'
  return shown.isDisjointFrom(tips) ? 'none' : 'some'
}

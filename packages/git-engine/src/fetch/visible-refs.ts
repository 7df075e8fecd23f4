import type { ReadPermit } from '@refward/core-policy'
import type { AdvertisedRef } from '@refward/git-wire'
import type { RefListing } from '@refward/upstream'

/** What one session sees of a listing. */
export interface VisibleRefs {
  /** `HEAD` first, then the refs as the upstream listed them. */
  readonly refs: readonly AdvertisedRef[]
  /** The branch that HEAD names although it does not exist yet. */
  readonly unbornHead: string | undefined
  /** Ids that the refs point to. */
  readonly tips: ReadonlySet<string>
  /** The tip that leads to an id which the listing shows as the peeled value of a tag. */
  readonly peeled: ReadonlyMap<string, string>
}

/** Leaves out of a listing what the session is not shown. */
export function viewListing(listing: RefListing, permit: Pick<ReadPermit, 'shows'>): VisibleRefs {
  const refs = listing.refs.filter(({ name }) => permit.shows(name))
  const tips = new Set(refs.map(({ id }) => id))
  const head = visibleHead(listing, permit, tips)
  return {
    refs: head === undefined ? refs : [head, ...refs],
    unbornHead: unbornHead(listing, permit),
    tips,
    peeled: new Map(refs.flatMap(({ id, peeled }) => (peeled === undefined ? [] : [[peeled, id]]))),
  }
}

/** HEAD shows as much as the ref behind it: a detached one would otherwise tell an id that no visible ref has. */
function visibleHead({ head }: RefListing, permit: Pick<ReadPermit, 'shows'>, tips: ReadonlySet<string>): AdvertisedRef | undefined {
  if (head?.id === undefined || !tips.has(head.id)) return undefined
  if (head.symref === undefined) return { name: 'HEAD', id: head.id }
  return permit.shows(head.symref) ? { name: 'HEAD', id: head.id, symrefTarget: head.symref } : undefined
}

function unbornHead({ head }: RefListing, permit: Pick<ReadPermit, 'shows'>): string | undefined {
  if (head?.symref === undefined || head.id !== undefined) return undefined
  return permit.shows(head.symref) ? head.symref : undefined
}

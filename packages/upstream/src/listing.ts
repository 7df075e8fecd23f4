import type { AdvertisedRef } from '@refward/git-wire'
import type { ListedHead, RefListing } from './types.ts'

const HEAD = 'HEAD'

/** A listing from either protocol version. */
export function listingOf(listed: { readonly refs: readonly AdvertisedRef[]; readonly unbornHead?: string }): RefListing {
  const head = listed.refs.find(({ name }) => name === HEAD)
  return {
    refs: listed.refs.filter(({ name }) => name !== HEAD),
    head: head === undefined ? unbornHead(listed.unbornHead) : { id: head.id, ...(head.symrefTarget === undefined ? {} : { symref: head.symrefTarget }) },
    objectFormat: 'sha1',
  }
}

function unbornHead(symref: string | undefined): ListedHead | undefined {
  return symref === undefined ? undefined : { symref }
}

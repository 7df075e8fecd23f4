import { RefwardError, type ReadPermit } from '@refward/core-policy'
import type { LsRefsRequest } from '@refward/git-wire'
import type { MirrorSource } from '../mirror/mirror-types.ts'
import type { RecentListings } from './recent-listings.ts'
import { renderFetchAdvertisement, renderFetchCapabilities, renderVisibleRefs } from './render-listing.ts'
import { type VisibleRefs, viewListing } from './visible-refs.ts'

export interface ListingJob {
  readonly permit: ReadPermit
  /** Whoever is given this listing may fetch what it shows for a while. */
  readonly session: string
  readonly source: Pick<MirrorSource, 'list'>
  readonly listings: RecentListings
  readonly signal: AbortSignal
}

/**
 * The answer to `info/refs` of upload-pack. Protocol v2 names no ref there, so the upstream is not asked.
 *
 * @param agent what Refward calls itself.
 * @throws RefwardError with the upstream's fault.
 */
export async function serveAdvertisement(job: ListingJob, protocol: 0 | 1 | 2, agent: string): Promise<Uint8Array> {
  return protocol === 2 ? renderFetchCapabilities(agent) : renderFetchAdvertisement(await listVisible(job), protocol, agent)
}

/** The answer to `ls-refs`. @throws RefwardError with the upstream's fault. */
export async function serveLsRefs(job: ListingJob, request: LsRefsRequest): Promise<Uint8Array> {
  return renderVisibleRefs(await listVisible(job), request)
}

/** INVARIANT: a listing is the upstream's own of this moment. */
async function listVisible({ permit, session, source, listings, signal }: ListingJob): Promise<VisibleRefs> {
  const listing = await source.list(signal)
  if (listing.objectFormat !== 'sha1') throw new RefwardError('RW_OBJECT_FORMAT', { format: listing.objectFormat })
  listings.give(session, permit.repo.id, listing)
  return viewListing(listing, permit)
}

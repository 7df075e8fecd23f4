import { type Capability, createLsRefsResponseParser, hasCapability, hasFeature, renderLsRefsRequest } from '@refward/git-wire'
import type { GitService, ServiceCall } from './git-service.ts'
import { listingOf } from './listing.ts'
import type { RefListing } from './types.ts'

const LISTING_BYTES = 128 * 1024 * 1024

/** Protocol v2: one question for every ref. */
export async function askLsRefs(service: GitService, call: ServiceCall, capabilities: readonly Capability[]): Promise<RefListing> {
  const body = renderLsRefsRequest({
    ...identity(capabilities),
    symrefs: true,
    peel: true,
    unborn: hasFeature(capabilities, 'ls-refs', 'unborn'),
    prefixes: [],
  })
  return listingOf(await service.ask({ ...call, body, protocol: 'version=2', maxBytes: LISTING_BYTES }, createLsRefsResponseParser()))
}

/** What we say of ourselves to a server that wants to hear it. */
export function identity(capabilities: readonly Capability[]): { readonly agent?: string; readonly objectFormat?: 'sha1' } {
  return {
    ...(hasCapability(capabilities, 'agent') ? { agent: 'refward' } : {}),
    ...(hasCapability(capabilities, 'object-format') ? { objectFormat: 'sha1' } : {}),
  }
}

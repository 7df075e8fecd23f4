export type { ResolveHost } from './address/address-guard.ts'
export { createUpstream, type UpstreamEdge, type UpstreamForge } from './create-upstream.ts'
export type {
  Deepen,
  FetchAnswer,
  FetchRequest,
  ListedHead,
  ListedRef,
  PushCapabilities,
  PushCommand,
  PushListing,
  PushRefResult,
  PushRequest,
  PushResult,
  RefListing,
  Upstream,
} from './types.ts'

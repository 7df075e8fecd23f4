export type { ResolveHost } from './address/address-guard.ts'
export { createUpstream, type UpstreamEdge, type UpstreamForge } from './create-upstream.ts'
export { connectionFault, type FaultContext } from './faults.ts'
export { decodeBody } from './http/decode-body.ts'
export type { Exchange, HttpAnswer, WaitBounds } from './http/exchange.ts'
export type { HttpClient } from './http/http-client.ts'
export { type HttpForge, type OpenHttp, openHttp } from './open-http.ts'
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

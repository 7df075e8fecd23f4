import type { ResolveHost } from './address/address-guard.ts'
import { GitService } from './git-service.ts'
import { type HttpForge, openHttp } from './open-http.ts'
import { ReceivePackClient } from './receive-pack-client.ts'
import type { Upstream } from './types.ts'
import { UploadPackClient } from './upload-pack-client.ts'

/** The forge as the configuration has it. */
export type UpstreamForge = HttpForge

export interface UpstreamEdge {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Name resolution; the system's by default. */
  readonly resolve?: ResolveHost
}

/** Makes the client of one forge. Opens nothing until it is used. */
export function createUpstream(forge: UpstreamForge, edge: UpstreamEdge): Upstream {
  const { url, client, bounds } = openHttp(forge, edge.resolve)
  const service = new GitService({ forge: forge.name, url, client, bounds, clock: edge.clock })
  const uploadPack = new UploadPackClient(service, edge.clock)
  const receivePack = new ReceivePackClient(service)
  return {
    list: (lease, signal) => uploadPack.list(lease, signal),
    fetch: (lease, request, signal) => uploadPack.fetch(lease, request, signal),
    listForPush: (lease, signal) => receivePack.list(lease, signal),
    push: (lease, request, signal) => receivePack.push(lease, request, signal),
    close: () => client.close(),
  }
}

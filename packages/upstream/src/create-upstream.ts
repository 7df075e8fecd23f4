import { lookup } from 'node:dns/promises'
import type { ForgeConfig } from '@refward/core-policy'
import { AddressGuard, type ResolveHost } from './address/address-guard.ts'
import { GitService } from './git-service.ts'
import { HttpClient } from './http/http-client.ts'
import { ReceivePackClient } from './receive-pack-client.ts'
import type { Upstream } from './types.ts'
import { UploadPackClient } from './upload-pack-client.ts'

/** The forge as the configuration has it. */
export type UpstreamForge = Pick<ForgeConfig, 'name' | 'url' | 'addresses' | 'timeouts' | 'connections'> & {
  /** Content of the configured file: PEM certificates that are trusted in place of the system's. */
  readonly ca: string | undefined
}

export interface UpstreamEdge {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Name resolution; the system's by default. */
  readonly resolve?: ResolveHost
}

/** Makes the client of one forge. Opens nothing until it is used. */
export function createUpstream(forge: UpstreamForge, edge: UpstreamEdge): Upstream {
  const url = new URL(forge.url)
  const guard = new AddressGuard({
    forge: forge.name,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ranges: forge.addresses,
    resolve: edge.resolve ?? lookup,
  })
  const { connect, answer, idle, total } = forge.timeouts
  const client = new HttpClient({ origin: url.origin, guard, ca: forge.ca, connectTimeout: connect * 1000, connections: forge.connections })
  const bounds = { upload: idle * 1000, answer: answer * 1000, idle: idle * 1000, total: total * 1000 }
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

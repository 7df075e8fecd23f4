import { lookup } from 'node:dns/promises'
import type { ForgeConfig } from '@refward/core-policy'
import { AddressGuard, type ResolveHost } from './address/address-guard.ts'
import type { WaitBounds } from './http/exchange.ts'
import { HttpClient } from './http/http-client.ts'

/** How to reach one origin of a forge. */
export interface HttpForge extends Pick<ForgeConfig, 'name' | 'url' | 'addresses' | 'timeouts' | 'connections'> {
  /** Content of the configured file: PEM certificates that are trusted in place of the system's. */
  readonly ca: string | undefined
}

export interface OpenHttp {
  readonly url: URL
  readonly client: HttpClient
  readonly bounds: WaitBounds
}

/** The pooled client of one origin: its addresses, certificate and waits are checked and bounded. Opens nothing until it is used. */
export function openHttp(forge: HttpForge, resolve: ResolveHost = lookup): OpenHttp {
  const url = new URL(forge.url)
  const guard = new AddressGuard({ forge: forge.name, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), ranges: forge.addresses, resolve })
  const { connect, answer, idle, total } = forge.timeouts
  const client = new HttpClient({ origin: url.origin, guard, ca: forge.ca, connectTimeout: connect * 1000, connections: forge.connections })
  return { url, client, bounds: { upload: idle * 1000, answer: answer * 1000, idle: idle * 1000, total: total * 1000 } }
}

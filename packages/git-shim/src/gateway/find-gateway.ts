import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { RefwardError } from '@refward/core-policy'

import type { GitSettings } from './git-settings.ts'

/** The gateway of this sandbox, and what it is asked with. */
export interface GatewayAccess {
  /** Origin and path, without a slash at its end. */
  readonly address: string
  readonly token: string
  /** A file of certificates to trust, in place of those that are known; as git is told. */
  readonly caFile: string | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

const TOKEN = /^[A-Za-z0-9_-]{1,200}$/

/**
 * Where the gateway is, as `refward agent add` said it to this sandbox: by `REFWARD_GATEWAY` and `REFWARD_TOKEN`, or by `refward.<address>.tokenFile` of git.
 *
 * @throws RefwardError RW_SHIM_GATEWAY, RW_SHIM_TOKEN
 */
export function findGateway(environment: Environment, settings: GitSettings): GatewayAccess {
  const setting = settings.listOwn('refward', 'tokenfile').at(-1)
  const address = readAddress(environment['REFWARD_GATEWAY'] ?? setting?.subsection)
  const token = environment['REFWARD_TOKEN'] ?? readTokenFile(setting?.value, environment['HOME'])
  if (!TOKEN.test(token)) throw new RefwardError('RW_SHIM_TOKEN', { detail: 'what stands in its place is none' })
  return { address, token, caFile: environment['GIT_SSL_CAINFO'] ?? findCaFile(settings, address) }
}

function readAddress(text: string | undefined): string {
  if (text === undefined) throw new RefwardError('RW_SHIM_GATEWAY', { detail: 'neither REFWARD_GATEWAY nor refward.<address>.tokenFile is set' })
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain) throw new RefwardError('RW_SHIM_GATEWAY', { detail: 'what stands in its place is no address that begins with http:// or https://' })
  return url.href.replace(/\/+$/, '')
}

function readTokenFile(path: string | undefined, home: string | undefined): string {
  if (path === undefined) throw new RefwardError('RW_SHIM_TOKEN', { detail: 'REFWARD_TOKEN is not set' })
  const file = path.startsWith('~/') ? resolve(home ?? '/', path.slice(2)) : path
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new RefwardError('RW_SHIM_TOKEN', { detail: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

/** The address that git was told something about, and the one that is called, are compared as git compares them in the plain case: as a whole, or the origin alone. */
function findCaFile(settings: GitSettings, address: string): string | undefined {
  const wanted = new Set([address, new URL(address).origin])
  const named = settings.listOwn('http', 'sslcainfo').filter(({ subsection }) => wanted.has(subsection.replace(/\/+$/, '')))
  return named.at(-1)?.value
}

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Config, ForgeName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import type { ForgeApi } from '@refward/forge-api'
import { createForgeApi } from '@refward/forge-api'
import type { Upstream } from '@refward/upstream'
import { createUpstream } from '@refward/upstream'

/** The clients of all forges. Each map is one object for the gateway's whole life; a reload changes what is in it. */
export interface ForgeConnections {
  readonly upstreams: ReadonlyMap<ForgeName, Upstream>
  /** Of the forges that have an API. */
  readonly apis: ReadonlyMap<ForgeName, ForgeApi>
  /** Opens new clients for this configuration. Old ones end when what they are doing is done. */
  replace(config: Config): Promise<void>
  close(): Promise<void>
}

export function createForgeConnections(clock: () => number, configDirectory: string): ForgeConnections {
  const upstreams = new Map<ForgeName, Upstream>()
  const apis = new Map<ForgeName, ForgeApi>()
  const closeAll = async (old: readonly (Upstream | ForgeApi)[]): Promise<void> => {
    await Promise.all(old.map((client) => client.close()))
  }
  return {
    upstreams,
    apis,
    replace: async (config) => {
      const next = await Promise.all(
        [...config.forges.values()].map(async (forge) => {
          const ca = forge.ca === undefined ? undefined : await readCertificates(resolve(configDirectory, forge.ca))
          return { name: forge.name, upstream: createUpstream({ ...forge, ca }, { clock }), api: createForgeApi({ ...forge, ca }, { clock }) }
        }),
      )
      const old = [...upstreams.values(), ...apis.values()]
      upstreams.clear()
      apis.clear()
      for (const { name, upstream, api } of next) {
        upstreams.set(name, upstream)
        if (api !== undefined) apis.set(name, api)
      }
      void closeAll(old)
    },
    close: () => closeAll([...upstreams.values(), ...apis.values()]),
  }
}

async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : 'an unknown reason'
    throw new RefwardError('RW_CONFIG_UNREADABLE', { file, detail }, { cause })
  }
}

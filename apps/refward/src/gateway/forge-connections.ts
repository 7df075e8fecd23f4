import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Config, ForgeName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import type { Upstream } from '@refward/upstream'
import { createUpstream } from '@refward/upstream'

/** The clients of all forges. The map is one object for the gateway's whole life; a reload changes what is in it. */
export interface ForgeConnections {
  readonly upstreams: ReadonlyMap<ForgeName, Upstream>
  /** Opens new clients for this configuration. Old ones end when what they are doing is done. */
  replace(config: Config): Promise<void>
  close(): Promise<void>
}

export function createForgeConnections(clock: () => number, configDirectory: string): ForgeConnections {
  const upstreams = new Map<ForgeName, Upstream>()
  const closeAll = async (old: readonly Upstream[]): Promise<void> => {
    await Promise.all(old.map((upstream) => upstream.close()))
  }
  return {
    upstreams,
    replace: async (config) => {
      const next = await Promise.all(
        [...config.forges.values()].map(async (forge) => {
          const ca = forge.ca === undefined ? undefined : await readCertificates(resolve(configDirectory, forge.ca))
          return [forge.name, createUpstream({ ...forge, ca }, { clock })] as const
        }),
      )
      const old = [...upstreams.values()]
      upstreams.clear()
      for (const [name, upstream] of next) upstreams.set(name, upstream)
      void closeAll(old)
    },
    close: () => closeAll([...upstreams.values()]),
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

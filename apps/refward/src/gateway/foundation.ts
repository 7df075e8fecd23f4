import { dirname, join } from 'node:path'

import { RefwardError } from '@refward/core-policy'
import type { ForgeAccess, GatewayMetrics, Log } from '@refward/gateway-server'
import { createForgeAccess, createMetrics } from '@refward/gateway-server'
import type { GitRuntime } from '@refward/git-engine'
import { GitUnusable, createGitRuntime, killGitChildren } from '@refward/git-engine'
import type { Keyring } from '@refward/key-provision'
import { createKeyring } from '@refward/key-provision'
import type { Ledger } from '@refward/ledger'
import { LiveSecrets } from '@refward/secret-scan'

import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { openLedgerAt } from '../operator/open-operator.ts'
import type { ForgeConnections } from './forge-connections.ts'
import { createForgeConnections } from './forge-connections.ts'
import { PolicyInForce } from './policy-in-force.ts'
import { createSourceReaders } from './read-sources.ts'

export interface FoundationOptions {
  readonly world: World
  readonly loaded: LoadedConfig
  /** The log is made when the credentials that it must not show are known. */
  readonly createLog: (mask: (text: string) => string) => Log
}

/** What everything else in a gateway stands on. */
export interface Foundation {
  readonly world: World
  readonly loaded: LoadedConfig
  readonly inForce: PolicyInForce
  readonly ledger: Ledger
  readonly keyring: Keyring
  /** Every live credential as it is now, for the search in what enters and leaves. */
  readonly secrets: () => LiveSecrets
  readonly log: Log
  readonly git: GitRuntime
  readonly forges: ForgeConnections
  readonly access: ForgeAccess
  readonly metrics: GatewayMetrics
}

/** Each part is closed by `opened`, in the reverse order. */
export async function openFoundation({ world, loaded, createLog }: FoundationOptions, opened: AsyncDisposableStack): Promise<Foundation> {
  const configDirectory = dirname(loaded.file)
  const inForce = new PolicyInForce(loaded)
  const ledger = openLedgerAt(world, loaded.ledgerPath)
  opened.defer(() => ledger.close())

  const keyring = await createKeyring(inForce.policy, { ...createSourceReaders(world, configDirectory), clock: world.clock })
  const secrets = (): LiveSecrets => new LiveSecrets(keyring.secrets())
  const log = createLog((text) => secrets().mask(text))

  const git = await startGit(world, loaded)
  opened.defer(() => killGitChildren(git))
  const forges = createForgeConnections(world.clock, configDirectory)
  opened.defer(() => forges.close())
  await forges.replace(loaded.config)

  const metrics = createMetrics()
  const access = createForgeAccess({ keyring, upstreams: forges.upstreams, secrets, onFetch: ({ forge }) => metrics.upstreamFetches.inc({ forge }) })
  return { world, loaded, inForce, ledger, keyring, secrets, log, git, forges, access, metrics }
}

/** @throws RefwardError RW_GIT_UNAVAILABLE */
export async function startGit({ environment }: World, { dataDirectory }: LoadedConfig): Promise<Awaited<ReturnType<typeof createGitRuntime>>> {
  try {
    return await createGitRuntime({ program: 'git', searchPath: environment['PATH'] ?? '', home: join(dataDirectory, 'git-home') })
  } catch (cause) {
    if (!(cause instanceof GitUnusable)) throw cause
    throw new RefwardError('RW_GIT_UNAVAILABLE', { detail: cause.message }, { cause })
  }
}

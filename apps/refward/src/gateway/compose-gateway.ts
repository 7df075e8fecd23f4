import { setTimeout as sleep } from 'node:timers/promises'

import type { RequestId } from '@refward/core-policy'
import { compilePolicy } from '@refward/core-policy'
import type { GatewayParts } from '@refward/gateway-server'
import { createForgePlane, createGitOperations } from '@refward/gateway-server'
import type { PushEngine } from '@refward/git-engine'

import { loadConfig } from '../config/load-config.ts'
import { version } from '../version.ts'
import { checkReadiness } from './check-readiness.ts'
import { openEngine } from './engine.ts'
import type { Foundation, FoundationOptions } from './foundation.ts'
import { openFoundation } from './foundation.ts'

/** A gateway put together, without listeners. */
export interface Composition {
  readonly parts: GatewayParts
  readonly push: PushEngine
  /** Digest of the configuration in force. */
  readonly policyDigest: () => string
  close(): Promise<void>
}

/** Opens everything that a gateway is made of, each from the one before. When a later part fails, what was opened is closed again. */
export async function composeGateway(options: FoundationOptions): Promise<Composition> {
  const opened = new AsyncDisposableStack()
  try {
    const foundation = await openFoundation(options, opened)
    const { push, fetch, scanner, quarantines, createName } = await openEngine(foundation, opened)
    const { inForce, ledger, access, log, metrics, keyring, world, secrets, forges } = foundation
    // The times of a file system are those of the machine.
    const worktrees = { git: fetch.git, clock: { now: world.clock, sleep } }
    const policy = (): Foundation['inForce']['policy'] => inForce.policy
    const parts: GatewayParts = {
      policy,
      reload: () => reload(foundation),
      ledger,
      git: createGitOperations({ policy, ledger, fetch, access, engine: push, agentName: `refward/${version}`, worktrees, secrets, trees: { ...worktrees, quarantines, createName }, keepOut: [options.loaded.dataDirectory], clock: world.clock }),
      forge: createForgePlane({ policy, policyDigest: () => inForce.digest, ledger, keyring, apis: forges.apis, scanner, secrets, clock: world.clock }),
      metrics,
      readiness: () => checkReadiness({ ledger, keyring }),
      clock: world.clock,
      newRequestId: () => Buffer.from(world.randomBytes(8)).toString('hex') as RequestId,
      log,
      version,
    }
    return { parts, push, policyDigest: () => inForce.digest, close: () => opened.disposeAsync() }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

/** A configuration with a mistake in it changes nothing. Requests that are under way end by the rules with which they began. */
async function reload({ loaded, forges, keyring, inForce, ledger, log }: Foundation): Promise<void> {
  const next = await loadConfig(loaded.file)
  const policy = compilePolicy(next.config)
  await forges.replace(next.config)
  await keyring.reload(policy)
  inForce.replace(next, policy)
  await ledger.record({ kind: 'policy-loaded', policy: inForce.digest })
  log.info({ policy: inForce.digest }, 'configuration loaded')
  const { listen, data, control } = loaded.config
  const moved = listen.port !== next.config.listen.port || listen.host !== next.config.listen.host || data !== next.config.data || control.socket !== next.config.control.socket
  if (moved) log.warn({}, 'listen, data and control are taken at the start alone: restart to move them')
}

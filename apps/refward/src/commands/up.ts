import { join } from 'node:path'

import { createGateway } from '@refward/gateway-server'
import type { Gateway, GatewayParts } from '@refward/gateway-server'
import { lockDataDirectory } from '@refward/ledger'
import { pino } from 'pino'

import { exitCodes } from '../cli/exit-code.ts'
import type { Report } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import type { Composition } from '../gateway/compose-gateway.ts'
import { composeGateway } from '../gateway/compose-gateway.ts'
import { dropOldTips } from '../gateway/drop-old-tips.ts'
import { createLog } from '../gateway/log.ts'
import { settleForge } from '../gateway/settle-forge.ts'
import { settleOpenPushes } from '../gateway/settle-open-pushes.ts'
import { version } from '../version.ts'

/** How long an orderly end waits for what is under way. Service managers send SIGKILL after some 90 s. */
const graceMilliseconds = 60_000

/** Runs the gateway until it is told to stop. */
export async function runUp(world: World, options: { readonly config?: string }): Promise<Report> {
  const loaded = await loadConfig(locateConfig(world, options.config))
  const lock = lockDataDirectory(join(loaded.dataDirectory, 'gateway.lock'))
  const destination = pino.destination({ fd: world.logFile, sync: false })
  try {
    const composition = await composeGateway({ world, loaded, createLog: (mask) => createLog({ level: loaded.config.log.level, destination, mask }) })
    const stopGuarding = endOnFault(composition.parts, () => destination.flushSync())
    try {
      await serve(world, loaded, composition)
    } finally {
      await composition.close()
      stopGuarding()
    }
  } finally {
    destination.flushSync()
    lock.release()
  }
  return { exit: exitCodes.ok, text: '', json: {}, streamed: true }
}

/**
 * What nobody caught ends the gateway, since nobody knows what it left half done; the ledger tells the next start. It is logged here,
 * because Node would print it as it is: unmasked.
 */
function endOnFault({ log }: GatewayParts, flush: () => void): () => void {
  const onFault = (error: Error): void => {
    log.error({ err: error }, 'a fault that was not foreseen ends the gateway')
    flush()
    process.exit(exitCodes.fault)
  }
  process.on('uncaughtException', onFault)
  return () => process.off('uncaughtException', onFault)
}

async function serve(world: World, { controlPath }: LoadedConfig, { parts, push, policyDigest }: Composition): Promise<void> {
  const { log, ledger } = parts
  const { signal } = world
  const gateway = createGateway(parts, { controlPath })
  await ledger.record({ kind: 'gateway-started', version, policy: policyDigest() })
  await tellProblems(parts)
  const origin = await listen(gateway)
  log.info({ origin, public_url: parts.policy().config.publicUrl, control: controlPath, version, policy: policyDigest(), ...(await describeHead(parts)) }, 'gateway started')
  if (world.ask !== undefined) world.err(`refward: agents reach this gateway at ${origin}; Ctrl-C ends it after what is under way\n`)
  const stopReloading = reloadOnSignal(parts)
  const settling = Promise.all([settleOpenPushes({ push, log, signal }), settleForge({ forge: parts.forge, log, signal })])
  const dropping = dropOldTips({ push, keep: () => parts.policy().config.undo.keep, clock: parts.clock, log, signal })
  await aborted(signal)
  log.info({}, 'gateway stopping')
  stopReloading()
  await gateway.close(graceMilliseconds)
  await Promise.all([settling, dropping])
  await ledger.record({ kind: 'gateway-stopped' })
  log.info(await describeHead(parts), 'gateway stopped')
}

/** When one listener cannot be opened the other is closed again, or this process would hold the control socket and serve nobody. */
async function listen(gateway: Gateway): Promise<string> {
  try {
    return (await gateway.listen()).origin
  } catch (error) {
    await gateway.close(0)
    throw error
  }
}

/** The end of the audit goes to the log, which is kept elsewhere: with it, an older copy of the ledger does not pass for the true one. */
async function describeHead({ ledger }: GatewayParts): Promise<{ readonly audit_head: string }> {
  const { seq, hash } = await ledger.auditHead()
  return { audit_head: `${seq}:${hash}` }
}

async function tellProblems({ readiness, log }: GatewayParts): Promise<void> {
  for (const { name, ok, detail } of await readiness()) if (!ok) log.warn({ check: name, detail }, 'not ready')
}

function reloadOnSignal({ reload, log }: GatewayParts): () => void {
  const onSignal = (): void => {
    reload().catch((error: unknown) => log.error({ err: error instanceof Error ? error : undefined }, 'configuration not loaded'))
  }
  process.on('SIGHUP', onSignal)
  return () => process.off('SIGHUP', onSignal)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

import { statfs } from 'node:fs/promises'

import { renderBytes } from '@refward/core-policy'
import { OLDEST_GIT } from '@refward/git-engine'

import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { startGit } from '../gateway/foundation.ts'
import { isGatewayRunning } from '../operator/control-client.ts'
import { openLedgerAt } from '../operator/open-operator.ts'
import type { Check } from './check.ts'
import { runCheck } from './check.ts'

const gibibyte = 1024 ** 3
const littleSpace = 2 * gibibyte
const noSpace = gibibyte / 8

/** Git, disk, ledger, and whether a gateway runs. */
export async function checkMachine(world: World, loaded: LoadedConfig): Promise<readonly Check[]> {
  return [
    await runCheck('git', async () => {
      const { version, program } = await startGit(world, loaded)
      return { state: 'ok', detail: `${program} ${version.join('.')} (${OLDEST_GIT.slice(0, 2).join('.')} or newer is needed)` }
    }),
    await runCheck('ledger', () => checkLedger(world, loaded)),
    await runCheck('disk', () => checkDisk(loaded)),
    await runCheck('gateway', async () => {
      const running = await isGatewayRunning(loaded.controlPath)
      return { state: 'ok', detail: running ? `answers at ${loaded.controlPath}` : 'is not running' }
    }),
  ]
}

async function checkLedger(world: World, { ledgerPath }: LoadedConfig): Promise<Omit<Check, 'name'>> {
  const ledger = openLedgerAt(world, ledgerPath)
  try {
    const verdict = await ledger.verifyAudit()
    if (verdict.kind === 'ok') return { state: 'ok', detail: `${ledgerPath}, ${verdict.head.seq} lines of audit, all whole` }
    return { state: 'fail', detail: `line ${verdict.seq} of the audit is ${verdict.what}`, hint: 'refward audit --verify, and compare with a copy that was kept elsewhere' }
  } finally {
    ledger.close()
  }
}

async function checkDisk({ dataDirectory, config }: LoadedConfig): Promise<Omit<Check, 'name'>> {
  const { bavail, bsize } = await statfs(dataDirectory)
  const free = bavail * bsize
  const detail = `${renderBytes(free)} free for ${dataDirectory}; mirrors may take ${renderBytes(config.mirrors.bytes)}`
  if (free < noSpace) return { state: 'fail', detail, hint: 'make room, or set data to another disk' }
  return free < littleSpace ? { state: 'warn', detail, hint: 'make room, or set mirrors.size lower' } : { state: 'ok', detail }
}

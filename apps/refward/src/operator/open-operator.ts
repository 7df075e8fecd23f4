import { openLedger } from '@refward/ledger'
import type { Ledger } from '@refward/ledger'

import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { createControlClient, isGatewayRunning } from './control-client.ts'
import { createGatewayOperator } from './gateway-operator.ts'
import { createLedgerOperator } from './ledger-operator.ts'
import type { Operator } from './operator.ts'

/** The running gateway, or the ledger when none answers. */
export async function openOperator(world: World, loaded: LoadedConfig): Promise<Operator> {
  const { controlPath, ledgerPath } = loaded
  if (await isGatewayRunning(controlPath)) return createGatewayOperator(createControlClient(controlPath))
  return createLedgerOperator(openLedgerAt(world, ledgerPath), loaded)
}

export function openLedgerAt({ clock, randomBytes }: World, path: string): Ledger {
  return openLedger({ path, clock, randomBytes })
}

import { RefwardError, parseAgentName, parseRefName, parseRepoId, quoteUntrusted } from '@refward/core-policy'
import type { KeptTip } from '@refward/ledger'

import { readArgument } from '../cli/read-argument.ts'
import { renderTable, renderTime } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { createControlClient } from '../operator/control-client.ts'
import { openLedgerAt } from '../operator/open-operator.ts'

export interface UndoOptions {
  readonly config?: string
  readonly repo?: string
  readonly ref?: string
  readonly agent?: string
  readonly tip?: number
  readonly list?: boolean
  readonly limit: number
}

/** Brings an old tip back, through the gateway: it goes the way of a push. Without repository and ref it lists what can be brought back. */
export async function runUndo(world: World, options: UndoOptions): Promise<Report> {
  const { repo, ref } = options
  const loaded = await loadConfig(locateConfig(world, options.config))
  if (options.list === true || (repo === undefined && ref === undefined)) return listTips(world, loaded, options)
  if (repo === undefined || ref === undefined) {
    const argument = repo === undefined ? '--repo' : '--ref'
    throw new RefwardError('RW_ARGUMENT_INVALID', { argument, detail: 'it is missing', remedy: 'name both --repo and --ref, or neither to see what can be brought back' })
  }
  const body = { repository: readArgument(parseRepoId(repo)), ref: readArgument(parseRefName(ref)), ...(options.tip !== undefined && { tip: options.tip }) }
  const undone = (await createControlClient(loaded.controlPath).call('POST', '/v1/undo', body))['tip'] as KeptTip
  return reportOk(`${undone.ref} of ${undone.repo} is back at ${undone.objectId}\n`, { tip: undone })
}

async function listTips(world: World, { ledgerPath }: LoadedConfig, { repo, ref, agent, limit }: UndoOptions): Promise<Report> {
  const ledger = openLedgerAt(world, ledgerPath)
  try {
    const tips = await ledger.listTips({
      limit,
      ...(repo !== undefined && { repo: readArgument(parseRepoId(repo)) }),
      ...(ref !== undefined && { ref: readArgument(parseRefName(ref)) }),
      ...(agent !== undefined && { agent: readArgument(parseAgentName(agent)) }),
    })
    return reportOk(tips.length === 0 ? 'there is nothing to bring back\n' : renderTips(tips), { tips })
  } finally {
    ledger.close()
  }
}

function renderTips(tips: readonly KeptTip[]): string {
  const rows = tips.map(({ id, repo, ref, objectId, agent, keptAt }) => [String(id), renderTime(keptAt), repo, quoteUntrusted(ref), objectId, agent])
  return renderTable(['TIP', 'REPLACED', 'REPOSITORY', 'REF', 'WAS AT', 'BY'], rows)
}

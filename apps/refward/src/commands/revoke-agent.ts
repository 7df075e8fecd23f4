import { parseAgentName, parseSessionId } from '@refward/core-policy'

import { readArgument } from '../cli/read-argument.ts'
import { renderTime } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openOperator } from '../operator/open-operator.ts'

/** Ends every session of an agent, or the one that is named, with the next request. */
export async function runRevokeAgent(world: World, name: string, options: { readonly config?: string; readonly session?: string }): Promise<Report> {
  const agentName = readArgument(parseAgentName(name))
  const sessionId = options.session === undefined ? undefined : readArgument(parseSessionId(options.session))
  const operator = await openOperator(world, await loadConfig(locateConfig(world, options.config)))
  try {
    if (sessionId !== undefined) {
      const session = await operator.revokeSession(sessionId)
      return reportOk(`session ${session.id} of agent ${session.agent} is revoked\n`, { session })
    }
    const agent = await operator.revokeAgent(agentName)
    return reportOk(`agent ${agent.name} is revoked since ${renderTime(agent.revokedAt ?? world.clock())}; its sessions are at an end\n`, { agent })
  } finally {
    operator.close()
  }
}

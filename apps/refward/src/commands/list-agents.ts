import { parseAgentName } from '@refward/core-policy'
import type { Agent, AgentDetails, Session } from '@refward/ledger'

import { readArgument } from '../cli/read-argument.ts'
import { renderTable, renderTime } from '../cli/render-table.ts'
import type { Report } from '../cli/report.ts'
import { reportOk } from '../cli/report.ts'
import type { World } from '../cli/world.ts'
import { loadConfig, locateConfig } from '../config/load-config.ts'
import { openOperator } from '../operator/open-operator.ts'

export async function runListAgents(world: World, options: { readonly config?: string }): Promise<Report> {
  const operator = await openOperator(world, await loadConfig(locateConfig(world, options.config)))
  try {
    const agents = await operator.listAgents()
    return reportOk(agents.length === 0 ? 'there are no agents; add one with refward agent add\n' : renderAgents(agents), { agents })
  } finally {
    operator.close()
  }
}

export async function runShowAgent(world: World, name: string, options: { readonly config?: string }): Promise<Report> {
  const agentName = readArgument(parseAgentName(name))
  const operator = await openOperator(world, await loadConfig(locateConfig(world, options.config)))
  try {
    const agent = await operator.showAgent(agentName)
    return reportOk(renderDetails(agent, world.clock()), { agent })
  } finally {
    operator.close()
  }
}

function renderAgents(agents: readonly Agent[]): string {
  const rows = agents.map(({ name, addedAt, revokedAt, repositories }) => {
    return [name, revokedAt === undefined ? 'active' : `revoked ${renderTime(revokedAt)}`, renderTime(addedAt), repositories.join(', ')]
  })
  return renderTable(['AGENT', 'STATE', 'ADDED', 'REPOSITORIES'], rows)
}

function renderDetails(agent: AgentDetails, now: number): string {
  const sessions = agent.sessions.map((session) => [
    session.id,
    describeState(session, now),
    renderTime(session.createdAt),
    session.lastUsedAt === undefined ? 'never' : renderTime(session.lastUsedAt),
  ])
  const branches = agent.branches.map(({ repo, ref, since }) => [repo, ref, renderTime(since)])
  const parts = [
    renderAgents([agent]),
    sessions.length === 0 ? 'no session\n' : renderTable(['SESSION', 'STATE', 'MADE', 'LAST USED'], sessions),
    branches.length === 0 ? 'no branch made through the gateway\n' : renderTable(['REPOSITORY', 'OWN BRANCH', 'SINCE'], branches),
  ]
  return parts.join('\n')
}

function describeState({ revokedAt, expiresAt }: Session, now: number): string {
  if (revokedAt !== undefined) return `revoked ${renderTime(revokedAt)}`
  return now >= expiresAt ? `expired ${renderTime(expiresAt)}` : `until ${renderTime(expiresAt)}`
}

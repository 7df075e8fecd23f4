import type { AgentName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import type { Database, Row } from './database.ts'
import { withoutUndefined } from './optional.ts'
import { agentName, integer, optionalInteger, text } from './rows.ts'
import type { Agent } from './types.ts'

export function listAllAgents(database: Database): readonly Agent[] {
  const rows = database.statement('SELECT name, added_at, revoked_at FROM agents ORDER BY name').all()
  return rows.map((row) => toAgent(database, row))
}

export function readAgent(database: Database, name: AgentName): Agent | undefined {
  const row = database.statement('SELECT name, added_at, revoked_at FROM agents WHERE name = ?').get(name)
  return row && toAgent(database, row)
}

/** The agent, or the fault that it was never added. */
export function requireAgent(database: Database, name: AgentName): Agent {
  const agent = readAgent(database, name)
  if (agent === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent: name })
  return agent
}

export function listGrants(database: Database, agent: AgentName): readonly string[] {
  const rows = database.statement('SELECT repository FROM grants WHERE agent = ? ORDER BY position').all(agent)
  return rows.map((row) => text(row, 'repository'))
}

export function insertAgent(database: Database, agent: Agent): void {
  database.statement('INSERT INTO agents (name, added_at) VALUES (?, ?)').run(agent.name, agent.addedAt)
  const grant = database.statement('INSERT INTO grants (agent, position, repository) VALUES (?, ?, ?)')
  for (const [position, repository] of agent.repositories.entries()) grant.run(agent.name, position, repository)
}

function toAgent(database: Database, row: Row): Agent {
  const name = agentName(row, 'name')
  const revokedAt = optionalInteger(row, 'revoked_at')
  return withoutUndefined({ name, repositories: listGrants(database, name), addedAt: integer(row, 'added_at'), revokedAt })
}

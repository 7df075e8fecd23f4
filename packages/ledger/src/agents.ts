import type { AgentName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import { insertAgent, listAllAgents, readAgent, requireAgent } from './agent-rows.ts'
import type { AuditLog } from './audit-log.ts'
import type { Database } from './database.ts'
import { listAgentBranches } from './ownership.ts'
import { endSessionsOf, listSessionsOf } from './sessions.ts'
import type { Agent, AgentDetails } from './types.ts'

export interface AgentStore {
  add(agent: { readonly name: AgentName; readonly repositories: readonly string[] }): Agent
  list(): readonly Agent[]
  show(name: AgentName): AgentDetails | undefined
  revoke(name: AgentName): Agent
}

export function createAgentStore(database: Database, audit: AuditLog): AgentStore {
  return {
    add: ({ name, repositories }) =>
      database.write(() => {
        // A name that came back to life would inherit branches and history of the one before.
        refuseTaken(name, readAgent(database, name))
        const { at } = audit.append({ kind: 'agent-added', agent: name, repositories })
        insertAgent(database, { name, repositories, addedAt: at })
        return { name, repositories, addedAt: at }
      }),

    list: () => database.read(() => listAllAgents(database)),

    show: (name) =>
      database.read(() => {
        const agent = readAgent(database, name)
        return agent && { ...agent, sessions: listSessionsOf(database, name), branches: listAgentBranches(database, name) }
      }),

    revoke: (name) =>
      database.write(() => {
        const agent = requireAgent(database, name)
        if (agent.revokedAt !== undefined) return agent
        const sessions = listSessionsOf(database, name).filter((session) => session.revokedAt === undefined).length
        const { at } = audit.append({ kind: 'agent-revoked', agent: name, sessions })
        database.statement('UPDATE agents SET revoked_at = ? WHERE name = ?').run(at, name)
        endSessionsOf(database, name, at)
        return { ...agent, revokedAt: at }
      }),
  }
}

function refuseTaken(name: AgentName, present: Agent | undefined): void {
  if (present === undefined) return
  throw new RefwardError(present.revokedAt === undefined ? 'RW_AGENT_EXISTS' : 'RW_AGENT_REVOKED', { agent: name })
}

import type { AgentName } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import { checkRoot } from '@refward/git-engine'
import type { Ledger, SessionScope } from '@refward/ledger'

import type { LoadedConfig } from '../config/load-config.ts'
import { explainFromFile } from './explain.ts'
import type { IssuedAccess, Lifetime, Operator } from './operator.ts'

/** On the ledger itself, when no gateway runs. */
export function createLedgerOperator(ledger: Ledger, loaded: LoadedConfig): Operator {
  const issue = async (agent: AgentName, { seconds }: Lifetime, { roots, ...scope }: SessionScope = {}): Promise<IssuedAccess> => {
    // Its socket is the gateway's to make.
    if (scope.uid !== undefined) throw new RefwardError('RW_CONTROL_UNREACHABLE', { socket: loaded.controlPath })
    const real = roots === undefined ? {} : { roots: await Promise.all(roots.map(async (root) => ({ ...root, path: await checkRoot(root.path) }))) }
    const issued = await ledger.createSession(agent, { seconds: seconds ?? loaded.config.sessions.lifetime, ...scope, ...real })
    return { ...issued, publicUrl: loaded.config.publicUrl }
  }

  return {
    via: 'ledger',
    addAgent: async (agent, lifetime) => {
      await ledger.addAgent(agent)
      return issue(agent.name, lifetime)
    },
    addSession: issue,
    listAgents: () => ledger.listAgents(),
    showAgent: async (name) => {
      const agent = await ledger.showAgent(name)
      if (agent === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent: name })
      return agent
    },
    revokeAgent: (name) => ledger.revokeAgent(name),
    listSessions: (agent) => ledger.listSessions(agent),
    extendSession: (id, seconds) => ledger.extendSession(id, { seconds }),
    revokeSession: (id) => ledger.revokeSession(id),
    explain: (question) => explainFromFile(ledger, loaded, question),
    close: () => ledger.close(),
  }
}

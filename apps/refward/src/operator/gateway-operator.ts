import type { Explanation } from '@refward/core-policy'
import type { Agent, AgentDetails, IssuedSession, Session } from '@refward/ledger'

import type { ControlClient } from './control-client.ts'
import type { IssuedAccess, Lifetime, Operator } from './operator.ts'

/** Through the control socket of a running gateway. The answers are values of the ledger, which are JSON as they are. */
export function createGatewayOperator(control: ControlClient): Operator {
  const issue = async (path: string, body: object, { seconds }: Lifetime): Promise<IssuedAccess> => {
    const answer = await control.call('POST', path, { ...body, ...(seconds !== undefined && { lifetime_seconds: seconds }) })
    const { session, token, public_url: publicUrl, socket } = answer as unknown as IssuedSession & { readonly public_url: string; readonly socket?: string }
    return { session, token, publicUrl, ...(socket !== undefined && { socket }) }
  }

  return {
    via: 'gateway',
    addAgent: (agent, lifetime) => issue('/v1/agents', agent, lifetime),
    addSession: (agent, lifetime, scope = {}) => issue('/v1/sessions', { agent, ...scope }, lifetime),
    listSessions: async (agent) => (await control.call('GET', agent === undefined ? '/v1/sessions' : `/v1/sessions?agent=${agent}`))['sessions'] as readonly Session[],
    extendSession: async (id, seconds) => (await control.call('POST', `/v1/sessions/${id}/extend`, { lifetime_seconds: seconds }))['session'] as Session,
    listAgents: async () => (await control.call('GET', '/v1/agents'))['agents'] as readonly Agent[],
    showAgent: async (name) => (await control.call('GET', `/v1/agents/${name}`))['agent'] as AgentDetails,
    revokeAgent: async (name) => (await control.call('DELETE', `/v1/agents/${name}`))['agent'] as Agent,
    revokeSession: async (id) => (await control.call('DELETE', `/v1/sessions/${id}`))['session'] as Session,
    explain: async ({ agent, repo, refs, forge }) => {
      const body = { repository: repo, ...(refs.length > 0 && { push: refs }), ...(forge.length > 0 && { forge }) }
      return (await control.call('POST', `/v1/agents/${agent}/explain`, body))['explanation'] as Explanation
    },
    close: () => undefined,
  }
}

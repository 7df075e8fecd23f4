import { type AgentName, RefwardError, parseAgentName } from '@refward/core-policy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { addAgentBody, addSessionBody } from './requests.ts'

/** Agents and their sessions. A token is in the answer that creates it and nowhere else. */
export function agentRoutes(app: FastifyInstance, { ledger, policy }: GatewayParts): void {
  const issue = async (agent: AgentName, seconds: number | undefined): Promise<object> => {
    const issued = await ledger.createSession(agent, { seconds: seconds ?? policy().config.sessions.lifetime })
    return { agent, public_url: policy().config.publicUrl, ...issued }
  }

  app.post('/v1/agents', async (request, reply) => {
    const body = parseJsonBody(addAgentBody, request.body)
    const name = requireParsed(parseAgentName(body.name), 'name')
    await ledger.addAgent({ name, repositories: body.repositories })
    return reply.code(201).send({ success: true, ...(await issue(name, body.lifetime_seconds)) })
  })

  app.get('/v1/agents', async () => ({ success: true, agents: await ledger.listAgents() }))

  app.get('/v1/agents/:name', async (request) => {
    const name = agentOf(request)
    const agent = await ledger.showAgent(name)
    if (agent === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent: name })
    return { success: true, agent }
  })

  app.delete('/v1/agents/:name', async (request) => ({ success: true, agent: await ledger.revokeAgent(agentOf(request)) }))

  app.post('/v1/agents/:name/sessions', async (request, reply) => {
    const { lifetime_seconds } = parseJsonBody(addSessionBody, request.body ?? {})
    return reply.code(201).send({ success: true, ...(await issue(agentOf(request), lifetime_seconds)) })
  })
}

function agentOf(request: FastifyRequest): AgentName {
  const { name } = request.params as { readonly name: string }
  return requireParsed(parseAgentName(name), 'agent')
}

import { RefwardError, parseAgentName } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { answerExplain } from '../http/answer-explain.ts'
import { requireParsed } from '../http/require-parsed.ts'

/** What would happen to an agent's request, for the operator: with the true name of each rule. */
export function explainRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.post('/v1/agents/:name/explain', async (request, reply) => {
    const { name } = request.params as { readonly name: string }
    const agent = requireParsed(parseAgentName(name), 'agent')
    const details = await parts.ledger.showAgent(agent)
    if (details === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent })
    const subject = { agent, session: undefined, repositories: details.repositories }
    return { success: true, explanation: await answerExplain(parts, request.body, { subject, audience: 'operator', signal: abortOnClose(reply.raw) }) }
  })
}

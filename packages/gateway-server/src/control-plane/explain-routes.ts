import { type RefQuestion, RefwardError, parseAgentName, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { type ExplainBody, explainBody } from '../http/explain-body.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requireParsed } from '../http/require-parsed.ts'

/** What would happen to an agent's request, for the operator: with the true name of each rule. */
export function explainRoutes(app: FastifyInstance, { git, ledger }: GatewayParts): void {
  app.post('/v1/agents/:name/explain', async (request, reply) => {
    const { name } = request.params as { readonly name: string }
    const agent = requireParsed(parseAgentName(name), 'agent')
    const body: ExplainBody = parseJsonBody(explainBody, request.body)
    const details = await ledger.showAgent(agent)
    if (details === undefined) throw new RefwardError('RW_AGENT_UNKNOWN', { agent })
    const subject = { agent, session: undefined, repositories: details.repositories }
    const repo = requireParsed(parseRepoId(body.repository), 'repository')
    const refs: readonly RefQuestion[] | undefined = body.push
    return { success: true, explanation: await git.explain({ subject, repo, audience: 'operator', push: refs, signal: abortOnClose(reply.raw) }) }
  })
}

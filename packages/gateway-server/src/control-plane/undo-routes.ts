import { parseAgentName, parseRefName, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { refusedBy } from '../http/refused-error.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { tipsQuery, undoBody } from './requests.ts'

/** Old tips of rewritten and deleted branches, and bringing one back. */
export function undoRoutes(app: FastifyInstance, { ledger, git }: GatewayParts): void {
  app.get('/v1/tips', async (request) => {
    const { repository, ref, agent, limit } = parseJsonBody(tipsQuery, request.query)
    const tips = await ledger.listTips({
      limit,
      ...(repository === undefined ? {} : { repo: requireParsed(parseRepoId(repository), 'repository') }),
      ...(ref === undefined ? {} : { ref: requireParsed(parseRefName(ref), 'ref') }),
      ...(agent === undefined ? {} : { agent: requireParsed(parseAgentName(agent), 'agent') }),
    })
    return { success: true, tips }
  })

  app.post('/v1/undo', async (request, reply) => {
    const body = parseJsonBody(undoBody, request.body)
    const repo = requireParsed(parseRepoId(body.repository), 'repository')
    const ref = requireParsed(parseRefName(body.ref), 'ref')
    const outcome = await git.undo({ repo, ref, ...(body.tip === undefined ? {} : { tip: body.tip }), requestId: requestIdOf(request), signal: abortOnClose(reply.raw) })
    if (outcome.kind === 'undone') return { success: true, tip: outcome.tip }
    throw refusedBy(outcome.refusals)
  })
}

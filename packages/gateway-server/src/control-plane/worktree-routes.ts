import { parseAgentName, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { addWorktreeBody, removeWorktreeQuery, worktreesQuery } from './requests.ts'

/** Work trees for launchers: a clone per agent, on a branch of its own. */
export function worktreeRoutes(app: FastifyInstance, { git }: GatewayParts): void {
  app.post('/v1/worktrees', async (request, reply) => {
    const { agent, repository, path, branch, from, uid, gid } = parseJsonBody(addWorktreeBody, request.body)
    const worktree = await git.addTree({
      agent: requireParsed(parseAgentName(agent), 'agent'),
      repo: requireParsed(parseRepoId(repository), 'repository'),
      path,
      branch,
      from,
      owner: uid === undefined ? undefined : { uid, gid: gid ?? uid },
      requestId: requestIdOf(request),
      signal: abortOnClose(reply.raw),
    })
    return reply.code(201).send({ success: true, worktree })
  })

  app.get('/v1/worktrees', async (request, reply) => {
    const { agent, quick } = parseJsonBody(worktreesQuery, request.query)
    const name = agent === undefined ? undefined : requireParsed(parseAgentName(agent), 'agent')
    return { success: true, worktrees: await git.listTrees({ agent: name, quick: quick === 'true', requestId: requestIdOf(request), signal: abortOnClose(reply.raw) }) }
  })

  app.delete('/v1/worktrees', async (request, reply) => {
    const { path, lose_work } = parseJsonBody(removeWorktreeQuery, request.query)
    return { success: true, ...(await git.removeTree({ path, loseWork: lose_work === 'true', requestId: requestIdOf(request), signal: abortOnClose(reply.raw) })) }
  })
}

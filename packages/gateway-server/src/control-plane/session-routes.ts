import { type SessionId, parseAgentName, parseRepoId, parseSessionId } from '@refward/core-policy'
import { checkRoot } from '@refward/git-engine'
import type { SessionScope, SharedRoot } from '@refward/ledger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { type CreateSessionBody, createSessionBody, extendSessionBody, sessionsQuery } from './requests.ts'

/** Sessions as launchers make them: for a sandbox, with the directories that it shares, narrower than what its agent may. */
export function sessionRoutes(app: FastifyInstance, { ledger, policy }: GatewayParts): void {
  app.post('/v1/sessions', async (request, reply) => {
    const body = parseJsonBody(createSessionBody, request.body)
    const agent = requireParsed(parseAgentName(body.agent), 'agent')
    const { config } = policy()
    const issued = await ledger.createSession(agent, { seconds: body.lifetime_seconds ?? config.sessions.lifetime, ...(await readScope(body)) })
    return reply.code(201).send({ success: true, agent, public_url: config.publicUrl, ...issued })
  })

  app.get('/v1/sessions', async (request) => {
    const { agent } = parseJsonBody(sessionsQuery, request.query)
    return { success: true, sessions: await ledger.listSessions(agent === undefined ? undefined : requireParsed(parseAgentName(agent), 'agent')) }
  })

  app.post('/v1/sessions/:id/extend', async (request) => {
    const { lifetime_seconds: seconds } = parseJsonBody(extendSessionBody, request.body)
    return { success: true, session: await ledger.extendSession(sessionOf(request), { seconds }) }
  })

  app.delete('/v1/sessions/:id', async (request) => ({ success: true, session: await ledger.revokeSession(sessionOf(request)) }))
}

async function readScope({ repositories, roots, mode, peer }: CreateSessionBody): Promise<SessionScope> {
  return {
    ...(repositories === undefined ? {} : { repositories: repositories.map((text) => (text.includes('*') ? text.toLowerCase() : requireParsed(parseRepoId(text), 'repositories'))) }),
    ...(roots === undefined ? {} : { roots: await Promise.all(roots.map(readRoot)) }),
    ...(mode === undefined ? {} : { mode }),
    ...(peer === undefined ? {} : { peer }),
  }
}

async function readRoot({ path, repository }: NonNullable<CreateSessionBody['roots']>[number]): Promise<SharedRoot> {
  const real = await checkRoot(path)
  return repository === undefined ? { path: real } : { path: real, repository: requireParsed(parseRepoId(repository), 'roots') }
}

function sessionOf(request: FastifyRequest): SessionId {
  const { id } = request.params as { readonly id: string }
  return requireParsed(parseSessionId(id), 'session')
}

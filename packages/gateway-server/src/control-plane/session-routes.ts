import { type SessionId, parseAgentName, parseRepoId, parseSessionId } from '@refward/core-policy'
import { checkRoot } from '@refward/git-engine'
import type { Session, SessionScope, SharedRoot } from '@refward/ledger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requireParsed } from '../http/require-parsed.ts'
import type { SessionSockets } from '../session/session-sockets.ts'
import { type CreateSessionBody, createSessionBody, extendSessionBody, sessionsQuery } from './requests.ts'

/** Sessions as launchers make them: for a sandbox, with the directories that it shares, narrower than what its agent may. */
export function sessionRoutes(app: FastifyInstance, { ledger, policy }: GatewayParts, sockets: SessionSockets): void {
  app.post('/v1/sessions', async (request, reply) => {
    const body = parseJsonBody(createSessionBody, request.body)
    const agent = requireParsed(parseAgentName(body.agent), 'agent')
    const { config } = policy()
    if (body.uid !== undefined) sockets.require(body.uid)
    const issued = await ledger.createSession(agent, { seconds: body.lifetime_seconds ?? config.sessions.lifetime, ...(await readScope(body)) })
    return reply.code(201).send({ success: true, agent, public_url: config.publicUrl, ...issued, ...(await openSocket(issued.session)) })
  })

  /** A session whose socket cannot be opened is of no use to anybody. */
  const openSocket = async (session: Session): Promise<{ readonly socket?: string }> => {
    if (session.uid === undefined) return {}
    try {
      return { socket: await sockets.add(session) }
    } catch (error) {
      await ledger.revokeSession(session.id)
      throw error
    }
  }

  app.get('/v1/sessions', async (request) => {
    const { agent } = parseJsonBody(sessionsQuery, request.query)
    return { success: true, sessions: await ledger.listSessions(agent === undefined ? undefined : requireParsed(parseAgentName(agent), 'agent')) }
  })

  app.post('/v1/sessions/:id/extend', async (request) => {
    const { lifetime_seconds: seconds } = parseJsonBody(extendSessionBody, request.body)
    return { success: true, session: await ledger.extendSession(sessionOf(request), { seconds }) }
  })

  app.delete('/v1/sessions/:id', async (request) => {
    const session = await ledger.revokeSession(sessionOf(request))
    await sockets.settle()
    return { success: true, session }
  })
}

async function readScope({ repositories, roots, mode, peer, uid }: CreateSessionBody): Promise<SessionScope> {
  return {
    ...(repositories === undefined ? {} : { repositories: repositories.map((text) => (text.includes('*') ? text.toLowerCase() : requireParsed(parseRepoId(text), 'repositories'))) }),
    ...(roots === undefined ? {} : { roots: await Promise.all(roots.map(readRoot)) }),
    ...(mode === undefined ? {} : { mode }),
    ...(peer === undefined ? {} : { peer }),
    ...(uid === undefined ? {} : { uid }),
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

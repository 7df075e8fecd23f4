import { RefwardError, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Failure, noteFailure, renderGitLines, toFailure } from '../http/error-answer.ts'
import type { GatewayParts } from '../gateway-parts.ts'
import { requireParsed } from '../http/require-parsed.ts'
import type { OperationName } from '../observe/request-summary.ts'
import { present } from '../session/present.ts'
import type { RequestGate } from '../session/request-gate.ts'
import { answerGit } from './git-answers.ts'
import { type GitTarget, parseGitTarget } from './git-target.ts'

const LFS_TYPE = 'application/vnd.git-lfs+json'

/**
 * The git plane: everything below `/git/`. The raw target is parsed here, not by the router, and the body is left unread until
 * the session, its rate and its right to the repository are known.
 */
export function gitRoutes(app: FastifyInstance, parts: GatewayParts & { readonly gate: RequestGate }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error)
    noteFailure(request.summary, failure, error)
    return refuse(reply, failure)
  })
  app.route({ method: ['GET', 'POST'], url: '/git/*', handler: (request, reply) => handle(parts, request, reply) })
}

async function handle(parts: GatewayParts & { readonly gate: RequestGate }, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const entered = await parts.gate.enter(present(request))
  const work = Promise.withResolvers<void>()
  Object.assign(request.summary, { agent: entered.subject.agent, work: work.promise })
  try {
    const target = parseGitTarget(request.method, request.raw.url ?? '')
    return await serve(parts, { request, reply, subject: entered.subject }, target)
  } finally {
    entered.leave()
    work.resolve()
  }
}

async function serve(parts: GatewayParts, call: Parameters<typeof answerGit>[1], target: GitTarget): Promise<FastifyReply> {
  switch (target.kind) {
    case 'malformed':
      throw new RefwardError('RW_REQUEST_MALFORMED', { detail: target.reason })
    case 'dumb':
      throw new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the dumb HTTP protocol is not served' })
    case 'lfs':
      call.request.summary.operation = 'lfs'
      return refuseLfs(call.reply)
    case 'advertise':
    case 'call': {
      const repo = requireParsed(parseRepoId(`${target.repository.forge}/${target.repository.path}`), 'repository')
      Object.assign(call.request.summary, { repo, operation: operationOf(target) })
      return answerGit(parts, call, { ...target, repo })
    }
  }
}

function operationOf({ kind, service }: Extract<GitTarget, { kind: 'advertise' | 'call' }>): OperationName {
  if (kind === 'advertise') return 'list'
  return service === 'git-upload-pack' ? 'fetch' : 'push'
}

/** An error status with a plain text body: git shows its lines behind `remote: `. */
function refuse(reply: FastifyReply, failure: Failure): FastifyReply {
  if (failure.status === 401) reply.header('www-authenticate', 'Basic realm="refward", charset="UTF-8"')
  // The body of a refused POST is not read: the connection ends with the answer.
  if (reply.request.method === 'POST') reply.header('connection', 'close')
  return reply.code(failure.status).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(renderGitLines(failure, reply.request.id))
}

function refuseLfs(reply: FastifyReply): FastifyReply {
  const failure = toFailure(new RefwardError('RW_LFS_NOT_YET', {}))
  const message = `refward: ${failure.message} (${failure.code}); ${failure.hint}`
  return reply.code(failure.status).type(LFS_TYPE).send(JSON.stringify({ message, request_id: reply.request.id }))
}

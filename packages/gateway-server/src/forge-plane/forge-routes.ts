import { type PullAnswer, type PullCommentAnswer, RefwardError, pullCloseBody, pullCommentBody, pullCreateBody, pullEditBody } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ForgeCallContext } from '../forge-operations/forge-context.ts'
import type { GatewayParts } from '../gateway-parts.ts'
import { commentRest, pullRest } from '../gh/json/rest-shapes.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { RequestGate } from '../session/request-gate.ts'
import { withinGate } from '../session/within-gate.ts'
import { answerGh } from './answer-gh.ts'
import type { ForgePlane } from './forge-plane.ts'

type Parts = GatewayParts & { readonly gate: RequestGate }
type Change = (context: ForgeCallContext) => Promise<Written>

/** One route: reads its body, and gives the repository and what is done to it. */
type Route = (forge: ForgePlane, body: unknown) => { readonly repo: string; readonly change: Change }

const ROUTES: readonly (readonly [string, Route])[] = [
  ['create', createPull],
  ['comment', commentPull],
  ['edit', editPull],
  ['close', closePull],
]

/** The forge plane: gh's command lines, and pull requests as JSON. */
export function forgeRoutes(app: FastifyInstance, parts: Parts): void {
  app.post('/api/v1/gh/execute', (request, reply) => answerGh(parts, request, reply))
  for (const [word, route] of ROUTES) app.post(`/api/v1/gh/pr/${word}`, (request, reply) => answerTyped(parts, request, reply, route))
}

function answerTyped(parts: Parts, request: FastifyRequest, reply: FastifyReply, route: Route): Promise<FastifyReply> {
  return withinGate(parts.gate, request, 'forge', async ({ subject }) => {
    const { repo: named, change } = route(parts.forge, request.body)
    const repo = parts.forge.parseRepo(named)
    request.summary.repo = repo
    const written = await change({ subject, repo, requestId: requestIdOf(request), signal: abortOnClose(reply.raw) })
    const value = describe(written, request.id)
    return reply.type('application/json; charset=utf-8').send(parts.forge.mask(JSON.stringify(value)))
  })
}

function createPull(forge: ForgePlane, value: unknown): ReturnType<Route> {
  const { repo, title, body, head, base, draft = false } = parseJsonBody(pullCreateBody, value)
  return {
    repo,
    change: async (context) => {
      const to = base ?? (await forge.repository(context)).defaultBranch
      return forge.change(context, { kind: 'pull.create', title, body, head, base: to, draft })
    },
  }
}

function commentPull(forge: ForgePlane, value: unknown): ReturnType<Route> {
  const { repo, number, body } = parseJsonBody(pullCommentBody, value)
  return { repo, change: (context) => forge.change(context, { kind: 'pull.comment', number, body }) }
}

function editPull(forge: ForgePlane, value: unknown): ReturnType<Route> {
  const { repo, ...change } = parseJsonBody(pullEditBody, value)
  return { repo, change: (context) => forge.change(context, { kind: 'pull.edit', ...change }) }
}

/** The comment comes second: if closing is refused, nothing was written. */
function closePull(forge: ForgePlane, value: unknown): ReturnType<Route> {
  const { repo, number, comment } = parseJsonBody(pullCloseBody, value)
  return {
    repo,
    change: async (context) => {
      const closed = await forge.change(context, { kind: 'pull.state', number, state: 'closed' })
      if (comment !== undefined) await forge.change(context, { kind: 'pull.comment', number, body: comment })
      return closed
    },
  }
}

function describe(written: Written, requestId: string): PullAnswer | PullCommentAnswer {
  const outcome = { success: true, request_id: requestId } as const
  if (written.kind === 'pull') return { ...outcome, pull_request: pullRest(written.pull) }
  if (written.kind === 'comment') return { ...outcome, comment: commentRest(written.comment) }
  throw new RefwardError('RW_INTERNAL', {}, { cause: new Error(`no route writes ${written.kind}`) })
}

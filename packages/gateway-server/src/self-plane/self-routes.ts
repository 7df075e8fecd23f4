import { decideRead, decideReceive, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { type Entered, type RequestGate } from '../session/request-gate.ts'
import { z } from 'zod'
import { parseJsonBody } from '../http/parse-json-body.ts'

interface SelfExplainBody {
  readonly repository: string
  readonly push?: readonly string[] | undefined
}
const explainBody: z.ZodType<SelfExplainBody> = z.strictObject({
  repository: z.string().max(300),
  push: z.array(z.string().max(300)).max(100).optional(),
})

/** What an agent may ask about itself: who it is here, what it may do, and what would happen. Never about another. */
export function selfRoutes(app: FastifyInstance, parts: GatewayParts & { readonly gate: RequestGate }): void {
  const within = async <T>(authorization: string | undefined, answer: (entered: Entered) => Promise<T> | T): Promise<T> => {
    const entered = await parts.gate.enter(authorization)
    try {
      return await answer(entered)
    } finally {
      entered.leave()
    }
  }

  app.get('/api/v1/whoami', (request) =>
    within(request.headers.authorization, ({ subject, expiresAt }) => ({
      success: true,
      agent: subject.agent,
      session: subject.session,
      repositories: subject.repositories,
      expires_at: new Date(expiresAt).toISOString(),
    })),
  )

  app.get('/api/v1/policy', (request) => within(request.headers.authorization, ({ subject }) => ({ success: true, repositories: describeGrants(parts, subject) })))

  app.post('/api/v1/explain', (request) =>
    within(request.headers.authorization, ({ subject }) => {
      const { repository, push } = parseJsonBody(explainBody, request.body)
      return parts.git.explain({ subject, repo: requireParsed(parseRepoId(repository), 'repository'), push })
    }),
  )
}

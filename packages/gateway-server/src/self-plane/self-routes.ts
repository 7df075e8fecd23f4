import { type Policy, decideRead, decideReceive, parseRepoId } from '@refward/core-policy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { answerExplain } from '../http/answer-explain.ts'
import type { LiveSubject } from '../session/authenticate.ts'
import { present } from '../session/present.ts'
import type { Entered, RequestGate } from '../session/request-gate.ts'
import { grantsOf } from '../session/grants.ts'

/** What an agent may ask about itself: who it is here, what it may do, and what would happen. Never about another. */
export function selfRoutes(app: FastifyInstance, parts: GatewayParts & { readonly gate: RequestGate }): void {
  const within = async <T>(request: FastifyRequest, answer: (entered: Entered) => Promise<T> | T): Promise<T> => {
    request.summary.operation = 'self'
    const entered = await parts.gate.enter(present(request))
    request.summary.agent = entered.subject.agent
    try {
      return await answer(entered)
    } finally {
      entered.leave()
    }
  }

  app.get('/api/v1/whoami', (request) =>
    within(request, ({ subject, expiresAt }) => ({
      success: true,
      agent: subject.agent,
      session: subject.session,
      repositories: grantsOf(subject),
      expires_at: new Date(expiresAt).toISOString(),
    })),
  )

  app.get('/api/v1/policy', (request) => within(request, ({ subject }) => ({ success: true, repositories: describeRights(parts.policy(), subject) })))

  app.post('/api/v1/explain', (request, reply) =>
    within(request, async ({ subject }) => ({ success: true, explanation: await answerExplain(parts, request.body, { subject, audience: 'agent', signal: abortOnClose(reply.raw) }) })),
  )
}

/** The repositories that a session names one by one, and its rules there. What its patterns cover is not listed: that would tell what exists. */
function describeRights(policy: Policy, subject: LiveSubject): readonly object[] {
  return grantsOf(subject).flatMap((grant) => {
    const repo = parseRepoId(grant)
    if (repo.kind === 'error') return [{ repository: grant }]
    const read = decideRead(policy, subject, repo.value)
    if (read.kind === 'deny') return [{ repository: grant, read: false, push: false }]
    const { branches, tags, refs, visible, paths } = read.permit.policy.settings
    const push = decideReceive(policy, subject, repo.value).kind === 'permit'
    return [{ repository: grant, read: true, push, visible, branches, tags, refs, paths }]
  })
}

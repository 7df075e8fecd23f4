import type { RefwardCode, RepoId } from '@refward/core-policy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from './log.ts'
import type { GatewayMetrics } from './metrics.ts'

/** What one request came to, gathered on its way and told once, when it has been answered. */
export interface RequestSummary {
  operation: OperationName
  agent?: string
  repo?: RepoId
  codes: readonly RefwardCode[]
  /** Milliseconds of each stage of a push. */
  stages?: Readonly<Record<string, number>>
  /** Settles when nothing is left to be done: the answer to a push ends before the push does. */
  work?: Promise<void>
  /** What lies beneath an unexpected failure; for the log alone. */
  fault?: unknown
}

export type OperationName = 'other' | 'list' | 'fetch' | 'push' | 'self' | 'lfs' | 'forge'

declare module 'fastify' {
  interface FastifyRequest {
    summary: RequestSummary
  }
}

/** One log line and one count for each request of an agent. Nothing in them was chosen by a client without having been parsed. */
export function summariseRequests(app: FastifyInstance, { log, metrics, clock }: { readonly log: Log; readonly metrics: GatewayMetrics; readonly clock: () => number }): void {
  const started = new WeakMap<object, number>()
  app.decorateRequest('summary')
  app.addHook('onRequest', (request, _reply, done) => {
    request.summary = { operation: 'other', codes: [] }
    started.set(request, clock())
    metrics.inFlight.inc()
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const answered = { status: reply.statusCode, milliseconds: clock() - (started.get(request) ?? clock()) }
    void Promise.resolve(request.summary.work).then(() => tellSummary({ log, metrics }, request, answered))
    done()
  })
}

interface Answered {
  readonly status: number
  readonly milliseconds: number
}

function tellSummary({ log, metrics }: { readonly log: Log; readonly metrics: GatewayMetrics }, { id, summary }: FastifyRequest, { status, milliseconds }: Answered): void {
  const outcome = outcomeOf(summary, status)
  metrics.inFlight.dec()
  metrics.requests.inc({ operation: summary.operation, outcome })
  metrics.seconds.observe({ operation: summary.operation }, milliseconds / 1000)
  for (const code of summary.codes) metrics.refusals.inc({ code })
  const fields = { request_id: id, ...flatten(summary), outcome, status, ms: milliseconds }
  if (summary.fault === undefined) log.info(fields, 'request')
  else log.error({ ...fields, err: summary.fault instanceof Error ? summary.fault : new Error('not an error') }, 'request failed')
}

function outcomeOf({ codes, fault }: RequestSummary, status: number): 'done' | 'denied' | 'failed' {
  if (fault !== undefined || status >= 500) return 'failed'
  return codes.length > 0 || status >= 400 ? 'denied' : 'done'
}

function flatten({ operation, agent, repo, codes, stages }: RequestSummary): Readonly<Record<string, string | undefined>> {
  return {
    operation,
    agent,
    repo,
    ...(codes.length === 0 ? {} : { codes: codes.join(' ') }),
    ...(stages === undefined ? {} : { stages: Object.entries(stages).map(([name, ms]) => `${name}=${ms.toFixed(1)}`).join(' ') }),
  }
}

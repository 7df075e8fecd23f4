import { Readable } from 'node:stream'
import type { AuditLine } from '@refward/ledger'
import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { parseJsonBody } from '../http/parse-json-body.ts'
import { auditQuery, verifyBody } from './requests.ts'

/** The audit: read, followed (one JSON object a line, until the client leaves) and verified. */
export function auditRoutes(app: FastifyInstance, { ledger }: GatewayParts): void {
  app.get('/v1/audit', async (request) => ({ success: true, lines: await ledger.readAudit(parseJsonBody(auditQuery, request.query)) }))

  app.get('/v1/audit/follow', (request, reply) => {
    const { from } = parseJsonBody(auditQuery, request.query)
    const left = new AbortController()
    reply.raw.once('close', () => left.abort())
    return reply.type('application/x-ndjson').send(Readable.from(toJsonLines(ledger.followAudit({ from, signal: left.signal }))))
  })

  app.post('/v1/audit/verify', async (request) => {
    const { expect } = parseJsonBody(verifyBody, request.body ?? {})
    return { success: true, verdict: await ledger.verifyAudit(expect) }
  })
}

async function* toJsonLines(lines: AsyncIterable<AuditLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

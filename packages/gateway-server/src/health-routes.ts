import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from './gateway-parts.ts'

/** `/health`: the process answers. `/ready`: it can serve. Neither says more to whoever asks. */
export function healthRoutes(app: FastifyInstance, { readiness }: GatewayParts): void {
  app.get('/health', () => ({ status: 'ok' }))
  app.get('/ready', async (_request, reply) => {
    const ready = (await readiness()).every(({ ok }) => ok)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready' })
  })
}

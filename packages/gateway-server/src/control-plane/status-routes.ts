import type { FastifyInstance } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'

/** How the gateway is, for the operator: what it serves, what is not right, and its metrics. */
export function statusRoutes(app: FastifyInstance, { policy, readiness, version, metrics, reload }: GatewayParts): void {
  app.get('/v1/status', async () => {
    const { config } = policy()
    return {
      success: true,
      version,
      public_url: config.publicUrl,
      forges: [...config.forges.keys()],
      repositories: config.repositories.map(({ key }) => key),
      checks: await readiness(),
    }
  })

  app.post('/v1/reload', async () => {
    await reload()
    return { success: true }
  })

  app.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()))
}

import type { FastifyInstance } from 'fastify'

const JSON_BODY_MS = 10_000

/** JSON bodies are small: one that has not arrived after ten seconds is not going to. The git plane has bounds of its own. */
export function boundSlowBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const timer = setTimeout(() => request.raw.destroy(), JSON_BODY_MS)
    request.raw.once('end', () => clearTimeout(timer))
    request.raw.once('close', () => clearTimeout(timer))
    done()
  })
}

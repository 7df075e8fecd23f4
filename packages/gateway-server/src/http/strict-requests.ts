import { RefwardError } from '@refward/core-policy'
import type { FastifyInstance } from 'fastify'
import { findJsonProblem } from './strict-json.ts'

const OVERRIDES: readonly string[] = ['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url', 'x-rewrite-url']

/**
 * Routes that are reached by their one spelling, with a body that has one meaning: an encoded path, a query, a header that names another
 * method or path, and a JSON object that names a member twice are refused. What is in front of the gateway may read them otherwise than it does.
 */
export function requireStrictRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const override = OVERRIDES.find((name) => request.headers[name] !== undefined)
    if (override !== undefined) done(new RefwardError('RW_REQUEST_MALFORMED', { detail: `the header ${override} is not taken` }))
    else if (request.raw.url !== request.routeOptions.url) done(new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the address is written in another way than it is, or has a query' }))
    else done()
  })
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      const text = String(body)
      const value: unknown = JSON.parse(text)
      const problem = findJsonProblem(text)
      if (problem === undefined) done(null, value)
      else done(new RefwardError('RW_REQUEST_MALFORMED', { detail: problem }))
    } catch (cause) {
      done(new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the body is not JSON' }, { cause }))
    }
  })
}

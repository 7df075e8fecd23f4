import type { FastifyInstance, FastifyReply } from 'fastify'
import { RefwardError } from '@refward/core-policy'
import { type Failure, noteFailure, renderEnvelope, toFailure } from './error-answer.ts'

/** Every error of an instance becomes the one envelope; what was not foreseen is shown without its cause. */
export function answerErrorsAsJson(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => sendFailure(reply, toFailure(new RefwardError('RW_ROUTE_UNKNOWN', {}))))
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(fromFastify(error))
    noteFailure(request.summary, failure, error)
    return sendFailure(reply, failure)
  })
}

/** Fastify's own refusals (malformed JSON, a body over the limit, a wrong content type) in the words of the one table. */
function fromFastify(error: unknown): unknown {
  if (error instanceof RefwardError || !(error instanceof Error) || !('statusCode' in error)) return error
  const status = Number(error.statusCode)
  if (status === 413) return new RefwardError('RW_LIMIT_REQUEST_BYTES', { limit: MAX_JSON_BYTES }, { cause: error })
  if (status >= 400 && status < 500) return new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the body is not the JSON that this route takes' }, { cause: error })
  return error
}

/** Bytes of a JSON body on any route. */
export const MAX_JSON_BYTES: number = 256 * 1024

function sendFailure(reply: FastifyReply, failure: Failure): FastifyReply {
  if (failure.status === 401) reply.header('www-authenticate', 'Basic realm="refward", charset="UTF-8"')
  return reply.code(failure.status).send(renderEnvelope(failure, reply.request.id))
}

import { type RequestId, parseRequestId } from '@refward/core-policy'
import type { FastifyRequest } from 'fastify'
import { requireParsed } from './require-parsed.ts'

/** The gateway's own id of a request. What a client sends in a header of that name is never read. */
export function requestIdOf(request: FastifyRequest): RequestId {
  return requireParsed(parseRequestId(request.id), 'request id')
}

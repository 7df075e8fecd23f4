import type { FastifyRequest } from 'fastify'
import type { Presented } from './authenticate.ts'
import { originOf } from './socket-origin.ts'

/** Node keeps the first of repeated Authorization headers and never joins them. The address is that of the socket: no header can name another. */
export function present(request: FastifyRequest): Presented {
  return { authorization: request.headers.authorization, address: request.socket.remoteAddress, over: originOf(request.socket) }
}

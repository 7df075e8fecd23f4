import type { Socket } from 'node:net'
import type { SessionId } from '@refward/core-policy'

/** Which session's own socket a connection came over. What came over the network is not in it. */
const origins = new WeakMap<Socket, SessionId>()

export function noteOrigin(socket: Socket, session: SessionId): void {
  origins.set(socket, session)
}

export function originOf(socket: Socket): SessionId | undefined {
  return origins.get(socket)
}

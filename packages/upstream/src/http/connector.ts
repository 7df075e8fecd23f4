import type { LookupOptions } from 'node:dns'
import { type LookupFunction, type Socket, type TcpNetConnectOpts, connect as connectTcp, isIP } from 'node:net'
import { type TLSSocket, connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import type { AddressGuard } from '../address/address-guard.ts'
import { WaitExceeded } from './wait-exceeded.ts'

export interface ConnectorOptions {
  readonly guard: AddressGuard
  /** PEM certificates that are trusted in place of the system's. */
  readonly ca: string | undefined
  /** Milliseconds, from the name to a connection on which something can be sent. */
  readonly timeout: number
}

/** Opens the connections of one pool: every address is checked, every certificate is checked, every wait is bounded. */
export function createConnector({ guard, ca, timeout }: ConnectorOptions): buildConnector.connector {
  const lookup = guardedLookup(guard)
  let session: Buffer | undefined

  return ({ hostname, protocol, port }, callback) => {
    try {
      guard.checkLiteral()
    } catch (error) {
      callback(error as Error, null)
      return
    }
    const place: TcpNetConnectOpts = { host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)), lookup, noDelay: true, keepAlive: true }
    if (protocol !== 'https:') {
      settle(connectTcp(place), { event: 'connect', timeout, callback })
      return
    }
    const socket = connectTls({
      ...place,
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(session === undefined ? {} : { session }),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED in somebody's environment cannot turn it off.
      rejectUnauthorized: true,
    })
    socket.on('session', (ticket) => (session = ticket))
    settle(socket, { event: 'secureConnect', timeout, callback })
  }
}

type LookupCallback = Parameters<LookupFunction>[2]

function guardedLookup(guard: AddressGuard): LookupFunction {
  return (_hostname, options, callback) => void answerLookup(guard, options, callback)
}

async function answerLookup(guard: AddressGuard, options: LookupOptions, callback: LookupCallback): Promise<void> {
  let addresses: Awaited<ReturnType<AddressGuard['resolve']>>
  try {
    addresses = await guard.resolve(options)
  } catch (error) {
    callback(error as Error, '')
    return
  }
  if (options.all === true) callback(null, [...addresses])
  else callback(null, addresses[0].address, addresses[0].family)
}

interface Settling {
  readonly event: 'connect' | 'secureConnect'
  readonly timeout: number
  readonly callback: buildConnector.Callback
}

function settle(socket: Socket | TLSSocket, { event, timeout, callback }: Settling): void {
  const timer = setTimeout(() => socket.destroy(new WaitExceeded('connecting')), timeout)
  const failed = (error: Error): void => {
    clearTimeout(timer)
    callback(error, null)
  }
  socket.once('error', failed)
  socket.once(event, () => {
    clearTimeout(timer)
    socket.off('error', failed)
    socket.on('error', (error: Error) => noticeStale(socket, error))
    callback(null, socket)
  })
}

const stale = new WeakSet<Error>()

function noticeStale(socket: Socket, error: Error): void {
  if (socket.bytesRead > 0) stale.add(error)
}

/**
 * Whether a connection broke that had served an earlier request: it was probably closed by the other side while nothing was
 * under way, and the request was never looked at.
 */
export function isStaleConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (stale.has(error)) return true
  const { socket } = error as { readonly socket?: { readonly bytesRead?: number } | null }
  return (socket?.bytesRead ?? 0) > 0
}

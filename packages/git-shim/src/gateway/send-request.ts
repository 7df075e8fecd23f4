import { readFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'

import { RefwardError } from '@refward/core-policy'

import type { GatewayAccess } from './find-gateway.ts'

/** One request to the gateway, as HTTP has it. */
export interface GatewayRequest {
  readonly method: 'GET' | 'POST'
  /** Behind the address of the gateway. */
  readonly path: string
  /** Beside the credential. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal
}

const TOO_LONG = 'it took too long'

/**
 * Asks the gateway, once, and waits for the head of its answer. No redirect is followed.
 *
 * @throws RefwardError RW_SHIM_UNREACHABLE when nothing was sent, RW_SHIM_ANSWER when something may have been done
 */
export async function sendRequest(access: GatewayAccess, request: GatewayRequest): Promise<IncomingMessage> {
  const response = await waitForHead(openRequest(access, request), access, request.body)
  const { statusCode: status = 0, headers } = response
  if (status >= 300 && status < 400) throw badAnswer(access, 'it is a redirect, which is not followed')
  if (headers['content-encoding'] !== undefined) throw badAnswer(access, 'it is encoded, which was not asked for')
  return response
}

function openRequest({ address, token, caFile }: GatewayAccess, { method, path, headers, body, signal }: GatewayRequest): ClientRequest {
  const length = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) }
  const options: RequestOptions = { method, agent: false, headers: { ...headers, ...length, authorization: `Bearer ${token}`, 'accept-encoding': 'identity' }, signal }
  const url = `${address}${path}`
  // An import would evaluate all that node:http exports, of which one is a whole second client for HTTP: 70 ms of a start.
  if (address.startsWith('http:')) return process.getBuiltinModule('node:http').request(url, options)
  return process.getBuiltinModule('node:https').request(url, { ...options, ca: listCertificates(address, caFile) })
}

/** git trusts what the system does; Node.js alone would know only its own list. */
function listCertificates(address: string, file: string | undefined): string[] {
  try {
    if (file !== undefined) return [readFileSync(file, 'utf8')]
  } catch (cause) {
    throw new RefwardError('RW_SHIM_UNREACHABLE', { address, detail: describeError(cause) }, { cause })
  }
  const { getCACertificates } = process.getBuiltinModule('node:tls')
  return [...getCACertificates('default'), ...getCACertificates('system')]
}

function waitForHead(request: ClientRequest, access: GatewayAccess, body: string | Uint8Array): Promise<IncomingMessage> {
  let isConnected = false
  request.on('socket', (socket) => socket.once(access.address.startsWith('https:') ? 'secureConnect' : 'connect', () => (isConnected = true)))
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', (error) => {
      const detail = describeError(error)
      reject(isConnected ? badAnswer(access, detail, error) : new RefwardError('RW_SHIM_UNREACHABLE', { address: access.address, detail }, { cause: error }))
    })
    request.end(body)
  })
}

export function badAnswer({ address }: GatewayAccess, detail: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_SHIM_ANSWER', { address, detail }, { cause })
}

/** Where a name has several addresses, the error of all of them has a code and no message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return TOO_LONG
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}

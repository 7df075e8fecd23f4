import { readFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'

import { RefwardError } from '@refward/core-policy'

import type { GatewayAccess } from './find-gateway.ts'
import { readAnswerBody } from './read-answer-body.ts'

/** One question to the gateway. */
export interface GatewayQuestion {
  /** `/api/v1/…` */
  readonly path: string
  readonly body: object
  /** Until the whole answer is there; ten minutes by default, since a forge may take its time over a push. */
  readonly timeoutMs?: number
  /** Of the answer; 32 MiB by default. */
  readonly maxBytes?: number
}

/** An answer in JSON, whatever its status. What its members are is still to be looked at. */
export interface GatewayReply {
  readonly status: number
  readonly value: Readonly<Record<string, unknown>>
}

const TEN_MINUTES = 600_000
const TOO_LONG = 'it took too long'
const DEFAULT_BYTES = 32 * 1024 * 1024

/**
 * Asks the gateway, once. No redirect is followed, and nothing is tried again: whether a second time does harm, only the caller can say.
 *
 * @throws RefwardError RW_SHIM_UNREACHABLE when nothing was sent, RW_SHIM_ANSWER when something may have been done
 */
export async function callGateway(access: GatewayAccess, question: GatewayQuestion): Promise<GatewayReply> {
  const text = JSON.stringify(question.body)
  const signal = AbortSignal.timeout(question.timeoutMs ?? TEN_MINUTES)
  const request = openRequest(access, question.path, { length: Buffer.byteLength(text), signal })
  const response = await sendRequest(request, access, text)
  const { statusCode: status = 0, headers } = response
  if (status >= 300 && status < 400) throw badAnswer(access, 'it is a redirect, which is not followed')
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) throw badAnswer(access, `status ${status} and no JSON`)
  try {
    return { status, value: await readAnswerBody(response, question.maxBytes ?? DEFAULT_BYTES) }
  } catch (cause) {
    throw badAnswer(access, signal.aborted ? TOO_LONG : describeError(cause), cause)
  }
}

function openRequest({ address, token, caFile }: GatewayAccess, path: string, { length, signal }: { readonly length: number; readonly signal: AbortSignal }): ClientRequest {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': length, accept: 'application/json', 'accept-encoding': 'identity' }
  const options: RequestOptions = { method: 'POST', agent: false, headers, signal }
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

function sendRequest(request: ClientRequest, access: GatewayAccess, text: string): Promise<IncomingMessage> {
  let isConnected = false
  request.on('socket', (socket) => socket.once(access.address.startsWith('https:') ? 'secureConnect' : 'connect', () => (isConnected = true)))
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', (error) => {
      const detail = describeError(error)
      reject(isConnected ? badAnswer(access, detail, error) : new RefwardError('RW_SHIM_UNREACHABLE', { address: access.address, detail }, { cause: error }))
    })
    request.end(text)
  })
}

function badAnswer({ address }: GatewayAccess, detail: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_SHIM_ANSWER', { address, detail }, { cause })
}

/** Where a name has several addresses, the error of all of them has a code and no message. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return TOO_LONG
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}

import type { IncomingMessage } from 'node:http'

import { escapeUntrusted } from '@refward/core-policy'

import type { GatewayAccess } from '../gateway/find-gateway.ts'
import { badAnswer, describeError, sendRequest } from '../gateway/send-request.ts'

/** A repository on the git plane of the gateway. */
export interface GitPlane {
  readonly access: GatewayAccess
  /** `forge/owner/name` */
  readonly repository: string
  /** Called with each line that the gateway has for people, printable ASCII. */
  readonly tell: (line: string) => void
}

const SERVICE = 'git-upload-pack'
const MOST_CAPABILITIES = 65_536
const MOST_WORDS = 65_536
/** Of one request; objects of a large repository are in its answer. */
const SIX_HOURS = 6 * 3_600_000
const PREFIX = Buffer.from('001e# service=git-upload-pack\n0000')
const VERSION_2 = Buffer.from('000eversion 2\n')

/** What the gateway can do in git's protocol version 2, as packets. @throws RefwardError RW_SHIM_UNREACHABLE, RW_SHIM_ANSWER */
export async function askCapabilities(plane: GitPlane): Promise<Buffer> {
  const response = await ask(plane, { method: 'GET', path: `info/refs?service=${SERVICE}`, type: `application/x-${SERVICE}-advertisement`, body: '' })
  const bytes = await readAll(plane, response, MOST_CAPABILITIES)
  const packets = bytes.subarray(0, PREFIX.length).equals(PREFIX) ? bytes.subarray(PREFIX.length) : bytes
  if (!packets.subarray(0, VERSION_2.length).equals(VERSION_2)) throw badAnswer(plane.access, 'it is not version 2 of the protocol of git')
  return packets
}

/** The answer to a request of git's, piece by piece. @throws RefwardError RW_SHIM_UNREACHABLE, RW_SHIM_ANSWER */
export async function* askObjects(plane: GitPlane, request: Uint8Array): AsyncGenerator<Uint8Array> {
  const response = await ask(plane, { method: 'POST', path: SERVICE, type: `application/x-${SERVICE}-result`, body: request })
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) yield chunk
  } catch (cause) {
    throw badAnswer(plane.access, describeError(cause), cause)
  }
}

async function ask(plane: GitPlane, { method, path, type, body }: { readonly method: 'GET' | 'POST'; readonly path: string; readonly type: string; readonly body: string | Uint8Array }): Promise<IncomingMessage> {
  const headers = { accept: type, 'git-protocol': 'version=2', ...(method === 'GET' ? {} : { 'content-type': `application/x-${SERVICE}-request` }) }
  const response = await sendRequest(plane.access, { method, path: `/git/${plane.repository}.git/${path}`, headers, body, signal: AbortSignal.timeout(SIX_HOURS) })
  const { statusCode: status = 0 } = response
  if (status === 200 && response.headers['content-type'] === type) return response
  // As git shows what a server has to say about its no.
  const text = response.headers['content-type']?.startsWith('text/plain') === true ? (await readAll(plane, response, MOST_WORDS)).toString('utf8') : ''
  for (const line of text.split('\n')) if (line !== '') plane.tell(escapeUntrusted(line))
  throw badAnswer(plane.access, `status ${status}`)
}

async function readAll({ access }: GitPlane, response: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > most) throw new RangeError(`it is larger than ${most} bytes`)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw badAnswer(access, describeError(cause), cause)
  }
  return Buffer.concat(chunks)
}

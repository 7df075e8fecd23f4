import type { GatewayAccess } from './find-gateway.ts'
import { readAnswerBody } from './read-answer-body.ts'
import { badAnswer, describeError, sendRequest } from './send-request.ts'

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
const DEFAULT_BYTES = 32 * 1024 * 1024

/**
 * Asks the gateway, once. No redirect is followed, and nothing is tried again: whether a second time does harm, only the caller can say.
 *
 * @throws RefwardError RW_SHIM_UNREACHABLE when nothing was sent, RW_SHIM_ANSWER when something may have been done
 */
export async function callGateway(access: GatewayAccess, { path, body, timeoutMs = TEN_MINUTES, maxBytes = DEFAULT_BYTES }: GatewayQuestion): Promise<GatewayReply> {
  const signal = AbortSignal.timeout(timeoutMs)
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await sendRequest(access, { method: 'POST', path, headers, body: JSON.stringify(body), signal })
  const { statusCode: status = 0 } = response
  if (!/^application\/json\b/.test(response.headers['content-type'] ?? '')) throw badAnswer(access, `status ${status} and no JSON`)
  try {
    return { status, value: await readAnswerBody(response, maxBytes) }
  } catch (cause) {
    throw badAnswer(access, describeError(signal.aborted ? signal.reason : cause), cause)
  }
}

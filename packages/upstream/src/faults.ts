import { type ForgeName, RefwardError, type RepoId } from '@refward/core-policy'
import type { WireError } from '@refward/git-wire'
import { BodyRefused } from './http/decode-body.ts'
import type { HttpAnswer } from './http/exchange.ts'
import { WaitExceeded } from './http/wait-exceeded.ts'

/** What was being done, for the words of a fault. */
export interface FaultContext {
  readonly forge: ForgeName
  readonly repo: RepoId
  /** Fit to stand behind "while": `listing refs`. */
  readonly action: string
  /** Takes the credential out of a text of the forge. */
  readonly mask: (text: string) => string
}

/** The same for what a status says, which may be about the credential. */
export interface StatusContext extends FaultContext {
  /** Where the operator keeps the credential; undefined for a forge that is used without one. */
  readonly source: string | undefined
}

/** The fault that a broken connection, wait or body is. Its cause is for the log alone. */
export function connectionFault(error: unknown, { forge, action, mask }: FaultContext): Error {
  if (error instanceof RefwardError) return error
  if (error instanceof WaitExceeded) return new RefwardError('RW_UPSTREAM_TIMEOUT', { forge, action: `${action}: ${error.phase}` }, { cause: error })
  if (error instanceof BodyRefused) return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge, detail: mask(error.message) }, { cause: error })
  const { code, message } = innermost(error)
  if (TLS_CODE.test(code)) return new RefwardError('RW_UPSTREAM_TLS', { forge, detail: mask(message) }, { cause: error })
  if (BROKEN_ANSWER_CODE.test(code)) return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge, detail: `its answer is no HTTP, or broken (${code})` }, { cause: error })
  const reason = CONNECTION_CODES.get(code)
  if (reason !== undefined) return new RefwardError('RW_UPSTREAM_UNREACHABLE', { forge, detail: `${reason} (${code})` }, { cause: error })
  return new RefwardError('RW_INTERNAL', {}, { cause: error })
}

const TLS_CODE = /^(?:CERT_|CRL_|DEPTH_ZERO_|EPROTO$|ERR_SSL_|ERR_TLS_|ERROR_IN_CERT|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|SELF_SIGNED_|UNABLE_TO_)/
const BROKEN_ANSWER_CODE = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|Z_)/
const BROKEN = 'the connection broke'

const CONNECTION_CODES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', BROKEN],
  ['EPIPE', BROKEN],
  ['UND_ERR_SOCKET', BROKEN],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', BROKEN],
  ['ERR_STREAM_PREMATURE_CLOSE', BROKEN],
  ['ENOTFOUND', 'its name does not resolve'],
  ['EAI_AGAIN', 'its name cannot be resolved now'],
  ['ENODATA', 'its name has no address'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['EADDRNOTAVAIL', 'there is no way to it'],
  ['ETIMEDOUT', 'it is silent'],
  ['UND_ERR_DESTROYED', 'the gateway is stopping'],
  ['UND_ERR_CLOSED', 'the gateway is stopping'],
])

function innermost(error: unknown): { readonly code: string; readonly message: string } {
  // Of several addresses that were tried, the first says as much as all.
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  if (!(error instanceof Error)) return { code: '', message: '' }
  const { name, message } = error
  if ('code' in error && typeof error.code === 'string') return { code: error.code, message }
  if (name !== 'HTTPParserError') return { code: '', message }
  // undici gives some of these no code. The parser meets the end of the stream where there should be more when a connection breaks.
  return { code: message.includes('EOF') ? 'UND_ERR_SOCKET' : 'HPE_INVALID', message }
}

/** The fault that a status other than 200 is. Reads a little of the body, which may say why. */
export async function statusFault(answer: HttpAnswer, context: StatusContext): Promise<RefwardError> {
  const { status } = answer
  const { forge, repo, action, mask } = context
  const detail = mask(await readReason(answer))
  if (status >= 300 && status < 400) return new RefwardError('RW_UPSTREAM_REDIRECT', { forge })
  if (status === 401) return rejected(context)
  if (status === 403 && /rate limit/i.test(detail)) return new RefwardError('RW_UPSTREAM_RATE_LIMITED', { forge })
  if (status === 403) return forbidden(context, detail)
  if (status === 404 || status === 410) return new RefwardError('RW_UPSTREAM_NOT_FOUND', { forge, repo })
  if (status === 429) return new RefwardError('RW_UPSTREAM_RATE_LIMITED', { forge })
  return new RefwardError('RW_UPSTREAM_FAILED', { forge, status, action, detail })
}

function rejected({ forge, repo, source }: StatusContext): RefwardError {
  if (source !== undefined) return new RefwardError('RW_CREDENTIAL_REJECTED', { forge, repo, source })
  return new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo, detail: 'the forge asks for one, and the configuration says that it is used without' })
}

/** What forges say when no credential would be good enough. */
const OTHER_REASONS = /archived|push to create|not enabled|disabled|blocked|suspended|locked/i

function forbidden({ forge, repo, action, source }: StatusContext, detail: string): RefwardError {
  if (source === undefined || OTHER_REASONS.test(detail)) return new RefwardError('RW_UPSTREAM_REFUSED', { forge, action, detail })
  return new RefwardError('RW_CREDENTIAL_FORBIDDEN', { forge, repo, action, detail, source })
}

const REASON_BYTES = 2000

/** The words of an error page for programs. A page for people is markup, and says nothing in its first lines. */
async function readReason({ status, headers, body }: HttpAnswer): Promise<string> {
  const chunks: Uint8Array[] = []
  const readable = /^(?:text\/plain|application\/json)/.test(String(headers['content-type'])) && headers['content-encoding'] === undefined
  try {
    let bytes = 0
    for await (const batch of readable ? body : []) {
      chunks.push(...batch)
      for (const chunk of batch) bytes += chunk.length
      if (bytes >= REASON_BYTES) break
    }
  } catch (error) {
    // The status is known already; that its explanation broke off adds nothing to it.
    if (!(error instanceof Error)) throw error
  } finally {
    body.cancel()
  }
  const text = Buffer.concat(chunks).subarray(0, REASON_BYTES).toString('utf8').trim()
  return text === '' ? `status ${status}, and no reason` : `status ${status}, ${text}`
}

/** The fault that bytes are which do not parse, or which say that the forge failed. */
export function wireFault(error: WireError, { forge, action, mask }: FaultContext): RefwardError {
  // SHA-256 is the only other format that git has.
  if (error.code === 'object-format') return new RefwardError('RW_OBJECT_FORMAT', { format: 'sha256' })
  if (error.remote !== undefined) return remoteFault(error.remote, { forge, action, mask })
  return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge, detail: mask(error.message) })
}

/** The forge says in git's own protocol that it failed. */
export function remoteFault(text: string, { forge, action, mask }: Pick<FaultContext, 'forge' | 'action' | 'mask'>): RefwardError {
  // git itself sends the NUL behind some of its last words.
  const detail = mask(text.replace(/[\0\s]+$/, ''))
  return new RefwardError('RW_UPSTREAM_FAILED', { forge, status: 'ERR', action, detail })
}

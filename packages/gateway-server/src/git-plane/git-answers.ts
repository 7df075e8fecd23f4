import type { ServerResponse } from 'node:http'
import { type RepoId, RefwardError } from '@refward/core-policy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts.ts'
import { type BodyBounds, readRequestBody } from '../http/request-body.ts'
import { abortOnClose } from '../http/abort-on-close.ts'
import { requestIdOf } from '../http/request-id.ts'
import { summarisePush } from '../observe/summarise-push.ts'
import type { LiveSubject } from '../session/authenticate.ts'
import type { AnswerWriter, GitCallContext, ProtocolVersion } from '../git-operations/git-operations.ts'
import type { GitService } from './git-target.ts'

/** A request that has passed the gate. */
export interface GitHttpCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly subject: LiveSubject
}

export interface GitHttpTarget {
  readonly kind: 'advertise' | 'call'
  readonly service: GitService
  readonly repo: RepoId
}

/** Clients below this rate, after the grace, are let go: a byte a second would hold a quarantine open for a day. */
const MIN_BYTES_PER_SECOND = 512
const GRACE_MS = 30_000

/** Answers one of the four requests of smart HTTP. */
export async function answerGit(parts: GatewayParts, call: GitHttpCall, target: GitHttpTarget): Promise<FastifyReply> {
  const context: GitCallContext = { subject: call.subject, repo: target.repo, requestId: requestIdOf(call.request), signal: abortOnClose(call.reply.raw) }
  if (target.kind === 'advertise') return advertise(parts, call, target, context)
  requireRequestType(call.request, target.service)
  return target.service === 'git-upload-pack' ? uploadPack(parts, call, context) : receivePack(parts, call, context)
}

async function advertise(parts: GatewayParts, { request, reply }: GitHttpCall, { service }: GitHttpTarget, context: GitCallContext): Promise<FastifyReply> {
  const bytes = service === 'git-upload-pack' ? await parts.git.advertiseFetch(context, readProtocol(request)) : await parts.git.advertisePush(context)
  return reply.headers(answerHeaders(request, `application/x-${service}-advertisement`)).send(bytes)
}

async function uploadPack(parts: GatewayParts, call: GitHttpCall, context: GitCallContext): Promise<FastifyReply> {
  const { requestBytes } = parts.policy().config.limits
  const body = await collect(readRequestBody(call.request.raw, bodyBounds(parts, requestBytes), parts.clock))
  const chunks = parts.git.uploadPack(context, { protocol: readProtocol(call.request), body })
  return stream(call, 'git-upload-pack', async (answer) => {
    for await (const chunk of chunks) await answer.write(chunk)
    answer.end()
  })
}

async function receivePack(parts: GatewayParts, call: GitHttpCall, context: GitCallContext): Promise<FastifyReply> {
  const limit = parts.policy().repository(context.repo)?.settings.limits.pack ?? 0
  // The pack has a bound of its own, which answers per ref; this one is for whatever comes beside it.
  const body = readRequestBody(call.request.raw, bodyBounds(parts, limit + parts.policy().config.limits.requestBytes), parts.clock)
  return stream(call, 'git-receive-pack', async (answer) => {
    const outcome = await parts.git.receivePack(context, { body, answer })
    Object.assign(call.request.summary, summarisePush(outcome))
    if (outcome?.drained === false) closeAfterAnswer(call)
  })
}

/** What was not read is still on its way: nothing else can be asked over this connection. */
function closeAfterAnswer({ request, reply }: GitHttpCall): void {
  if (reply.raw.writableFinished) request.raw.destroy()
  else reply.raw.once('finish', () => request.raw.destroy())
}

/**
 * Streams an answer. The status line goes out with the first bytes, so whatever is refused before them still gets a status of its own;
 * what fails after them ends the connection, so that a cut answer is never taken for a whole one.
 */
async function stream({ request, reply }: GitHttpCall, service: GitService, produce: (answer: AnswerWriter) => Promise<void>): Promise<FastifyReply> {
  const response = reply.raw
  const begin = (): void => {
    if (response.headersSent) return
    reply.hijack()
    response.writeHead(200, answerHeaders(request, `application/x-${service}-result`))
  }
  const write = async (bytes: Uint8Array): Promise<void> => {
    begin()
    if (!response.write(bytes)) await waitForRoom(response)
  }
  const end = (): void => {
    begin()
    response.end()
  }
  try {
    await produce({ write, end })
  } catch (error) {
    if (!response.headersSent) throw error
    response.destroy()
  }
  return reply
}

async function waitForRoom(response: ServerResponse): Promise<void> {
  if (response.destroyed) throw new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the client went away' })
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
  if (response.destroyed) throw new RefwardError('RW_REQUEST_MALFORMED', { detail: 'the client went away' })
}

function answerHeaders(request: FastifyRequest, type: string): Record<string, string> {
  return { 'content-type': type, 'cache-control': 'no-cache, max-age=0, must-revalidate', 'refward-request-id': request.id }
}

/** The `Git-Protocol` header: a colon-separated list in which `version=N` counts; anything else is what git ignores too. */
function readProtocol(request: FastifyRequest): ProtocolVersion {
  const header = request.headers['git-protocol']
  const parts = typeof header === 'string' && header.length <= 256 ? header.split(':') : []
  if (parts.includes('version=2')) return 2
  return parts.includes('version=1') ? 1 : 0
}

function requireRequestType(request: FastifyRequest, service: GitService): void {
  const expected = `application/x-${service}-request`
  if (request.headers['content-type'] !== expected) throw new RefwardError('RW_REQUEST_MALFORMED', { detail: `the content type is not ${expected}` })
}

function bodyBounds(parts: GatewayParts, maxBytes: number): BodyBounds {
  return { maxBytes, idleMs: parts.policy().config.limits.clientIdle * 1000, graceMs: GRACE_MS, minBytesPerSecond: MIN_BYTES_PER_SECOND }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}


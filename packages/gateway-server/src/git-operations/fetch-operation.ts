import { RefwardError, renderRefusal } from '@refward/core-policy'
import { type FetchDependencies, type FetchMessage, type FetchOutcome, type ListingJob, serveFetch, serveLsRefs } from '@refward/git-engine'
import { type LsRefsRequest, type Parsed, parseUploadPackRequest, parseV2Request, renderErrorPacket } from '@refward/git-wire'
import type { FinishInput } from '@refward/ledger'
import { toFailure } from '../http/error-answer.ts'
import type { ForgeAccess } from './forge-access.ts'
import type { GitCallContext, ProtocolVersion } from './git-operations.ts'
import { type RecordReadParts, beginRead, recordRead } from './record-read.ts'

export interface FetchParts extends RecordReadParts {
  readonly fetch: FetchDependencies
  readonly access: ForgeAccess
}

export interface UploadPackCall {
  readonly protocol: ProtocolVersion
  readonly body: Uint8Array
}

/** A request to upload-pack, parsed: `nothing` is a lone flush, with which a client ends a conversation. */
type UploadPackMessage = { readonly kind: 'nothing' } | { readonly kind: 'ls-refs'; readonly request: LsRefsRequest } | { readonly kind: 'fetch'; readonly message: FetchMessage }

/**
 * Answers one request to upload-pack. A refusal is told inside the answer: git shows the body of an error status for `info/refs` alone.
 */
export async function* uploadPack(parts: FetchParts, context: GitCallContext, call: UploadPackCall): AsyncGenerator<Uint8Array> {
  let begun = false
  try {
    const message = parseMessage(call)
    for await (const chunk of answer(parts, context, message)) {
      begun = true
      yield chunk
    }
  } catch (error) {
    if (begun) throw error
    const lines = [...renderRefusal(toFailure(error)), `refward: request ${context.requestId}`]
    yield renderErrorPacket(lines.join('\n'))
  }
}

async function* answer(parts: FetchParts, context: GitCallContext, message: UploadPackMessage): AsyncGenerator<Uint8Array> {
  switch (message.kind) {
    case 'nothing':
      return
    case 'ls-refs':
      yield await recordRead(parts, context, 'list', (permit) => serveLsRefs(listingJob(parts, context, permit), message.request))
      return
    case 'fetch':
      yield* answerFetch(parts, context, message.message)
  }
}

async function* answerFetch(parts: FetchParts, context: GitCallContext, message: FetchMessage): AsyncGenerator<Uint8Array> {
  const { permit, finish } = await beginRead(parts, context, 'fetch')
  const { body, outcome } = serveFetch(parts.fetch, {
    permit,
    session: context.subject.session,
    source: parts.access.source(permit.repo),
    message,
    request: context.requestId,
    signal: context.signal,
  })
  try {
    yield* body
  } finally {
    await finish(describeOutcome(await outcome))
  }
}

/** What a listing for this session needs. */
export function listingJob({ access, fetch }: FetchParts, { subject, signal }: GitCallContext, permit: ListingJob['permit']): ListingJob {
  return { permit, session: subject.session, source: access.source(permit.repo), listings: fetch.listings, signal }
}

function describeOutcome(outcome: FetchOutcome): Omit<FinishInput, 'refs'> {
  switch (outcome.kind) {
    case 'served':
      return { result: 'done' }
    case 'refused':
      return { result: 'failed', code: outcome.error.code }
    case 'abandoned':
      return { result: 'unknown' }
  }
}

function parseMessage({ protocol, body }: UploadPackCall): UploadPackMessage {
  if (protocol === 2) {
    const request = requireWire(parseV2Request(body))
    if (request.kind === 'empty') return { kind: 'nothing' }
    return request.kind === 'ls-refs' ? request : { kind: 'fetch', message: { protocol, request: request.request } }
  }
  const request = requireWire(parseUploadPackRequest(body))
  return request.kind === 'fetch' ? { kind: 'fetch', message: { ...request, protocol } } : { kind: 'nothing' }
}

function requireWire<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'ok') return parsed.value
  const { code, message } = parsed.error
  if (code === 'object-format') throw new RefwardError('RW_OBJECT_FORMAT', { format: 'sha256' })
  if (code === 'unsupported-filter') throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: message })
  throw new RefwardError('RW_PROTOCOL_MALFORMED', { detail: message })
}

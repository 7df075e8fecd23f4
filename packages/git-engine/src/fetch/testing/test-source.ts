import { RefwardError } from '@refward/core-policy'
import {
  EMPTY_FETCH_REQUEST,
  type EventParser,
  type FetchResponseEvent,
  createFetchResponseParser,
  type LsRefsResponse,
  createLsRefsResponseParser,
  parseFilterSpec,
  renderFetchRequest,
  renderLsRefsRequest,
} from '@refward/git-wire'
import type { FetchAnswer, FetchRequest, RefListing } from '@refward/upstream'
import type { MirrorSource } from '../../mirror/mirror-types.ts'

/** The least that reads a real upstream over protocol v2, for tests of what stands above it. */
export function createTestSource(url: string): MirrorSource {
  const { origin, pathname, username, password } = new URL(url)
  const post = async (body: Uint8Array, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
    const headers = {
      'content-type': 'application/x-git-upload-pack-request',
      'git-protocol': 'version=2',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    }
    const answer = await fetch(`${origin}${pathname}/git-upload-pack`, { method: 'POST', body: Buffer.from(body), headers, signal })
    if (answer.status !== 200 || answer.body === null) {
      throw new RefwardError('RW_UPSTREAM_FAILED', { forge: 'test', status: answer.status, action: 'reading', detail: '' })
    }
    return answer.body
  }
  return {
    list: async (signal) => {
      const parser = createLsRefsResponseParser()
      const request = { symrefs: true, peel: true, unborn: true, prefixes: [] }
      for await (const chunk of await post(renderLsRefsRequest(request), signal)) parser.push(chunk)
      const parsed = parser.end()
      if (parsed.kind === 'error') throw protocolFault(parsed.error.message)
      return listing(parsed.value)
    },
    fetch: async (request, signal) => {
      const body = await post(renderFetchRequest(wireRequest(request)), signal)
      return readAnswer(readEvents(createFetchResponseParser(), body), request)
    },
  }
}

function protocolFault(detail: string): RefwardError {
  return new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: 'test', detail })
}

function listing(value: LsRefsResponse): RefListing {
  const head = value.refs.find(({ name }) => name === 'HEAD')
  const symref = head?.symrefTarget ?? value.unbornHead
  return {
    refs: value.refs.filter(({ name }) => name !== 'HEAD'),
    head: { ...(symref === undefined ? {} : { symref }), ...(head === undefined ? {} : { id: head.id }) },
    objectFormat: 'sha1',
  }
}

function wireRequest({ deepen, filter, wants, haves, shallow, done, thinPack, includeTag }: FetchRequest): Parameters<typeof renderFetchRequest>[0] {
  const spec = filter === undefined ? undefined : parseFilterSpec(filter)
  return {
    ...EMPTY_FETCH_REQUEST,
    ...{ wants, haves, shallow, done, thinPack, includeTag, ofsDelta: true },
    ...(deepen?.kind === 'depth' ? { deepen: deepen.depth, deepenRelative: deepen.relative } : {}),
    ...(deepen?.kind === 'since-not' && deepen.since !== undefined ? { deepenSince: deepen.since } : {}),
    ...(deepen?.kind === 'since-not' ? { deepenNot: deepen.not } : {}),
    ...(spec?.kind === 'ok' ? { filter: spec.value } : {}),
  }
}

async function* readEvents(parser: EventParser<FetchResponseEvent>, body: AsyncIterable<Uint8Array>): AsyncGenerator<FetchResponseEvent> {
  const check = (result: ReturnType<typeof parser.push>): readonly FetchResponseEvent[] => {
    if (result.kind === 'error') throw protocolFault(result.error.message)
    return result.value
  }
  for await (const chunk of body) yield* check(parser.push(chunk))
  yield* check(parser.end())
}

async function readAnswer(events: AsyncGenerator<FetchResponseEvent>, { onProgress }: FetchRequest): Promise<FetchAnswer> {
  const head = { acknowledgments: { common: [] as readonly string[], ready: false }, shallow: [] as readonly string[], unshallow: [] as readonly string[] }
  for (;;) {
    const step = await events.next()
    if (step.done === true) return { ...head, pack: undefined }
    const event = step.value
    if (event.kind === 'acknowledgments') head.acknowledgments = { common: event.acks, ready: event.ready }
    else if (event.kind === 'shallow-info') Object.assign(head, { shallow: event.shallow, unshallow: event.unshallow })
    else return { ...head, pack: packOf(event, events, onProgress) }
  }
}

async function* packOf(
  first: FetchResponseEvent,
  rest: AsyncGenerator<FetchResponseEvent>,
  onProgress: FetchRequest['onProgress'],
): AsyncGenerator<Uint8Array> {
  const take = (event: FetchResponseEvent): Uint8Array | undefined => {
    if (event.kind === 'progress') onProgress?.(event.data)
    if (event.kind === 'fatal') throw protocolFault(event.message)
    return event.kind === 'data' ? event.data : undefined
  }
  const chunk = take(first)
  if (chunk !== undefined) yield chunk
  for await (const event of rest) {
    const data = take(event)
    if (data !== undefined) yield data
  }
}

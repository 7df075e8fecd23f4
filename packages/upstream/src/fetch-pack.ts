import { RefwardError } from '@refward/core-policy'
import {
  createFetchResponseParser,
  createUploadPackResponseParser,
  EMPTY_FETCH_REQUEST,
  type EventParser,
  type FetchRequest as WireFetchRequest,
  type FetchResponseEvent,
  hasCapability,
  parseFilterSpec,
  renderFetchRequest,
  renderUploadPackRequest,
} from '@refward/git-wire'
import { remoteFault } from './faults.ts'
import { canFetch } from './fetch-features.ts'
import type { GitService, ServiceCall } from './git-service.ts'
import { identity } from './ls-refs.ts'
import { ProgressMeter } from './progress-meter.ts'
import type { ServerVoice } from './server-memory.ts'
import type { Deepen, FetchAnswer, FetchRequest } from './types.ts'

/** More than any repository that a mirror could hold; a forge that sends on beyond it is broken. */
const PACK_BYTES = 256 * 1024 ** 3

/** Asks for objects, and reads the answer as far as its pack. */
export async function sendFetch(service: GitService, call: ServiceCall, { voice, request }: { readonly voice: ServerVoice; readonly request: FetchRequest }): Promise<FetchAnswer> {
  const wire = wireRequest(voice, request)
  const missing = canFetch(voice, wire)
  if (missing !== undefined) throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: `the forge does not offer ${missing}` })
  const { body, parser } = voice.version === 2 ? askV2(wire) : askV0(wire, voice)
  const protocol = voice.version === 2 ? { protocol: 'version=2' as const } : {}
  const batches = await service.stream({ ...call, body, maxBytes: PACK_BYTES, ...protocol }, parser)
  return readAnswer(batches, { service, call, progress: new ProgressMeter(service.context(call), request.onProgress) })
}

function wireRequest({ capabilities }: ServerVoice, request: FetchRequest): WireFetchRequest {
  const { wants, haves, shallow, done, thinPack, includeTag, onProgress } = request
  const filter = request.filter === undefined ? undefined : parseFilterSpec(request.filter)
  if (filter?.kind === 'error') throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: filter.error.message })
  return {
    ...EMPTY_FETCH_REQUEST,
    ...identity(capabilities),
    wants,
    haves,
    shallow,
    done,
    thinPack,
    includeTag,
    ofsDelta: true,
    noProgress: onProgress === undefined,
    ...(request.deepen === undefined ? {} : depthArguments(request.deepen)),
    ...(filter === undefined ? {} : { filter: filter.value }),
  }
}

function depthArguments(deepen: Deepen): Partial<WireFetchRequest> {
  if (deepen.kind === 'depth') return { deepen: deepen.depth, deepenRelative: deepen.relative }
  return { deepenNot: deepen.not, deepenRelative: deepen.relative, ...(deepen.since === undefined ? {} : { deepenSince: deepen.since }) }
}

interface Question {
  readonly body: Uint8Array
  readonly parser: EventParser<FetchResponseEvent>
}

function askV2(request: WireFetchRequest): Question {
  return { body: renderFetchRequest(request), parser: createFetchResponseParser() }
}

function askV0(request: WireFetchRequest, { capabilities }: ServerVoice): Question {
  const sideband = (['side-band-64k', 'side-band'] as const).find((name) => hasCapability(capabilities, name)) ?? 'none'
  const multiAck = (['multi_ack_detailed', 'multi_ack'] as const).find((name) => hasCapability(capabilities, name)) ?? 'none'
  const depth = request.deepen !== undefined || request.deepenSince !== undefined || request.deepenNot.length > 0
  return {
    body: renderUploadPackRequest({ kind: 'fetch', request, multiAck, noDone: false, sideband, round: request.done ? 'pack' : 'negotiation' }),
    parser: createUploadPackResponseParser({ depth, sideband: sideband !== 'none', pack: request.done }),
  }
}

interface Reading {
  readonly service: GitService
  readonly call: ServiceCall
  readonly progress: ProgressMeter
}

async function readAnswer(batches: AsyncGenerator<readonly FetchResponseEvent[], void, undefined>, reading: Reading): Promise<FetchAnswer> {
  let acknowledgments: FetchAnswer['acknowledgments'] = { common: [], ready: false }
  let boundary: Pick<FetchAnswer, 'shallow' | 'unshallow'> = { shallow: [], unshallow: [] }
  for (;;) {
    const next = await batches.next()
    if (next.done === true) return { acknowledgments, ...boundary, pack: undefined }
    for (const [index, event] of next.value.entries()) {
      if (event.kind === 'acknowledgments') acknowledgments = { common: event.acks, ready: event.ready }
      else if (event.kind === 'shallow-info') boundary = { shallow: event.shallow, unshallow: event.unshallow }
      else if (event.kind === 'fatal') throw remoteFault(event.message, reading.service.context(reading.call))
      else return { acknowledgments, ...boundary, pack: readPack(next.value.slice(index), batches, reading) }
    }
  }
}

async function* readPack(
  first: readonly FetchResponseEvent[],
  batches: AsyncGenerator<readonly FetchResponseEvent[], void, undefined>,
  { service, call, progress }: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let events: readonly FetchResponseEvent[] | void = first; events !== undefined; events = (await batches.next()).value) {
      const pieces: Uint8Array[] = []
      for (const event of events) {
        if (event.kind === 'data') pieces.push(event.data)
        else if (event.kind === 'progress') progress.say(event.data)
        else if (event.kind === 'fatal') {
          yield* joined(pieces)
          throw remoteFault(event.message, service.context(call))
        }
      }
      yield* joined(pieces)
    }
  } finally {
    await batches.return()
  }
}

/** In one piece: to copy some kilobytes costs less than to hand them on one by one. */
function joined(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces
}

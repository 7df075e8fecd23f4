import { RefwardError } from '@refward/core-policy'
import { FLUSH_PACKET, type FetchRequest, changesDepth, frameSideband, renderFetchResponseHead, renderFilterSpec } from '@refward/git-wire'
import type { Deepen, FetchRequest as UpstreamRequest } from '@refward/upstream'
import type { ColdFill } from '../mirror/cold-fill.ts'
import { ProgressFeed } from '../mirror/progress-feed.ts'
import { resolveVisibleName } from './admit-request.ts'
import { renderKeepalive, renderNote } from './answer-form.ts'
import type { Answering } from './answer-from-mirror.ts'
import { pace } from './pace.ts'

const SILENCE_MS = 5000

/**
 * Streams the upstream's first pack to a client while it fills the mirror. Whoever wants the same gets the same bytes.
 *
 * @returns whether it was answered; nothing has been sent otherwise, since the pack was complete and put away meanwhile.
 */
export async function* answerFromFill(answering: Answering, fill: ColdFill): AsyncGenerator<Uint8Array, boolean, undefined> {
  const spool = await fill.spool
  if (!fill.isReadable) return false
  // Begun at once: the file stays open for whoever reads it.
  const pack = spool.read(answering.signal)
  try {
    if (answering.form.head !== undefined) yield answering.form.head
    yield* sendPack(answering, pack, fill.progress)
    return true
  } finally {
    await pack.return?.()
  }
}

/** Streams what the upstream makes for this client alone. */
export async function* answerFromUpstream(answering: Answering, includeTag: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  const { source, message, signal, mirror } = answering
  const progress = new ProgressFeed()
  const request = upstreamRequest(answering, includeTag)
  const answer = await source.fetch({ ...request, onProgress: (text) => progress.say(text) }, signal)
  if (answer.pack === undefined) throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: mirror.repo.forge, detail: 'it ended a fetch without a pack' })
  const { shallow, unshallow } = answer
  yield renderFetchResponseHead({ pack: true, ...(changesDepth(message.request) ? { shallowInfo: { shallow, unshallow } } : {}) })
  yield* sendPack(answering, answer.pack, progress)
}

/** The client's request in our own words. Its wants are tips that it sees; it has nothing. */
function upstreamRequest(answering: Answering, includeTag: boolean): UpstreamRequest {
  const { message: { request }, view } = answering
  const deepen = deepenOf(request, (name) => resolveVisibleName(name, view).name)
  return {
    wants: request.wants,
    haves: [],
    shallow: [],
    done: true,
    thinPack: false,
    includeTag,
    ...(deepen === undefined ? {} : { deepen }),
    ...(request.filter === undefined ? {} : { filter: renderFilterSpec(request.filter) }),
  }
}

function deepenOf(request: FetchRequest, fullName: (name: string) => string): Deepen | undefined {
  const { deepen, deepenSince, deepenNot, deepenRelative } = request
  if (!changesDepth(request)) return undefined
  if (deepen !== undefined) return { kind: 'depth', depth: deepen, relative: deepenRelative }
  const since = deepenSince === undefined ? {} : { since: deepenSince }
  return { kind: 'since-not', ...since, not: deepenNot.map(fullName), relative: deepenRelative }
}

/** A pack in the form that the client asked for, with what is said beside it, and something at least every five seconds. */
export async function* sendPack(
  { form, mask }: Answering,
  pack: AsyncIterable<Uint8Array>,
  notes?: ProgressFeed,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { packetLength } = form
  for await (const event of pace(pack[Symbol.asyncIterator](), { ...(notes === undefined ? {} : { notes }), silenceMs: SILENCE_MS })) {
    if (event.kind === 'item' && packetLength !== undefined) yield* frameSideband(1, event.item, packetLength)
    else if (event.kind === 'item') yield event.item
    else if (event.kind === 'note') yield renderNote(form, mask(event.text))
    else yield renderKeepalive(form)
  }
  if (packetLength !== undefined) yield FLUSH_PACKET
}

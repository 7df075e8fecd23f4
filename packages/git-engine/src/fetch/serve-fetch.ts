import { RefwardError, type ReadPermit, type RequestId } from '@refward/core-policy'
import { type FetchRequest, changesDepth } from '@refward/git-wire'
import type { RefListing } from '@refward/upstream'
import { isRefwardError } from '../mirror/mirror-failure.ts'
import type { MirrorSource } from '../mirror/mirror-types.ts'
import type { ColdFill } from '../mirror/cold-fill.ts'
import type { MirrorStore } from '../mirror/mirror-store.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { sparseIds, unprovenIds } from './admit-request.ts'
import { type AnswerForm, type FetchMessage, answerForm, renderErrorPacket, renderFatal, renderFaultText } from './answer-form.ts'
import { type Answering, BrokenAnswer, answerFromMirror } from './answer-from-mirror.ts'
import { answerFromFill, answerFromUpstream } from './answer-cold.ts'
import { answerFromFirstPack } from './answer-from-first-pack.ts'
import type { AnswerPlace } from './packet-watch.ts'
import type { ProofCache } from './proof-cache.ts'
import type { RecentListings } from './recent-listings.ts'
import { type VisibleRefs, viewListing } from './visible-refs.ts'

export interface FetchDependencies {
  readonly git: GitRuntime
  readonly mirrors: MirrorStore
  readonly listings: RecentListings
  readonly proofs: ProofCache
  /** Replaces every live credential in text of the upstream. */
  readonly mask: (text: Uint8Array) => Uint8Array
}

export interface FetchJob {
  readonly permit: ReadPermit
  /** Whose listing it is that the client acts on. */
  readonly session: string
  readonly source: MirrorSource
  readonly message: FetchMessage
  /** Told with every fault, so that its line in the log is found. */
  readonly request?: RequestId
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

/** What became of a fetch. `bytes` went to the client. */
export type FetchOutcome =
  | { readonly kind: 'served'; readonly from: FetchSource; readonly bytes: number }
  | { readonly kind: 'refused'; readonly error: RefwardError; readonly bytes: number }
  | { readonly kind: 'abandoned'; readonly bytes: number }

/** `first-fetch`: the upstream's pack while it fills the mirror. `upstream`: made by the upstream for this client alone. */
export type FetchSource = 'mirror' | 'first-fetch' | 'upstream'

export interface ServedFetch {
  /** The whole answer, errors included. Throws only when the answer can be ended in no other way than by cutting it. */
  readonly body: AsyncIterable<Uint8Array>
  /** Settles when the body has ended or was given up; never rejects. */
  readonly outcome: Promise<FetchOutcome>
}

/** Answers one fetch request of a session. Nothing happens until the body is read. */
export function serveFetch(dependencies: FetchDependencies, job: FetchJob): ServedFetch {
  const outcome = Promise.withResolvers<FetchOutcome>()
  return { body: serve(dependencies, job, outcome.resolve), outcome: outcome.promise }
}

async function* serve(
  dependencies: FetchDependencies,
  job: FetchJob,
  settle: (outcome: FetchOutcome) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const form = answerForm(job.message)
  let bytes = 0
  let end: FetchOutcome['kind'] = 'abandoned'
  const answer = answerFetch(dependencies, job, form)
  try {
    let step = await answer.next()
    for (; step.done !== true; step = await answer.next()) {
      bytes += step.value.length
      yield step.value
    }
    end = 'served'
    settle({ kind: 'served', from: step.value, bytes })
  } catch (error) {
    if (job.signal.aborted) return
    end = 'refused'
    const fault = toFault(error)
    settle({ kind: 'refused', error: fault, bytes })
    yield renderEnd(form, renderFaultText(fault, job.request), placeOf(error, bytes))
  } finally {
    if (end === 'abandoned') settle({ kind: 'abandoned', bytes })
    // Who gives up in the middle lets go of what the answer holds open.
    await answer.return('mirror')
  }
}

function toFault(error: unknown): RefwardError {
  if (error instanceof BrokenAnswer) return error.fault
  return isRefwardError(error) ? error : new RefwardError('RW_INTERNAL', {}, { cause: error })
}

/** Only a pack follows what Refward itself sends before it fails. */
function placeOf(error: unknown, bytes: number): AnswerPlace {
  if (error instanceof BrokenAnswer) return error.place
  return bytes === 0 ? 'lines' : 'side-band'
}

function renderEnd(form: AnswerForm, text: string, place: AnswerPlace): Uint8Array {
  if (place === 'lines') return renderErrorPacket(text)
  const fatal = place === 'side-band' ? renderFatal(form, text) : undefined
  // INVARIANT: what failed never looks whole. Where nothing can be said, the answer is cut.
  if (fatal === undefined) throw new Error('the answer was cut: nothing can be said in it')
  return fatal
}

/** What the client may act on: the listing that it was given, or the upstream's present one. */
interface Scope {
  readonly listing: RefListing
  readonly view: VisibleRefs
}

async function* answerFetch(dependencies: FetchDependencies, job: FetchJob, form: AnswerForm): AsyncGenerator<Uint8Array, FetchSource, undefined> {
  const [mirror, scope] = await Promise.all([dependencies.mirrors.mirror(job.permit.repo), findScope(dependencies, job)])
  const answering: Answering = { ...dependencies, ...job, ...scope, mirror, form }
  const cold = mirror.tips.size === 0 ? planCold(answering) : 'wait'
  if (cold === 'upstream') {
    startFilling(answering)
    yield* answerFromUpstream(answering, needsTags(answering))
    return 'upstream'
  }
  if (cold !== 'wait' && (yield* answerFromFill(answering, cold))) return 'first-fetch'
  if (isPlainClone(job.message.request) && !needsTags(answering) && (yield* answerFromFirstPack(answering))) return 'mirror'
  yield* answerFromMirror(answering)
  return 'mirror'
}

/** How a first client is answered while the mirror has nothing: by the mirror's own first fetch, by the upstream, or after a wait. */
function planCold(answering: Answering): ColdFill | 'upstream' | 'wait' {
  const { message, view, mirror, listing, source } = answering
  const { request } = message
  // The upstream knows nothing of what this session may see, so only what is seen for certain is asked of it.
  if (!request.wants.every((id) => view.tips.has(id)) || sparseIds(request.filter).length > 0) return 'wait'
  const includeTag = needsTags(answering)
  if (includeTag && hidesTags(answering)) return 'wait'
  if (isPlainClone(request)) return mirror.fillFor({ needed: new Set(request.wants), listing, source, includeTag }) ?? 'wait'
  return isFreshPartialClone(message) ? 'upstream' : 'wait'
}

/** Whether tags would come along with the pack that were not asked for by their id. */
function needsTags({ message: { request }, view }: Answering): boolean {
  const wants = new Set(request.wants)
  return request.includeTag && view.refs.some(({ id, peeled }) => peeled !== undefined && !wants.has(id))
}

/** `include-tag` brings every tag that the upstream has, so it is not asked for where one is hidden from this session. */
function hidesTags({ listing, view }: Answering): boolean {
  return listing.refs.some(({ id, peeled }) => peeled !== undefined && !view.tips.has(id))
}

async function findScope({ listings }: FetchDependencies, { permit, session, source, message, signal }: FetchJob): Promise<Scope> {
  const given = listings.recall(session, permit.repo.id)
  if (given !== undefined) {
    const view = viewListing(given, permit)
    if (unprovenIds(message.request, view).size === 0) return { listing: given, view }
  }
  // Either no listing is at hand, or it does not know all that is wanted: the upstream may have moved on.
  const listing = await source.list(signal)
  listings.give(session, permit.repo.id, listing)
  return { listing, view: viewListing(listing, permit) }
}

/** Everything from its wants on, and a pack as every client reads it: the upstream's own pack for the mirror is what it asks for. */
function isPlainClone(request: FetchRequest): boolean {
  return startsFromNothing(request) && request.done && request.ofsDelta && request.filter === undefined && !changesDepth(request)
}

/** A first clone that leaves something out. The mirror would need all of it first; the upstream can answer at once. */
function isFreshPartialClone({ protocol, request }: FetchMessage): boolean {
  return protocol === 2 && startsFromNothing(request) && request.done && (request.filter !== undefined || changesDepth(request))
}

function startsFromNothing({ haves, shallow }: FetchRequest): boolean {
  return haves.length === 0 && shallow.length === 0
}

/** So that the next client is served from here. Its failure is told to whoever asks next. */
function startFilling({ mirror, listing, source, message }: Answering): void {
  void mirror.refresh({ listing, needed: message.request.wants, source }).catch(() => undefined)
}

import { RefwardError } from '@refward/core-policy'
import { type FetchRequest, changesDepth } from '@refward/git-wire'
import type { ListedRef, RefListing } from '@refward/upstream'
import type { MirrorView } from '../mirror/mirror-types.ts'
import type { RepositoryMirror } from '../mirror/repository-mirror.ts'
import { type GitEnd, GitFailure, describeGitEnd } from '../process/git-end.ts'
import { admitRequest, resolveVisibleName, unprovenIds } from './admit-request.ts'
import { type AnswerForm, renderKeepalive, renderNote } from './answer-form.ts'
import { pace } from './pace.ts'
import type { AnswerPlace } from './packet-watch.ts'
import type { FetchDependencies, FetchJob } from './serve-fetch.ts'
import { type UploadPackEnd, runUploadPack } from './upload-pack.ts'
import type { VisibleRefs } from './visible-refs.ts'

/** All that the answer to one fetch needs. */
export interface Answering extends FetchDependencies, FetchJob {
  readonly listing: RefListing
  readonly view: VisibleRefs
  readonly mirror: RepositoryMirror
  readonly form: AnswerForm
}

const ROUNDS = 3
const SILENCE_MS = 5000

/** Serves from the mirror, once it has what is wanted; a mirror that turns out to be damaged is filled anew. */
export async function* answerFromMirror(answering: Answering): AsyncGenerator<Uint8Array, void, undefined> {
  const { mirror, form } = answering
  const needed = neededTips(answering)
  let headSent = false
  for (let round = 0; round < ROUNDS; round += 1) {
    headSent = yield* waitForMirror(answering, needed, headSent)
    const held = await mirror.open()
    try {
      // It was found deleted or changed just now, and is empty.
      if (!needed.isSubsetOf(held.tips)) continue
      const end = yield* runAdmitted(answering, held, headSent ? form.head : undefined)
      if (end.kind === 'done') return
      await handleFailure(answering, held, end)
    } finally {
      held.release()
    }
  }
  throw unavailable(answering, 'it is damaged again and again')
}

/** The tips that must be here: those wanted, and all that the session sees when a want must be proved to be reached by one. */
function neededTips({ message: { request }, view }: Answering): ReadonlySet<string> {
  if (unprovenIds(request, view).size > 0) return view.tips
  const wanted = request.wants.map((id) => (view.tips.has(id) ? id : (view.peeled.get(id) ?? id)))
  return new Set([...wanted, ...request.deepenNot.map((name) => resolveVisibleName(name, view).id)])
}

/** @returns whether the head of the answer went out, because the wait was long and the client should see why. */
async function* waitForMirror(answering: Answering, needed: ReadonlySet<string>, headSent: boolean): AsyncGenerator<Uint8Array, boolean, undefined> {
  const { mirror, listing, source, signal, form } = answering
  if (needed.isSubsetOf(mirror.tips)) return headSent
  const waiting = mirror.refresh({ listing, needed, source, signal })
  let sent = headSent
  for await (const event of pace(end(waiting), { silenceMs: SILENCE_MS })) {
    if (event.kind !== 'silence' || form.head === undefined || form.packetLength === undefined) continue
    if (!sent) yield form.head
    sent = true
    yield form.progress ? renderNote(form, Buffer.from('refward: waiting for the mirror to fill\n')) : renderKeepalive(form)
  }
  return sent
}

/** A sequence of nothing that ends with the work. */
function end(work: Promise<void>): AsyncIterator<never> {
  return { next: () => work.then(() => ({ done: true, value: undefined })) }
}

async function* runAdmitted(answering: Answering, held: MirrorView, head: Uint8Array | undefined): AsyncGenerator<Uint8Array, UploadPackEnd, undefined> {
  const { git, message, view, signal, proofs, form } = answering
  const reach = { git, gitDir: held.gitDir, tips: view.tips.intersection(held.tips), signal }
  const request = await admitRequest(message.request, view, reach, proofs).catch(asFailedRun)
  if ('kind' in request) return request
  const gitDir = await held.withRefs(refsForGit(request, view, held))
  const framed = form.packetLength !== undefined
  return yield* runUploadPack({ git, gitDir, objects: held.objects, message, request, head, framed, signal })
}

/** Git could not read what it must walk through to judge a request: the same as when it cannot answer it. */
function asFailedRun(error: unknown): UploadPackEnd {
  if (error instanceof GitFailure) return { kind: 'failed', passed: 0, place: 'lines', end: error.end }
  throw error
}

/**
 * Git looks at refs by itself for three things: tags that point into a pack, what `deepen-not` names, and how far the client's
 * own boundary is from the tips. For those it gets the refs of the session and no others; mostly it gets none.
 */
function refsForGit(request: FetchRequest, { refs }: VisibleRefs, { tips }: MirrorView): readonly ListedRef[] {
  const followsTags = request.includeTag && refs.some(({ peeled }) => peeled !== undefined)
  return followsTags || changesDepth(request) ? refs.filter(({ name, id }) => name !== 'HEAD' && tips.has(id)) : []
}

/** Git's words for what lies in the request and not in the mirror. */
const CLIENT_FAULT = /no commits selected for shallow requests|unable to parse sparse filter data|sparse.*not a blob/

async function handleFailure(answering: Answering, held: MirrorView, run: Extract<UploadPackEnd, { kind: 'failed' }>): Promise<void> {
  const { signal, mirror } = answering
  signal.throwIfAborted()
  const [fault] = CLIENT_FAULT.exec(run.end.stderr) ?? []
  if (fault !== undefined) throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: fault })
  const reason = `git upload-pack ${describeGitEnd(run.end)}`
  if (isDamage(run.end)) await mirror.reportDamage(held, reason)
  if (run.passed === 0 && isDamage(run.end)) return
  throw new BrokenAnswer(run.place, unavailable(answering, 'it was damaged while it was read', new Error(reason, { cause: run.end })))
}

/**
 * Every id in the request was found in the mirror before, so a git that gives up by itself could not read something that must be
 * there. One that was killed or ran out of time says nothing about the mirror.
 */
function isDamage(end: GitEnd): boolean {
  return end.kind === 'exited'
}

/** An answer that failed after it had begun, and where. */
export class BrokenAnswer extends Error {
  override readonly name: string = 'BrokenAnswer'
  readonly place: AnswerPlace
  readonly fault: RefwardError

  constructor(place: AnswerPlace, fault: RefwardError) {
    super(fault.message, { cause: fault })
    this.place = place
    this.fault = fault
  }
}

export function unavailable({ mirror }: Answering, detail: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: mirror.repo.id, detail }, { cause })
}

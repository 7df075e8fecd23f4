import { RefwardError, type RepoRef } from '@refward/core-policy'
import type { FetchAnswer, FetchRequest, RefListing } from '@refward/upstream'
import type { GitRuntime } from '../process/git-runtime.ts'
import { type ColdFill, indexSpool } from './cold-fill.ts'
import { type Incoming, checkConnected, indexPackStream } from './index-incoming.ts'
import type { MirrorSource } from './mirror-types.ts'

/** Haves that are sent upstream. Tips are few in most repositories; of many, those that the upstream still shows say enough. */
const MAX_HAVES = 2000

/** What is fetched of every repository, whoever asks: branches and tags. Other refs come when somebody wants them. */
export function mirroredIds(listing: RefListing): ReadonlySet<string> {
  const refs = listing.refs.filter(({ name }) => name.startsWith('refs/heads/') || name.startsWith('refs/tags/'))
  return new Set(refs.map(({ id }) => id))
}

/** Every id that a listing shows. */
export function listedIds(listing: RefListing): ReadonlySet<string> {
  const ids = new Set(listing.refs.map(({ id }) => id))
  if (listing.head?.id !== undefined) ids.add(listing.head.id)
  return ids
}

/** The request of one fetch into a mirror. */
export function renderMirrorRequest(
  { wants, includeTag }: Pick<ColdFill, 'wants' | 'includeTag'>,
  tips: ReadonlySet<string>,
  listing: RefListing,
): FetchRequest {
  const shown = [...listedIds(listing)].filter((id) => tips.has(id))
  const haves = [...new Set([...shown, ...tips])].slice(0, MAX_HAVES)
  return { wants: [...wants], haves, shallow: [], done: true, thinPack: haves.length > 0, includeTag }
}

/** Takes a first pack in by way of a spool that clients read meanwhile. @returns its name. */
export async function takeInSpooled(runtime: GitRuntime, incoming: Incoming, fill: ColdFill, { answer }: Fetched): Promise<string> {
  return fill.take(incoming, packOf(answer, incoming.repo), (spool) => indexSpool(runtime, incoming, spool))
}

/** Takes in what is new since the tips that are known. */
export async function takeInNew(runtime: GitRuntime, incoming: Incoming, { answer, wants }: Fetched, known: ReadonlySet<string>): Promise<void> {
  await indexPackStream(runtime, incoming, packOf(answer, incoming.repo))
  await checkConnected(runtime, incoming, { ids: [...wants], known })
}

function packOf(answer: FetchAnswer, repo: RepoRef): AsyncIterable<Uint8Array> {
  // Without its history a repository can be neither mirrored nor checked: what is new cannot be told from what is missing.
  if (answer.shallow.length > 0) {
    throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: repo.id, detail: 'the repository on the forge is itself a shallow clone' })
  }
  if (answer.pack === undefined) {
    throw new RefwardError('RW_UPSTREAM_PROTOCOL', { forge: repo.forge, detail: 'it ended a fetch without a pack' })
  }
  return answer.pack
}

export interface Fetched {
  readonly answer: FetchAnswer
  /** What was asked for in the end. */
  readonly wants: ReadonlySet<string>
}

/**
 * Asks the upstream once, and once more when a wanted id is no longer there: a branch may move or go between a listing and the
 * fetch, and one stale id must not fail everybody who waits.
 */
export async function fetchFromUpstream(source: MirrorSource, request: FetchRequest, signal: AbortSignal): Promise<Fetched> {
  try {
    return { answer: await source.fetch(request, signal), wants: new Set(request.wants) }
  } catch (error) {
    if (signal.aborted) throw error
    const listed = listedIds(await source.list(signal))
    const wants = request.wants.filter((id) => listed.has(id))
    if (wants.length === request.wants.length || wants.length === 0) throw error
    return { answer: await source.fetch({ ...request, wants }, signal), wants: new Set(wants) }
  }
}

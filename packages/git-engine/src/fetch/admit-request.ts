import { RefwardError } from '@refward/core-policy'
import type { AdvertisedRef, FetchRequest, FilterSpec } from '@refward/git-wire'
import { WantDenied } from '../mirror/want-denied.ts'
import { GitFailure } from '../process/git-end.ts'
import type { ProofCache } from './proof-cache.ts'
import { type Reach, findDoubtfulObjects, findReachableObjects, findTypes, findUnreachableCommits } from './reachability.ts'
import type { VisibleRefs } from './visible-refs.ts'

/** Ids that a request has the server read, besides its tips: they are served only to who can see them. */
export function unprovenIds({ wants, filter }: FetchRequest, view: VisibleRefs): ReadonlySet<string> {
  const ids = [...wants, ...sparseIds(filter)]
  return new Set(ids.filter((id) => !view.tips.has(id) && !view.peeled.has(id)))
}

/** Blobs that hold the patterns of a filter. */
export function sparseIds(filter: FilterSpec | undefined): readonly string[] {
  if (filter?.kind === 'combine') return filter.filters.flatMap(sparseIds)
  return filter?.kind === 'sparse-oid' ? [filter.id] : []
}

/**
 * The request that git may be given for this client.
 *
 * INVARIANT: every id in it is a tip that the session sees, or is reached by one. That goes for what the client says to have as
 * well: upload-pack acknowledges any object of the mirror, hidden branches, kept tips and old history included, so a `have` or
 * `shallow` would tell whether a hidden object exists, and a pack made thin against it would tell what differs. Leaving such
 * an id out costs nothing but bytes. `transfer.hideRefs` would not do: it hides names, not objects.
 *
 * @throws RefwardError RW_WANT_DENIED for a want that is not reached, RW_FETCH_UNSUPPORTED for a ref that is not shown.
 */
export async function admitRequest(request: FetchRequest, view: VisibleRefs, reach: Reach, proofs: ProofCache): Promise<FetchRequest> {
  const [held] = await Promise.all([reachableCommits(request, view, reach), proveWants(unprovenIds(request, view), reach, proofs)])
  const { agent: _agent, sessionId: _session, ...rest } = request
  return {
    ...rest,
    haves: admitHaves(request, held),
    shallow: request.shallow.filter((id) => held.has(id)),
    deepenNot: request.deepenNot.map((name) => resolveVisibleName(name, view).name),
  }
}

/** The id of no object: SHA-1 does not give it. */
const NOBODYS_ID = 'f'.repeat(40)

/** A negotiation in which nothing is common is not a clone: without any `have` git would not answer with acknowledgments. */
function admitHaves({ haves, done }: FetchRequest, held: ReadonlySet<string>): readonly string[] {
  const admitted = haves.filter((id) => held.has(id))
  return admitted.length === 0 && haves.length > 0 && !done ? [NOBODYS_ID] : admitted
}

const HAVES_TIME_MS = 10_000

/** Which of the client's own commits the session can see. When that takes too long to tell, none but tips: always safe. */
async function reachableCommits({ haves, shallow }: FetchRequest, view: VisibleRefs, reach: Reach): Promise<ReadonlySet<string>> {
  const ids = new Set([...haves, ...shallow])
  const tips = ids.intersection(view.tips)
  const others = ids.difference(tips)
  if (others.size === 0) return tips
  try {
    const bounded = { ...reach, timeMs: HAVES_TIME_MS }
    const [types, unreachable] = await Promise.all([findTypes(bounded, [...others]), findUnreachableCommits(bounded, others)])
    return tips.union(new Set([...others].filter((id) => types.get(id) === 'commit' && !unreachable.has(id))))
  } catch (error) {
    if (error instanceof GitFailure && error.end.kind === 'timed-out') return tips
    throw error
  }
}

async function proveWants(ids: ReadonlySet<string>, reach: Reach, proofs: ProofCache): Promise<void> {
  const open = proofs.unproven(reach.tips, ids)
  if (open.size === 0) return
  const types = await findTypes(reach, [...open])
  const commits = new Set([...open].filter((id) => types.get(id) === 'commit'))
  const objects = open.difference(commits)
  // The mirror has all that the visible tips reach, so what it does not have is not reached.
  deny([...open].find((id) => !types.has(id)))
  if (commits.size > 0) deny(first(await findUnreachableCommits(reach, commits, 1)))
  if (objects.size > 0) await proveObjects(objects, reach)
  proofs.prove(reach.tips, open)
}

async function proveObjects(objects: ReadonlySet<string>, reach: Reach): Promise<void> {
  const doubtful = await findDoubtfulObjects(reach, objects)
  if (doubtful.size > 0) deny(first(doubtful.difference(await findReachableObjects(reach, doubtful))))
}

function deny(id: string | undefined): void {
  if (id !== undefined) throw new WantDenied(id)
}

function first(ids: ReadonlySet<string>): string | undefined {
  return ids.values().next().value
}

/** Git's rules for short names, in git's order (gitrevisions). */
const SHORT_NAMES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `refs/${name}`,
  (name) => `refs/tags/${name}`,
  (name) => `refs/heads/${name}`,
  (name) => `refs/remotes/${name}`,
]

/** The ref that a name of `deepen-not` stands for, among those that the session is shown. */
export function resolveVisibleName(name: string, view: VisibleRefs): AdvertisedRef {
  const [ref, other] = SHORT_NAMES.flatMap((expand) => view.refs.filter((candidate) => candidate.name === expand(name)))
  if (ref === undefined) throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: `there is no ref ${name} to leave out` })
  if (other !== undefined) throw new RefwardError('RW_FETCH_UNSUPPORTED', { detail: `the ref name ${name} is ambiguous` })
  return ref
}

import { type ErrorValues, type LeaseValue, type Problem, type Refspec, type RefwardCode, ZERO_ID, createRefusal } from '@refward/core-policy'
import { completeRef, matchRefPattern } from './complete-ref.ts'
import type { ListedRepository } from './upload-pack-talk.ts'

/** What a client wants to push. */
export interface PushWish {
  readonly refspecs: readonly Refspec[]
  readonly force: boolean
  /** Every tag of the work tree too. */
  readonly tags: boolean
  /** `tracking`: every ref must be as its remote-tracking branch says. */
  readonly leases: 'none' | 'tracking' | readonly LeaseValue[]
  /** The name of the remote in the work tree, for its remote-tracking branches; undefined for an address. */
  readonly remoteName: string | undefined
}

/** One ref of the forge that is to change, or is as it should be already. */
export interface ResolvedUpdate {
  /** Full name on the forge. */
  readonly ref: string
  /** Full name in the work tree, where there is one. */
  readonly source: string | undefined
  /** Zero to delete. */
  readonly newId: string
  /** What the forge has now; zero for nothing. */
  readonly current: string
  /** What the client believes the forge to have. */
  readonly oldId: string
  /** The client wants it to change in whichever way. */
  readonly forced: boolean
}

export type ResolvedPush = { readonly kind: 'ok'; readonly updates: readonly ResolvedUpdate[] } | { readonly kind: 'error'; readonly problems: readonly Problem[] }

/** Where the names of a push are looked up: what git lists here and what the forge shows to the session. */
interface PushSides {
  readonly local: ListedRepository
  readonly remote: readonly { readonly name: string; readonly id: string }[]
}

/**
 * What `git push` with these refspecs would send, as git works it out from both sides' refs. Nothing is evaluated: a commit is named by a ref or by its whole id.
 * All that is wrong is told at once.
 */
export function resolvePush(wish: PushWish, sides: PushSides): ResolvedPush {
  const resolver = new PushResolver(wish, sides)
  for (const refspec of wish.tags ? [...wish.refspecs, ALL_TAGS] : wish.refspecs) resolver.add(refspec)
  return resolver.finish()
}

const ALL_TAGS: Refspec = { kind: 'pattern', force: false, source: 'refs/tags/*' }

interface Pair {
  readonly source: string | undefined
  readonly newId: string
  readonly ref: string
  readonly force: boolean
}

class PushResolver {
  readonly #wish: PushWish
  readonly #local: ReadonlyMap<string, string>
  readonly #remote: ReadonlyMap<string, string>
  readonly #head: string | undefined
  readonly #pairs: Pair[] = []
  readonly #problems: Problem[] = []

  constructor(wish: PushWish, { local, remote }: PushSides) {
    this.#wish = wish
    this.#local = new Map(local.refs.map(({ name, id }) => [name, id]))
    this.#remote = new Map(remote.map(({ name, id }) => [name, id]))
    this.#head = local.head
  }

  add(refspec: Refspec): void {
    switch (refspec.kind) {
      case 'negative':
        return
      case 'matching':
        return this.#addPattern({ kind: 'pattern', force: refspec.force, source: 'refs/heads/*' }, (ref) => this.#remote.has(ref))
      case 'pattern':
        return this.#addPattern(refspec, () => true)
      case 'delete':
        return this.#addDeletion(refspec)
      case 'update':
        return this.#addUpdate(refspec)
    }
  }

  finish(): ResolvedPush {
    const unique = new Map(this.#pairs.map((pair) => [`${pair.ref} ${pair.newId}`, pair]))
    const updates = [...unique.values()].map((pair) => this.#resolve(pair))
    return this.#problems.length > 0 ? { kind: 'error', problems: this.#problems } : { kind: 'ok', updates }
  }

  #addPattern({ source, destination = source, force }: Extract<Refspec, { kind: 'pattern' }>, wanted: (ref: string) => boolean): void {
    for (const [name, newId] of this.#local) {
      const middle = name === 'HEAD' ? undefined : matchRefPattern(source, name)
      if (middle === undefined || this.#isExcluded(name)) continue
      const ref = destination.replace('*', () => middle)
      if (wanted(ref)) this.#pairs.push({ source: name, newId, ref, force })
    }
  }

  #isExcluded(name: string): boolean {
    return this.#wish.refspecs.some(({ kind, ...spec }) => kind === 'negative' && 'source' in spec && typeof spec.source === 'string' && isNamed(spec.source, name))
  }

  #addDeletion({ destination, force }: Extract<Refspec, { kind: 'delete' }>): void {
    const found = completeRef(destination, new Set(this.#remote.keys()))
    if (found.kind === 'found') this.#pairs.push({ source: undefined, newId: ZERO_ID, ref: found.name, force })
    else if (found.kind === 'none') this.#refuse('RW_REF_MISSING', { ref: destination })
    else this.#refuseRefspec(`:${destination}`, 'it names more than one ref of the forge', `write one of ${found.names.join(', ')}`)
  }

  #addUpdate({ source, destination, force }: Extract<Refspec, { kind: 'update' }>): void {
    const from = this.#findSource(source)
    const ref = from === undefined ? undefined : this.#findDestination(from.name, destination)
    if (from !== undefined && ref !== undefined) this.#pairs.push({ source: from.name, newId: from.id, ref, force })
  }

  #findSource(source: Extract<Refspec, { kind: 'update' }>['source']): { readonly name: string | undefined; readonly id: string } | undefined {
    if (source.kind === 'object') return { name: undefined, id: source.id }
    if (source.kind === 'revision') return this.#refuseRefspec(source.text, 'revisions are not evaluated here', 'write a branch, a tag, HEAD, or the whole id of a commit: git rev-parse prints it')
    const found = source.kind === 'head' ? { kind: 'found', name: 'HEAD' } as const : completeRef(source.name, new Set(this.#local.keys()))
    if (found.kind === 'several') return this.#refuseRefspec(source.kind === 'ref' ? source.name : 'HEAD', 'it names more than one ref of the work tree', `write one of ${found.names.join(', ')}`)
    const id = found.kind === 'found' ? this.#local.get(found.name) : undefined
    if (found.kind === 'none' || id === undefined) return this.#refuseRefspec(source.kind === 'ref' ? source.name : 'HEAD', 'the work tree has no such ref', 'git branch and git tag list what can be pushed; a new branch needs a commit first')
    return { name: found.name === 'HEAD' ? this.#head : found.name, id }
  }

  #findDestination(source: string | undefined, destination: string | undefined): string | undefined {
    if (destination === undefined) {
      return source ?? this.#refuseRefspec('HEAD', 'nothing says which branch it is', 'name the branch on the forge too: HEAD:refs/heads/<name>')
    }
    if (destination.startsWith('refs/')) return destination
    const found = completeRef(destination, new Set(this.#remote.keys()))
    if (found.kind === 'found') return found.name
    if (found.kind === 'several') return this.#refuseRefspec(destination, 'it names more than one ref of the forge', `write one of ${found.names.join(', ')}`)
    const [, place] = /^(refs\/(?:heads|tags)\/)/.exec(source ?? '') ?? []
    if (place !== undefined) return `${place}${destination}`
    return this.#refuseRefspec(destination, 'nothing says whether it is a branch or a tag', `write refs/heads/${destination} or refs/tags/${destination}`)
  }

  #resolve({ ref, source, newId, force }: Pair): ResolvedUpdate {
    const current = this.#remote.get(ref) ?? ZERO_ID
    const lease = this.#findLease(ref)
    const forced = force || this.#wish.force || lease !== undefined
    if (lease === 'unknown' && current !== newId) this.#refuse('RW_REF_STALE', { ref })
    return { ref, source, newId, current, oldId: lease === undefined || lease === 'unknown' ? current : lease, forced }
  }

  /** What the client expects the forge to have; undefined when it said nothing of this ref. */
  #findLease(ref: string): string | undefined {
    const { leases } = this.#wish
    if (leases === 'none') return undefined
    if (leases === 'tracking') return this.#findTracked(ref)
    const lease = leases.findLast((candidate) => isNamed(candidate.ref.startsWith('refs/') ? candidate.ref : `refs/heads/${candidate.ref}`, ref) || candidate.ref === ref)
    if (lease === undefined) return undefined
    switch (lease.expected?.kind) {
      case undefined:
        return this.#findTracked(ref)
      case 'absent':
        return ZERO_ID
      case 'object':
        return lease.expected.id
      case 'revision':
        this.#refuseRefspec(lease.text, 'revisions are not evaluated here', 'write the whole id that is expected')
        return 'unknown'
    }
  }

  #findTracked(ref: string): string {
    const { remoteName } = this.#wish
    if (remoteName === undefined || !ref.startsWith('refs/heads/')) return 'unknown'
    return this.#local.get(`refs/remotes/${remoteName}/${ref.slice('refs/heads/'.length)}`) ?? 'unknown'
  }

  #refuseRefspec(refspec: string, detail: string, remedy: string): undefined {
    this.#refuse('RW_REFSPEC_INVALID', { refspec, detail, remedy })
  }

  #refuse<C extends RefwardCode>(code: C, values: ErrorValues<C>): void {
    const { message, hint } = createRefusal(code, { rule: 'refspecs' }, values)
    this.#problems.push({ path: 'refspecs', code, message, hint })
  }
}

function isNamed(pattern: string, name: string): boolean {
  return pattern === name || (pattern.includes('*') && matchRefPattern(pattern, name) !== undefined)
}

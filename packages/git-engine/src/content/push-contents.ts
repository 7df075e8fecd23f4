import { type CommitFact, type ObjectId, type ObjectsFact, type RepositoryLimits, parseObjectId } from '@refward/core-policy'
import { pushRefused } from '../push/push-refused.ts'
import { type CommitObject, parseCommitObject, parseTagObject } from './commit-object.ts'
import { longestDeltaChain } from './delta-depth.ts'
import type { ListedObject } from './object-listing.ts'
import type { ObjectType, StreamedObject } from './object-stream.ts'
import { UnexpectedGitOutput } from './records.ts'

/** Commits and tags are read whole. Git itself makes none that comes near this size. */
const MAX_HEADED_BYTES = 1024 * 1024
const MESSAGE_CHARACTERS = 64 * 1024

type NewObject = Extract<ListedObject, { kind: 'commit' | 'other' }>

/** What a push brings, added up while its objects go by on their way to the scanner. Stops the push at the first limit it breaks. */
export class PushContents {
  readonly #limits: RepositoryLimits
  readonly ids: Set<string> = new Set()
  readonly commits: CommitFact[] = []
  readonly parents: Map<string, readonly string[]> = new Map()
  /** Which commit has this tree at its top. */
  readonly commitOfTree: Map<string, string> = new Map()
  /** What each new tag points at. */
  readonly tags: Map<string, string> = new Map()
  /** New commits and tags. */
  readonly brings: ObjectId[] = []
  readonly #deltaBases = new Map<string, string>()
  #bytes = 0
  #largest: { readonly id: string; readonly bytes: number } | undefined

  constructor(limits: RepositoryLimits) {
    this.#limits = limits
  }

  /** Takes note of an object before its content is read. */
  begin(listed: NewObject, object: StreamedObject): void {
    // The one list feeds several children; an answer to another question must not be taken for an answer to this one.
    if (listed.id !== object.id) throw new UnexpectedGitOutput('git cat-file answered for another object')
    if ((listed.kind === 'commit') !== (object.type === 'commit')) throw new UnexpectedGitOutput(`git lists a ${object.type} in the wrong place`)
    this.ids.add(object.id)
    this.#bytes += object.size
    if (object.deltaBase !== undefined) this.#deltaBases.set(object.id, object.deltaBase)
    if (object.size > (this.#largest?.bytes ?? -1)) this.#largest = { id: object.id, bytes: object.size }
    this.#checkObject(listed, object)
  }

  /** Takes the content of a commit or tag. */
  addHeaded(text: string, type: ObjectType, content: Uint8Array): void {
    const id = parseObjectId(text)
    const parsed = type === 'tag' ? parseTagObject(content) : parseCommitObject(content)
    if (id.kind === 'error' || parsed === undefined) throw malformed(text)
    this.brings.push(id.value)
    if ('tree' in parsed) this.#addCommit(id.value, parsed)
    else this.tags.set(id.value, parsed.object)
  }

  /** What has been added up; checks what can only be known at the end. */
  finish(): Omit<ObjectsFact, 'unreachable'> {
    const { depth } = this.#limits
    if (longestDeltaChain(this.#deltaBases) > depth) throw tooDeep('a chain of deltas', depth)
    // A tag of a tag of a tag: the same kind of chain.
    if (longestDeltaChain(this.tags) > depth) throw tooDeep('a tag of a tag', depth)
    return { count: this.ids.size, bytes: this.#bytes, largest: this.#largest }
  }

  #addCommit(id: ObjectId, { author, committer, message, ...commit }: CommitObject): void {
    this.commits.push({ id, author, committer, message: message.slice(0, MESSAGE_CHARACTERS) })
    this.parents.set(id, commit.parents)
    this.commitOfTree.set(commit.tree, id)
    if (this.commits.length > this.#limits.commits) {
      throw pushRefused('RW_LIMIT_COMMITS', { rule: 'limits.commits' }, { limit: this.#limits.commits })
    }
  }

  #checkObject(listed: NewObject, { id, type, size }: StreamedObject): void {
    const limits = this.#limits
    if (this.ids.size > limits.objects) throw pushRefused('RW_LIMIT_OBJECTS', { rule: 'limits.objects' }, { limit: limits.objects })
    const limit = type === 'commit' || type === 'tag' ? Math.min(limits.object, MAX_HEADED_BYTES) : limits.object
    if (size > limit) throw pushRefused('RW_LIMIT_OBJECT_BYTES', { rule: 'limits.object' }, { id, size, limit })
    if (this.#bytes > limits.unpacked) throw pushRefused('RW_LIMIT_TOTAL_BYTES', { rule: 'limits.unpacked' }, { limit: limits.unpacked })
    if (listed.kind === 'other' && directoriesIn(listed.path) > limits.depth) throw tooDeep('a directory', limits.depth)
  }
}

function directoriesIn(path: string): number {
  let count = 0
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) count += 1
  return count
}

function tooDeep(what: string, limit: number): Error {
  return pushRefused('RW_LIMIT_DEPTH', { rule: 'limits.depth' }, { what, limit })
}

/** `index-pack --strict` has let it through, so this is a form that only Refward does not read. */
function malformed(id: string): Error {
  return pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: `object ${id} has an unusual form` })
}

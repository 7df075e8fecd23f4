import { createHash } from 'node:crypto'

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

/** An object with the id that git gives to it. Its content is anything, well-formed or not. */
export interface RawObject {
  readonly type: ObjectType
  readonly content: Buffer
  readonly id: string
}

export interface TreeEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000' | '40000' | (string & {})
  readonly name: string | Uint8Array
  readonly id: string
}

export interface CommitFields {
  readonly tree: string
  readonly parents?: readonly string[]
  readonly author?: string
  readonly committer?: string
  readonly message?: string | Uint8Array
  /** Lines between the committer and the message, without their ends. */
  readonly headers?: readonly string[]
}

export interface TagFields {
  readonly object: string
  readonly type: ObjectType
  readonly name?: string
  readonly tagger?: string
  readonly message?: string
}

const IDENTITY = 'Fixer <fixer@agents.example> 1700000000 +0000'

export function rawObject(type: ObjectType, content: string | Uint8Array): RawObject {
  const bytes = Buffer.from(content)
  const id = createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
  return { type, content: bytes, id }
}

export function blob(content: string | Uint8Array): RawObject {
  return rawObject('blob', content)
}

/** Entries are written in git's order, unless they are to be kept as given. */
export function tree(entries: readonly TreeEntry[], order: 'sorted' | 'as-given' = 'sorted'): RawObject {
  const parts = (order === 'sorted' ? entries.toSorted(byGitOrder) : entries).map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, 'hex')]),
  )
  return rawObject('tree', Buffer.concat(parts))
}

export function commit({ tree: treeId, parents = [], author = IDENTITY, committer = IDENTITY, message = 'change\n', headers = [] }: CommitFields): RawObject {
  const lines = [`tree ${treeId}`, ...parents.map((id) => `parent ${id}`), `author ${author}`, `committer ${committer}`, ...headers]
  return rawObject('commit', Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), Buffer.from(message)]))
}

export function tag({ object, type, name = 'v', tagger = IDENTITY, message = 'tag\n' }: TagFields): RawObject {
  return rawObject('tag', `object ${object}\ntype ${type}\ntag ${name}\ntagger ${tagger}\n\n${message}`)
}

/** Git compares names as bytes, a directory's as if it ended in a slash. */
function byGitOrder(a: TreeEntry, b: TreeEntry): number {
  return Buffer.compare(sortKey(a), sortKey(b))
}

function sortKey({ mode, name }: TreeEntry): Buffer {
  return Buffer.concat([Buffer.from(name), Buffer.from(mode === '40000' ? '/' : '')])
}

/** Who made a commit, as the object says it; nothing of it has been verified. */
interface Identity {
  readonly name: string
  readonly email: string
}

/** What a commit object says. Git has checked its form (`index-pack --strict`) before it is read here. */
export interface CommitObject {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Identity
  readonly committer: Identity
  readonly message: string
  /** A signature is there. Nobody has verified it. */
  readonly signed: boolean
}

/** Header lines in their order; a line that begins with a space goes on with the one before, as signatures do. */
interface ObjectHeader {
  readonly name: string
  readonly value: string
}

const ID = /^[0-9a-f]{40}$/
/** One address and no other angle bracket: git's strict check refuses the rest, which readers take apart in different ways. */
const IDENTITY = /^([^<>]*)<([^<>]*)>[^<>]*$/s

/**
 * Reads a raw commit object. Headers are read by their place, as git reads them: `tree`, then every `parent`, then `author`
 * and `committer`; what comes behind cannot add another parent or author.
 *
 * @returns undefined for bytes that are not a commit.
 */
export function parseCommitObject(bytes: Uint8Array): CommitObject | undefined {
  const { headers, message } = splitObject(bytes)
  const [tree, ...rest] = headers
  const count = rest.findIndex((header) => header.name !== 'parent')
  if (count < 0) return undefined
  const parents = rest.slice(0, count).map((header) => header.value)
  const author = parseIdentity(rest[count], 'author')
  const committer = parseIdentity(rest[count + 1], 'committer')
  if (tree?.name !== 'tree' || author === undefined || committer === undefined) return undefined
  if (![tree.value, ...parents].every((id) => ID.test(id))) return undefined
  const extra = rest.slice(count + 2)
  return { tree: tree.value, parents, author, committer, message, signed: extra.some(({ name }) => name === 'gpgsig' || name === 'gpgsig-sha256') }
}

/** What a tag object says that matters here: what it points at. */
export interface TagObject {
  readonly object: string
  readonly type: string
}

/** Reads a raw tag object. @returns undefined for bytes that are not a tag. */
export function parseTagObject(bytes: Uint8Array): TagObject | undefined {
  const [object, type] = splitObject(bytes).headers
  if (object?.name !== 'object' || type?.name !== 'type' || !ID.test(object.value)) return undefined
  return { object: object.value, type: type.value }
}

function splitObject(bytes: Uint8Array): { readonly headers: readonly ObjectHeader[]; readonly message: string } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const end = text.indexOf('\n\n')
  const head = end < 0 ? text.replace(/\n$/, '') : text.slice(0, end)
  const headers = head.split(/\n(?! )/).map((line) => {
    const space = line.indexOf(' ')
    return space < 0 ? { name: line, value: '' } : { name: line.slice(0, space), value: line.slice(space + 1) }
  })
  return { headers, message: end < 0 ? '' : text.slice(end + 2) }
}

function parseIdentity(header: ObjectHeader | undefined, name: string): Identity | undefined {
  if (header?.name !== name) return undefined
  const [, who, email] = IDENTITY.exec(header.value) ?? []
  return who === undefined || email === undefined ? undefined : { name: who.trim(), email }
}

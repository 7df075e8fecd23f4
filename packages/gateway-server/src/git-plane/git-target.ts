/** What a request on the git plane asks for, read from its raw target alone. */
export type GitTarget =
  | { readonly kind: 'advertise'; readonly repository: RepositoryAddress; readonly service: GitService }
  | { readonly kind: 'call'; readonly repository: RepositoryAddress; readonly service: GitService }
  | { readonly kind: 'lfs'; readonly repository: RepositoryAddress }
  | { readonly kind: 'dumb'; readonly repository: RepositoryAddress }
  | { readonly kind: 'malformed'; readonly reason: string }

export type GitService = 'git-upload-pack' | 'git-receive-pack'

/** A repository as a client spelled it; core-policy maps it to the canonical one. */
interface RepositoryAddress {
  readonly forge: string
  readonly path: string
}

const PREFIX = '/git/'
const MAX_TARGET_LENGTH = 1024
const MAX_SEGMENTS = 20
const SEGMENT = /^[A-Za-z0-9_~.-]{1,100}$/
const SERVICES: readonly GitService[] = ['git-upload-pack', 'git-receive-pack']

/**
 * Reads `/git/<forge>/<owner>/<repo>[.git]/<endpoint>[?service=…]`.
 *
 * The raw target is read, not a decoded one: a percent sign, an empty or dot segment and a second query field are malformed, so that
 * no two spellings of a repository reach policy and disk as different ones.
 */
export function parseGitTarget(method: string, rawTarget: string): GitTarget {
  if (rawTarget.length > MAX_TARGET_LENGTH) return malformed('the request target is too long')
  const question = rawTarget.indexOf('?')
  const path = question < 0 ? rawTarget : rawTarget.slice(0, question)
  const query = question < 0 ? undefined : rawTarget.slice(question + 1)
  if (!path.startsWith(PREFIX)) return malformed('the path does not begin with /git/')

  const segments = path.slice(PREFIX.length).split('/')
  if (segments.length > MAX_SEGMENTS) return malformed('the path has too many segments')
  if (!segments.every(isPlainSegment)) return malformed('the path has an empty, dotted or encoded segment')
  return splitEndpoint(method, segments, query)
}

function splitEndpoint(method: string, segments: readonly string[], query: string | undefined): GitTarget {
  const last = segments.at(-1)
  const lfs = findLfs(segments)
  if (lfs > 0) return withRepository(segments.slice(0, lfs), (repository) => ({ kind: 'lfs', repository }))

  const called = SERVICES.find((service) => service === last)
  if (called !== undefined) {
    if (method !== 'POST' || query !== undefined) return malformed(`${called} takes a POST without a query`)
    return withRepository(segments.slice(0, -1), (repository) => ({ kind: 'call', repository, service: called }))
  }
  if (last === 'refs' && segments.at(-2) === 'info') {
    return withRepository(segments.slice(0, -2), (repository) => advertise(method, repository, query))
  }
  return withRepository(segments.slice(0, 3), (repository) => ({ kind: 'dumb', repository }))
}

function advertise(method: string, repository: RepositoryAddress, query: string | undefined): GitTarget {
  if (method !== 'GET') return malformed('info/refs takes a GET')
  if (query === undefined || query === '') return { kind: 'dumb', repository }
  const service = SERVICES.find((name) => query === `service=${name}`)
  return service === undefined ? malformed('info/refs takes service=git-upload-pack or service=git-receive-pack alone') : { kind: 'advertise', repository, service }
}

/** `<repo>.git/info/lfs/…` and the locking API below it; -1 where the path is not one. */
function findLfs(segments: readonly string[]): number {
  return segments.findIndex((segment, index) => segment === 'info' && segments[index + 1] === 'lfs' && index >= 3)
}

function withRepository(segments: readonly string[], then: (repository: RepositoryAddress) => GitTarget): GitTarget {
  const [forge, ...rest] = segments
  const name = rest.pop()?.replace(/\.git$/, '')
  if (forge === undefined || name === undefined || name === '' || rest.length === 0) return malformed('the path names no forge, owner and repository')
  return then({ forge, path: [...rest, name].join('/') })
}

function isPlainSegment(segment: string): boolean {
  return SEGMENT.test(segment) && segment !== '.' && segment !== '..'
}

function malformed(reason: string): GitTarget {
  return { kind: 'malformed', reason }
}

/** Where a command leads: a remote by its name, which the caller looks up, or an address. */
export type Remote =
  /** Without a remote of this name git would take it for a path: the caller must know it. */
  | { readonly kind: 'named'; readonly name: string }
  | RemoteUrl

export interface RemoteUrl {
  readonly kind: 'url'
  readonly transport: 'http' | 'https' | 'ssh'
  /** As written; compare it with case folded. */
  readonly host: string
  readonly port?: number
  /** Of ssh; an address of http has none, for that is where credentials go. */
  readonly user?: string
  /** Without a slash at its beginning. */
  readonly path: string
  /** `git@host:path` */
  readonly scp: boolean
}

/** Why a text is no remote. */
export type RemoteProblem = { readonly kind: 'transport'; readonly transport: string } | { readonly kind: 'malformed' }

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/
const WITH_SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/
const AUTHORITY = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([1-9][0-9]{0,4}))?\/(.*)$/
const SCP_LIKE = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):(.+)$/
const PATH_PART = /^[A-Za-z0-9._~+@-]+$/

const TRANSPORTS: ReadonlyMap<string, RemoteUrl['transport']> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ssh', 'ssh'],
  ['git+ssh', 'ssh'],
  ['ssh+git', 'ssh'],
])

/** Reads a remote as git would, but for the transports that are not ours. */
export function parseRemote(text: string): Remote | RemoteProblem {
  const helper = /^([^/:]*)::/.exec(text)
  if (helper !== null) return { kind: 'transport', transport: `the helper ${helper[1] ?? ''}::` }
  const [, scheme, rest = ''] = WITH_SCHEME.exec(text) ?? []
  if (scheme !== undefined) return parseUrl(scheme, rest)
  const colon = text.indexOf(':')
  const slash = text.indexOf('/')
  // git takes a colon before the first slash for a host; else it is a path.
  if (colon >= 0 && (slash < 0 || colon < slash)) return parseScp(text)
  if (colon < 0 && text.length <= 100 && NAME.test(text) && !text.includes('..') && !/\.(?:lock|bundle)$/i.test(text)) return { kind: 'named', name: text }
  return /^[./~]|[/\\]|\.bundle$/.test(text) ? { kind: 'transport', transport: 'a path' } : { kind: 'malformed' }
}

function parseUrl(scheme: string, rest: string): Remote | RemoteProblem {
  // git compares schemes as they are: HTTPS:// would call a helper of that name.
  const transport = TRANSPORTS.get(scheme)
  if (transport === undefined) return { kind: 'transport', transport: `${scheme}://` }
  const [, user, host, port, path] = AUTHORITY.exec(rest) ?? []
  if (host === undefined || path === undefined || !isPath(path)) return { kind: 'malformed' }
  if (user !== undefined && transport !== 'ssh') return { kind: 'malformed' }
  if (host.includes('..') || Number(port ?? 0) > 65_535) return { kind: 'malformed' }
  return { kind: 'url', transport, host, ...(port === undefined ? {} : { port: Number(port) }), ...(user === undefined ? {} : { user }), path, scp: false }
}

function parseScp(text: string): Remote | RemoteProblem {
  const [, user, host, path] = SCP_LIKE.exec(text) ?? []
  if (host === undefined || path === undefined || host.includes('..')) return { kind: 'malformed' }
  // A path from the root, or from the home directory: git@host:/srv/x is another repository than git@host:x.
  if (!isPath(path.startsWith('/') ? path.slice(1) : path)) return { kind: 'malformed' }
  return { kind: 'url', transport: 'ssh', host, ...(user === undefined ? {} : { user }), path, scp: true }
}

/** No `..`, percent sign, query or fragment: readers disagree about where such a path leads. One slash at the end is let be. */
function isPath(path: string): boolean {
  const parts = path.replace(/\/$/, '').split('/')
  return parts.length <= 24 && parts.every((part) => PATH_PART.test(part) && part !== '.' && part !== '..' && !part.startsWith('-'))
}

/** Its normal form. */
export function renderRemote(remote: Remote): string {
  if (remote.kind === 'named') return remote.name
  const { transport, host, port, user, path, scp } = remote
  const at = user === undefined ? host : `${user}@${host}`
  if (scp) return `${at}:${path}`
  return `${transport}://${port === undefined ? at : `${at}:${port}`}/${path}`
}

import type { AgentName, ForgeName } from '../ids/names.ts'

/** What `refward.yaml` says, with every default filled in. Deeply immutable. Times are in seconds and sizes in bytes unless named otherwise. */
export interface Config {
  readonly version: 1
  readonly listen: ListenAddress
  /** What agents write in front of `/git/…`; without a slash at its end. */
  readonly publicUrl: string
  /** Data directory as written; apps/refward resolves it against the directory of the file. */
  readonly data: string
  /** Unix socket for operator commands; undefined means `control.sock` in the data directory. */
  readonly control: { readonly socket: string | undefined }
  readonly forges: ReadonlyMap<ForgeName, ForgeConfig>
  readonly repositories: readonly RepositoryEntry[]
  /** `sockets`: where the sockets of sessions that are bound to one user are made; without it there are none. */
  readonly sessions: { readonly lifetime: number; readonly sockets: string | undefined }
  readonly limits: GatewayLimits
  readonly scanners: ScannersConfig
  /** What all mirrors together may take on disk. */
  readonly mirrors: { readonly bytes: number }
  /** How long old tips are kept. */
  readonly undo: { readonly keep: number }
  readonly log: { readonly level: LogLevel }
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export type ForgeKind = 'gitea' | 'forgejo' | 'github' | 'gitlab' | 'git'

export interface ForgeConfig {
  readonly name: ForgeName
  readonly kind: ForgeKind
  /** Origin and base path, without a slash at its end: `https://git.example.org`. */
  readonly url: string
  /** Address of its REST API, without a slash at its end; undefined for `git`, which has none. */
  readonly apiUrl: string | undefined
  readonly credential: CredentialConfig
  /** A file with PEM certificates that are trusted for this forge in place of the system's. */
  readonly ca: string | undefined
  /** CIDR ranges that the host may resolve to; undefined means any but link-local and metadata addresses. */
  readonly addresses: readonly string[] | undefined
  readonly timeouts: ForgeTimeouts
  /** Connections kept to this forge at most. */
  readonly connections: number
}

export interface ForgeTimeouts {
  readonly connect: number
  /** Until the headers of an answer. */
  readonly answer: number
  /** Without a byte in the middle of a body. */
  readonly idle: number
  /** For one operation as a whole. */
  readonly total: number
}

/** Whose account a credential is for: one of the gateway's own, or that of a person, in whose name everything then happens. */
export type CredentialMode = 'bot' | 'user'

interface HeldCredential {
  readonly username: string
  readonly mode: CredentialMode
}

/** Where a credential comes from. It is never in the file itself. */
export type CredentialConfig =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'env'; readonly variable: string } & HeldCredential)
  | ({ readonly kind: 'file'; readonly path: string } & HeldCredential)
  | ({ readonly kind: 'command'; readonly argv: readonly [string, ...string[]] } & HeldCredential)

export interface GatewayLimits {
  /** Requests under way at once, of everyone and of one agent. */
  readonly inFlight: number
  readonly agentInFlight: number
  readonly agentPerMinute: number
  /** A request that is held in memory: the command section of a push, a fetch request. */
  readonly requestBytes: number
  /** Without a byte from a client in the middle of a request. */
  readonly clientIdle: number
}

export interface ScannersConfig {
  readonly gitleaks: { readonly program: string }
  /** Scanner processes or workers at once. */
  readonly workers: number
}

export type ScannerName = 'secretlint' | 'gitleaks'

/** One entry under `repositories`, merged with `defaults`. */
export interface RepositoryEntry {
  /** The key as written: `gitea/Acme/Widget` or `gitea/acme/*`. */
  readonly key: string
  readonly settings: RepositorySettings
}

/** `never`, `own` (this agent's by pattern or by the ledger), or branch patterns. */
export type RefPermission = 'never' | 'own' | readonly string[]

export interface RepositorySettings {
  /** Agent patterns. */
  readonly read: readonly string[]
  readonly push: readonly string[]
  /** As it is on the forge, for sessions that may use only the ones or the others; undefined is neither. */
  readonly visibility: 'private' | 'public' | undefined
  /** In place of the forge's credential. */
  readonly credential: CredentialConfig | undefined
  /** Full ref patterns that a session is shown. */
  readonly visible: readonly string[]
  readonly branches: BranchSettings
  readonly tags: TagSettings
  /** Full ref patterns in other namespaces that may be created and updated. */
  readonly refs: readonly string[]
  readonly paths: PathSettings
  readonly commits: CommitSettings
  readonly submodules: { readonly hosts: readonly string[] }
  readonly symlinks: 'inside' | 'any'
  readonly secrets: SecretSettings
  readonly forge: ForgeSettings
  readonly limits: RepositoryLimits
}

/** `own` is what the agent made through the gateway, and pull requests from its own branches. */
export type ForgePermission = 'never' | 'own' | 'any'

/** What may be done to pull requests and issues. */
export interface ForgeSettings {
  readonly read: 'never' | 'allow'
  readonly pulls: PullSettings
  readonly issues: IssueSettings
  /** Lines of a text that a forge or a bot takes for a command. */
  readonly commands: 'deny' | 'allow'
  /** Routes of `gh api` besides the built-in ones. */
  readonly routes: readonly AddedRoute[]
}

export interface PullSettings {
  readonly create: ForgePermission
  readonly edit: ForgePermission
  readonly close: ForgePermission
  readonly comment: ForgePermission
  readonly review: ForgePermission
  readonly merge: ForgePermission
  /** Branches that a pull request may go to. */
  readonly base: readonly string[]
}

export interface IssueSettings {
  readonly create: 'never' | 'any'
  readonly edit: ForgePermission
  readonly close: ForgePermission
  readonly comment: ForgePermission
}

export type RouteMethod = 'GET' | 'POST' | 'PATCH' | 'PUT'

export interface AddedRoute {
  readonly method: RouteMethod
  /** Beneath the repository: `labels`, `milestones/{number}`. */
  readonly path: string
  /** Fields of the query or body. */
  readonly fields: readonly string[]
}

export interface BranchSettings {
  readonly own: readonly string[]
  readonly protected: readonly string[]
  readonly create: RefPermission
  readonly rewrite: RefPermission
  readonly delete: RefPermission
  readonly initialPush: 'deny' | 'allow'
}

export interface TagSettings {
  readonly create: RefPermission
  readonly move: RefPermission
  readonly delete: RefPermission
}

export interface PathSettings {
  /** Denied besides the built-in list (workflow and ownership files). */
  readonly deny: readonly string[]
  /** Lifts the built-in list for these, in their exact spelling. */
  readonly allow: readonly string[]
}

export interface CommitSettings {
  /** Patterns of e-mail addresses; empty means any. */
  readonly author: readonly string[]
  readonly committer: readonly string[]
  readonly subjectLength: number | undefined
  /** What the first line must begin with, one of these; empty means anything. */
  readonly subjectPrefixes: readonly string[]
  readonly signoff: boolean
}

export interface SecretSettings {
  readonly scanner: ScannerName
  readonly exceptions: readonly SecretException[]
}

export interface SecretException {
  readonly fingerprint: string
  readonly reason: string
  /** The last moment at which it holds, in milliseconds since 1970. */
  readonly expires: number
}

export interface RepositoryLimits {
  /** Bytes of the pack as sent, of all its objects unpacked, of one object. */
  readonly pack: number
  readonly unpacked: number
  readonly object: number
  readonly objects: number
  readonly commits: number
  readonly changes: number
  readonly refs: number
  /** Delta chains, directories, tags of tags. */
  readonly depth: number
  /** Seconds for taking a pack in, scanning it, and forwarding it, each. */
  readonly time: number
}

/** An agent as the policy sees it. */
export interface Subject {
  readonly agent: AgentName
  /** Undefined when an operator asks what would happen. */
  readonly session: string | undefined
  /** What the session was granted: repository ids or patterns (`gitea/acme/*`). */
  readonly repositories: readonly string[]
  /** What the session is narrowed to besides: both lists must name a repository. */
  readonly within?: readonly string[]
  /** Only repositories that the policy says are of this visibility. */
  readonly mode?: 'private' | 'public'
}

import type { AgentName, ObjectId, RefName, RefUpdate, RefwardCode, RepoId, RequestId, SessionId, Subject } from '@refward/core-policy'

/** Milliseconds since the epoch, by the clock that the ledger was opened with. */
export type Time = number

/** Number of a decision; rises by the order in which decisions became durable. */
export type DecisionId = number & { readonly __brand: 'DecisionId' }

/** Number of a kept tip, as `refward undo --tip` takes it. */
export type TipId = number & { readonly __brand: 'TipId' }

export interface Agent {
  readonly name: AgentName
  /** Repository ids or patterns, as the operator wrote them; the policy says what they match. */
  readonly repositories: readonly string[]
  readonly addedAt: Time
  readonly revokedAt?: Time
}

/** A directory that a sandbox shares with the gateway. */
export interface SharedRoot {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** What `origin` stands for in work trees beneath it. */
  readonly repository?: RepoId
}

/** What a session is narrowed to. A member that is absent narrows nothing. */
export interface SessionScope {
  /** Ids or patterns; the session may use what both these and the agent's own grants name. */
  readonly repositories?: readonly string[]
  readonly roots?: readonly SharedRoot[]
  /** Only repositories of this visibility. */
  readonly mode?: 'private' | 'public'
  /** The one address that may use it. */
  readonly peer?: string
  /** The one user of the machine that may use it, over a socket of its own. */
  readonly uid?: number
}

/** A session as an operator may see it: never its token or the hash of it. */
export interface Session extends SessionScope {
  readonly id: SessionId
  readonly agent: AgentName
  readonly createdAt: Time
  readonly expiresAt: Time
  readonly revokedAt?: Time
  readonly lastUsedAt?: Time
}

/** A work tree that was made for an agent, whether or not its directory is still there. */
export interface MadeWorktree {
  /** Absolute, without symbolic links when it was made. */
  readonly path: string
  readonly agent: AgentName
  readonly repo: RepoId
  /** The branch of the agent that it was made on, full name. */
  readonly ref: RefName
  readonly addedAt: Time
}

export interface AgentDetails extends Agent {
  readonly sessions: readonly Session[]
  readonly branches: readonly OwnedBranch[]
}

/** A new session. `token` is in no file and cannot be read again. */
export interface IssuedSession {
  readonly session: Session
  readonly token: string
}

/** What a presented token stands for. Only a holder of the whole token learns `expired` or `revoked`. */
export type SessionLookup =
  | { readonly kind: 'live'; readonly subject: Subject & { readonly session: SessionId }; readonly expiresAt: Time; readonly roots?: readonly SharedRoot[]; readonly peer?: string; readonly uid?: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly agent: AgentName; readonly session: SessionId }
  | { readonly kind: 'revoked'; readonly agent: AgentName; readonly session: SessionId }

export interface OwnedBranch {
  readonly repo: RepoId
  readonly ref: RefName
  readonly since: Time
}

/** `list` and `fetch` read by git, `push` and `undo` write by it; `forge-read` and `forge-write` go through the forge's API. */
export type Operation = 'list' | 'fetch' | 'push' | 'undo' | 'forge-read' | 'forge-write'

/** A pull request or an issue. `id` is the forge's own, which no other object ever has. */
export interface ForgeObject {
  readonly kind: 'pull' | 'issue'
  readonly number: number
  readonly id: string
}

/** Whose account the forge saw. */
export type CredentialUse = 'bot' | 'user' | 'none'

/** One ref of a decision. A ref that is absent before or after has the zero id, as in git's own commands. */
export interface DecidedRef {
  /** Full name. That of a refused ref is as the client wrote it, and may be anything. */
  readonly ref: string
  readonly kind: RefUpdate['kind']
  /** The upstream's value, never the client's claim. */
  readonly oldId: string
  readonly newId: string
  /** True when commits of `oldId` would be lost. */
  readonly rewrite: boolean
  /** The rule that let this ref through, or stopped it. */
  readonly rule: string
  /** Present when this ref was refused. */
  readonly code?: RefwardCode
}

export interface DecisionInput {
  readonly request: RequestId
  readonly agent: AgentName
  /** Absent when the operator acts (undo). */
  readonly session?: SessionId
  readonly repo: RepoId
  readonly operation: Operation
  readonly outcome: 'permit' | 'deny'
  /** Every rule that took part, in the order in which it was asked. */
  readonly rules: readonly string[]
  /** Why it was denied; empty for a permit. */
  readonly codes: readonly RefwardCode[]
  readonly refs: readonly DecidedRef[]
  /** Commits and tags that the push would bring, so that "who brought this commit" has an answer. */
  readonly brings?: readonly ObjectId[]
  /** What is done through the forge's API: `pull.create`. A word of ours. */
  readonly action?: string
  /** What it is done to: `#12`, or the branch of a new pull request. */
  readonly target?: string
  /** Of everything that a change on the forge writes, by which it is known again there. It stays out of the audit. */
  readonly digest?: string
  readonly credential?: CredentialUse
  /** Digest of the configuration that was in force. */
  readonly policy?: string
}

/** How one ref ended: the upstream's own word, or `unknown` where no answer came and nothing could be read back. */
export interface RefOutcome {
  readonly ref: string
  readonly result: 'accepted' | 'refused' | 'unknown'
  /** The upstream's reason, bounded and escaped on the way in. */
  readonly message?: string
}

/**
 * How a permitted decision ended. `done`: as permitted. `partial`: some refs were refused. `refused`: the upstream said no to all.
 * `failed`: nothing was executed, `code` says why. `unknown`: executed, and the result could not be learnt.
 */
export interface FinishInput {
  readonly result: 'done' | 'partial' | 'refused' | 'failed' | 'unknown'
  readonly refs: readonly RefOutcome[]
  readonly code?: RefwardCode
  /** The pull request or issue that was made: it becomes the agent's own. */
  readonly made?: ForgeObject
  /** `settled` when a start after a crash learnt the outcome by asking the forge. */
  readonly by?: 'request' | 'settled'
}

export interface DecisionRecord extends Omit<DecisionInput, 'brings' | 'refs'> {
  readonly id: DecisionId
  readonly decidedAt: Time
  /** The line of the audit that proves it. */
  readonly decidedSeq: number
  readonly finishedAt?: Time
  readonly finishedSeq?: number
  readonly result?: FinishInput['result']
  /** Why a permitted decision was not executed. */
  readonly finishCode?: RefwardCode
  readonly refs: readonly (DecidedRef & { readonly result?: RefOutcome['result']; readonly message?: string })[]
}

/** Filters of {@link Ledger.history}; all given ones must hold. Newest first. */
export interface HistoryQuery {
  readonly repo?: RepoId
  readonly ref?: RefName
  readonly agent?: AgentName
  readonly request?: RequestId
  /** A tip before or after, or a commit or tag that the push brought. */
  readonly object?: ObjectId
  readonly operation?: Operation
  readonly limit: number
}

/** The old value of a branch that was rewritten or deleted through the gateway. */
export interface KeptTip {
  readonly id: TipId
  readonly repo: RepoId
  readonly ref: RefName
  /** What the ref pointed at. */
  readonly objectId: ObjectId
  /** What it pointed at afterwards; the zero id when it was deleted. */
  readonly replacedBy: string
  readonly agent: AgentName
  readonly decision: DecisionId
  readonly keptAt: Time
  readonly takenAt?: Time
}

export interface TipQuery {
  readonly repo?: RepoId
  readonly ref?: RefName
  readonly agent?: AgentName
  /** Tips that `undo` has used are left out unless asked for. */
  readonly taken?: boolean
  /** Only those that were kept earlier than this. */
  readonly keptBefore?: Time
  readonly limit: number
}

/** Something that the gateway did, or refused, about which no decision could be made. */
export type GatewayEvent =
  /** A request that was refused before it was known for which repository it was. */
  | { readonly kind: 'request-refused'; readonly request: RequestId; readonly agent: AgentName; readonly session: SessionId; readonly operation: Operation; readonly code: RefwardCode }
  | { readonly kind: 'gateway-started'; readonly version: string; readonly policy: string }
  | { readonly kind: 'gateway-stopped' }
  | { readonly kind: 'policy-loaded'; readonly policy: string }

/** One line of the audit. `text` is canonical JSON in printable ASCII: safe for a terminal, whoever wrote the names in it. */
export interface AuditLine {
  readonly seq: number
  readonly at: Time
  readonly kind: string
  readonly hash: string
  readonly text: string
}

/** The end of the audit. An operator who notes it elsewhere can later prove that nothing before it was taken back. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

export type AuditVerdict =
  | { readonly kind: 'ok'; readonly head: AuditHead; readonly clockSteppedBack: number }
  | { readonly kind: 'broken'; readonly seq: number; readonly what: AuditBreak }

/**
 * `changed`: the line is not what was written. `removed`: it is gone. `reordered`: another line stands in its place.
 * `inserted`: a line stands there that was not written there. `truncated`: it and every later line are gone.
 * `head`: the signed end of the audit was changed. `rolled-back`: an end that the operator noted is not in it.
 */
export type AuditBreak = 'changed' | 'removed' | 'reordered' | 'inserted' | 'truncated' | 'head' | 'rolled-back'

/**
 * Durable state. Every method that changes something has written it, and the line of audit that tells it, in one
 * transaction that is on disk before the promise is fulfilled. Faults are RefwardErrors with an `RW_LEDGER_…` code.
 */
export interface Ledger {
  addAgent(agent: { readonly name: AgentName; readonly repositories: readonly string[] }): Promise<Agent>
  listAgents(): Promise<readonly Agent[]>
  /** Undefined for a name that was never added. */
  showAgent(name: AgentName): Promise<AgentDetails | undefined>
  /** Ends every session of the agent at once. The name and its history stay. */
  revokeAgent(name: AgentName): Promise<Agent>

  createSession(agent: AgentName, options: { readonly seconds: number } & SessionScope): Promise<IssuedSession>
  /** Newest first; of one agent, or of all. */
  listSessions(agent?: AgentName): Promise<readonly Session[]>
  /** Live sessions that are bound to a user. */
  boundSessions(): Promise<readonly Session[]>
  /** Moves the end of a live session to so many seconds from now, earlier or later. One that has ended does not come back. */
  extendSession(session: SessionId, lifetime: { readonly seconds: number }): Promise<Session>
  /** Reads only, and never from a cache: a revocation holds from the next request on, whichever process made it. */
  findSession(token: string): Promise<SessionLookup>
  /** Notes the use, at most once a minute and session; otherwise it does not touch the disk. */
  touchSession(session: SessionId): Promise<void>
  revokeSession(session: SessionId): Promise<Session>

  /** Notes a work tree before it is put in its place. @throws RW_WORKTREE_PLACE when there is one on record for that path */
  addWorktree(worktree: Omit<MadeWorktree, 'addedAt'>): Promise<MadeWorktree>
  /** By path; of one agent, or of all. */
  listWorktrees(agent?: AgentName): Promise<readonly MadeWorktree[]>
  /** Forgets one, and tells in the audit what was lost with it. @throws RW_WORKTREE_UNKNOWN */
  removeWorktree(path: string, removal: { readonly lost: readonly string[] }): Promise<MadeWorktree>

  /** Refs that this agent made through the gateway, full names. */
  ownedBranches(agent: AgentName, repo: RepoId): Promise<ReadonlySet<string>>
  /** For corrections by an operator: {@link Ledger.finished} keeps ownership by itself. */
  ownBranch(agent: AgentName, repo: RepoId, ref: RefName): Promise<void>
  disownBranch(repo: RepoId, ref: RefName): Promise<void>
  /** Pull requests and issues that this agent made through the gateway. */
  ownedObjects(agent: AgentName, repo: RepoId): Promise<readonly ForgeObject[]>
  /** Whether any agent made this very object through the gateway. */
  isOwnedObject(repo: RepoId, object: ForgeObject): Promise<boolean>

  /**
   * INVARIANT: on disk before it is fulfilled; nothing of the decision may be executed earlier. A denial is finished by it.
   *
   * Rejects with RW_SESSION_REVOKED for a permit to a session that has been revoked meanwhile.
   */
  decided(decision: DecisionInput): Promise<DecisionId>
  /**
   * Closes a permitted decision, once. Accepted creations and a pull request or issue that was made become the agent's own, accepted deletions no one's, and the old
   * tip of each accepted rewrite or deletion is kept for undo, all in the same transaction.
   */
  finished(decision: DecisionId, outcome: FinishInput): Promise<void>
  /**
   * Permitted writes that are not finished: what a crash left for the next start to settle. Oldest first. A read that a crash cut
   * off changed nothing, and stays without an outcome.
   */
  openDecisions(): Promise<readonly DecisionRecord[]>
  /** The same for writes through the API of a forge. */
  openForgeDecisions(): Promise<readonly DecisionRecord[]>
  /** Which agent put what where, when, and by which rule. */
  history(query: HistoryQuery): Promise<readonly DecisionRecord[]>

  /** Newest first, without those that were dropped. */
  listTips(query: TipQuery): Promise<readonly KeptTip[]>
  /** Marks a tip as used by undo. A tip can be taken once. */
  takeTip(tip: TipId, decision: DecisionId): Promise<KeptTip>
  /** Lets go of tips that have been kept for long enough. Those that were dropped already are passed over. */
  dropTips(tips: readonly TipId[]): Promise<void>

  record(event: GatewayEvent): Promise<void>
  /** Lines from `from` on, at most `limit`. */
  readAudit(range: { readonly from: number; readonly limit: number }): Promise<readonly AuditLine[]>
  /** Lines from `from` on, then each new one as it is written, by whichever process, until the signal aborts. */
  followAudit(options: { readonly from: number; readonly signal: AbortSignal }): AsyncIterable<AuditLine>
  auditHead(): Promise<AuditHead>
  /** Reads every line. `expect`: an end that was noted earlier, elsewhere. */
  verifyAudit(expect?: AuditHead): Promise<AuditVerdict>

  close(): void
}

import type { ObjectId, ZeroId } from '../ids/object-id.ts'
import type { RefName } from '../ids/ref-name.ts'
import type { RefIndex } from './ref-index.ts'

/** A command of a push as the client wrote it: nothing in it is believed. git-wire's parsed command has this shape. */
export interface RefCommand {
  readonly ref: string
  readonly oldId: string
  readonly newId: string
}

/** A ref update whose old value is the upstream's own. */
export interface RefUpdate {
  readonly kind: 'create' | 'update' | 'delete'
  readonly ref: RefName
  readonly oldId: ObjectId | ZeroId
  readonly newId: ObjectId | ZeroId
}

/** What the upstream said about itself, in this request. */
export interface UpstreamFacts {
  readonly refs: RefIndex
  readonly defaultBranch: DefaultBranch
}

export type DefaultBranch =
  /** `HEAD` names this branch. It may not exist yet (unborn). Full name, as the forge wrote it. */
  | { readonly kind: 'known'; readonly ref: string }
  /** `HEAD` is missing or detached, or the protocol did not say. */
  | { readonly kind: 'unknown' }

export interface RefsFacts {
  readonly commands: readonly RefCommand[]
  readonly upstream: UpstreamFacts
  /** Full names of refs that this agent made in this repository, from the ledger. */
  readonly owned: ReadonlySet<string>
}

/** What the quarantined objects are, by git's own view, with replacement refs and grafts off. */
export interface PushFacts {
  /** Every commit that the new values reach and the upstream's refs do not. */
  readonly commits: readonly CommitFact[]
  /**
   * Every path that a new commit changes: it differs from all parents of its commit (a root commit has none, so all its paths count).
   */
  readonly changes: readonly PathChange[]
  /** Updates whose new value does not contain the old one. Tags that move are always rewrites. */
  readonly rewrites: ReadonlySet<string>
  /** By full ref name, for every create and update. */
  readonly targets: ReadonlyMap<string, RefTarget>
  readonly objects: ObjectsFact
  readonly gitlinks: readonly Gitlink[]
  readonly symlinks: readonly Symlink[]
  /** Every entry of every new .gitmodules. */
  readonly submodules: readonly SubmoduleUrl[]
  readonly findings: readonly SecretFinding[]
  readonly ownCredentials: readonly FoundAt[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface CommitFact {
  readonly id: ObjectId
  readonly author: Identity
  readonly committer: Identity
  /** The message as text, undecodable bytes replaced. The first 64 KiB are enough. */
  readonly message: string
}

export interface Identity {
  readonly name: string
  readonly email: string
}

/** Paths and targets are UTF-8 text, undecodable bytes replaced. */
export interface PathChange {
  readonly commit: string
  readonly path: string
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

export interface RefTarget {
  readonly type: ObjectType
  /** What annotated tags lead to in the end; the same as `type` for everything else. */
  readonly peeled: ObjectType
}

export interface ObjectsFact {
  readonly count: number
  /** Sum of the unpacked sizes of all new objects. */
  readonly bytes: number
  readonly largest: { readonly id: string; readonly bytes: number } | undefined
  /** Objects of the pack that no new value reaches. */
  readonly unreachable: { readonly count: number; readonly example: string } | undefined
}

export interface Gitlink {
  readonly commit: string
  readonly path: string
}

export interface Symlink {
  readonly commit: string
  readonly path: string
  readonly target: string
}

export interface SubmoduleUrl {
  readonly commit: string
  /** Path that the entry gives. */
  readonly path: string
  readonly url: string
}

/** Where something was found. */
export interface FoundAt {
  readonly object: string
  readonly path?: string | undefined
  readonly commit?: string | undefined
  readonly line?: number | undefined
}

/** A finding of a scanner; the secret itself is not in it. */
export interface SecretFinding extends FoundAt {
  readonly rule: string
  readonly fingerprint: string
}

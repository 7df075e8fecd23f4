import type { ForgeRead, ForgeReadPermit, ForgeWritePermit } from '@refward/core-policy'
import type { Lease } from '@refward/key-provision'
import type { Branch, Check, Comment, Commit, Issue, LineRemark, Pull, Repository, Review, Run } from './model.ts'

/** What each kind of reading answers. */
export interface ForgeAnswers {
  readonly 'repository.view': Repository
  readonly 'branch.list': readonly Branch[]
  readonly 'commit.list': readonly Commit[]
  readonly 'pull.list': readonly Pull[]
  readonly 'pull.view': Pull
  /** A unified diff. */
  readonly 'pull.diff': string
  readonly 'pull.checks': readonly Check[]
  readonly 'pull.comments': readonly Comment[]
  readonly 'pull.line-comments': readonly LineRemark[]
  readonly 'pull.reviews': readonly Review[]
  readonly 'issue.list': readonly Issue[]
  readonly 'issue.view': Issue
  readonly 'issue.comments': readonly Comment[]
  readonly 'run.list': readonly Run[]
  readonly 'run.view': Run
  /** JSON as the forge gave it, bounded in size and depth. */
  readonly route: unknown
}

/** One kind of reading. */
export type ReadOf<K extends ForgeRead['kind']> = Extract<ForgeRead, { readonly kind: K }>

/** What became of a change: the object as the forge shows it afterwards, or the comment that was made. */
export type Written =
  | { readonly kind: 'pull'; readonly pull: Pull }
  | { readonly kind: 'issue'; readonly issue: Issue }
  | { readonly kind: 'comment'; readonly comment: Comment }
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'route'; readonly answer: unknown }

/** Who the gateway is on a forge. */
export interface ForgeIdentity {
  /** Name of the account, as it stands in `author`. */
  readonly account: string
  /** Milliseconds by which the forge's clock is ahead of the gateway's, within a second; undefined where it does not say. */
  readonly clockOffset: number | undefined
}

/**
 * Typed operations on one forge, bound to the origin of its API. Every answer is bounded in size and time and read by a schema, and nothing
 * is followed to another address. Faults are thrown as `RefwardError`; texts of the forge in them are masked and escaped.
 */
export interface ForgeApi {
  /** What a session may not see of an answer is for the caller to leave out: the permit says what that is. */
  read<K extends ForgeRead['kind']>(permit: ForgeReadPermit, lease: Lease, read: ReadOf<K>, signal: AbortSignal): Promise<ForgeAnswers[K]>
  /** Sends the change of the permit, once; it is never sent again. */
  write(permit: ForgeWritePermit, lease: Lease, signal: AbortSignal): Promise<Written>
  /** Whose credential this is, and what time it is there. @throws RefwardError where the credential may not ask that */
  identify(permit: ForgeReadPermit, lease: Lease, signal: AbortSignal): Promise<ForgeIdentity>
  /** Ends every connection and what is under way on it. */
  close(): Promise<void>
}

import type { ReceivePermit, Refusal, RefwardCode, RepoId, RepoRef, RequestId, ScannerName } from '@refward/core-policy'
import type { RefUpdateCommand, ReportStatus } from '@refward/git-wire'
import type { Ledger, RefOutcome } from '@refward/ledger'
import type { LiveSecrets, Scanner } from '@refward/secret-scan'
import type { PushListing, PushRequest as UpstreamPush, PushResult } from '@refward/upstream'
import type { MirrorStore } from '../mirror/mirror-store.ts'
import type { MirrorSource } from '../mirror/mirror-types.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import type { QuarantineStore } from '../quarantine/quarantine.ts'
import type { PushAnswerSink } from './push-answer.ts'
import type { DrainLimits } from './push-body.ts'
import type { StageTimes } from './stage-clock.ts'

/** What a push needs of the gateway. */
export interface PushDependencies {
  readonly git: GitRuntime
  readonly quarantines: QuarantineStore
  readonly mirrors: Pick<MirrorStore, 'mirror'>
  readonly ledger: Pick<Ledger, 'decided' | 'finished' | 'openDecisions' | 'ownedBranches' | 'listTips' | 'takeTip' | 'dropTips'>
  /** The configured repository of an id from the ledger; undefined when the configuration names it no more. */
  readonly repository: (id: RepoId) => RepoRef | undefined
  /** The upstream of a repository. Rejects when there is no credential to write to it. */
  readonly forge: (repo: RepoRef) => Promise<PushForge>
  readonly scanner: (name: ScannerName) => Scanner
  /** The gateway's own credentials as they are now. */
  readonly secrets: () => LiveSecrets
  /** Digest of the configuration in force, for the record. */
  readonly policyDigest?: string
  readonly clock: PushClock
}

/** The upstream of one repository, with a lease to write already in hand. */
export interface PushForge extends MirrorSource {
  listForPush(signal: AbortSignal): Promise<PushListing>
  /** Never sent twice, and never for anything but what the permit in the request is for. */
  push(request: UpstreamPush, signal: AbortSignal): Promise<PushResult>
}

export interface PushClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that never go back, with fractions. */
  monotonic(): number
  sleep(milliseconds: number): Promise<void>
}

/** Who pushes where. */
interface PushCall {
  readonly permit: ReceivePermit
  readonly request: RequestId
  /** Aborts when the client goes away or the gateway stops. Heeded until the push is sent to the forge, and not after. */
  readonly signal: AbortSignal
}

/** A push as git sends it. */
export interface PushRequest extends PushCall {
  /** Not compressed any more; waits are bounded by whoever reads the socket. It throws when the client goes away. */
  readonly body: AsyncIterable<Uint8Array>
  readonly answer: PushAnswerSink
}

/** A push whose commands are known, and whose objects come from wherever its source has them. */
export interface SourcedPush extends PushCall {
  readonly wanted: WantedPush
  readonly source: PushSource
  readonly voice: PushVoice
}

export interface WantedPush {
  /** `oldId` is what the client believes to be there: it is compared, never used. */
  readonly commands: readonly Pick<RefUpdateCommand, 'name' | 'oldId' | 'newId'>[]
  readonly atomic: boolean
  /** Refs of which the client said that they may only move forward. Git compares that itself before it sends anything; a gateway that pushes for a client must. */
  readonly onlyForward?: ReadonlySet<string>
  /** Judge all of it, then stop: nothing is recorded, sent or kept. */
  readonly dryRun?: boolean
}

/** Where the objects of a push come from. */
export interface PushSource {
  /**
   * The pack, once. It throws when it could not be read to its end, so that a cut pack never looks whole.
   *
   * @param base waits until the refs have been permitted, and throws the refusal when they were not
   */
  pack(base: () => Promise<PackBase>): AsyncIterable<Uint8Array>
  /** Throws away what was not read of the client's request. @returns false when that was more than the limits allow. */
  drain(limits: DrainLimits): Promise<boolean>
}

/** What the gateway has already, for a source that can leave it out. */
export interface PackBase {
  /** Of the mirror. */
  readonly gitDir: string
  /** Ids whose whole history is in the mirror and that the session is shown. */
  readonly tips: readonly string[]
}

/** How the client hears of its push. */
export interface PushVoice {
  /** What goes on from now on, for a client that would otherwise hear nothing for long. */
  begin(activity: string): void
  /** One line for a person. */
  line(text: string): Promise<void>
  refusal(refusal: Refusal): Promise<void>
  /** What the forge writes for people, as it comes. */
  forward(text: Uint8Array): Promise<void>
  /** What became of each ref. Nothing can follow. */
  finish(report: ReportStatus): Promise<void>
  /** The client is gone. */
  abandon(): Promise<void>
}

/** How a push ended, for metrics and the log; the ledger has the record. */
export type PushOutcome = PushEnd & {
  readonly stages: StageTimes
  /** False when a part of the request was not read: the connection cannot be used again. */
  readonly drained: boolean
}

export type PushEnd =
  /** The client only asked whether it may push. */
  | { readonly kind: 'probe' }
  /** Nothing was sent to the forge. `fault` is what lies beneath an unexpected one, for the log alone. */
  | { readonly kind: 'refused'; readonly codes: readonly RefwardCode[]; readonly fault?: unknown }
  | { readonly kind: 'forwarded'; readonly refs: readonly RefOutcome[]; readonly rewrites: ReadonlySet<string>; readonly fault?: unknown }
  /** A dry run that would have been sent. */
  | { readonly kind: 'judged'; readonly rewrites: ReadonlySet<string> }

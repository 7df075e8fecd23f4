import type { ForwardPermit } from '@refward/core-policy'
import type { Lease } from '@refward/key-provision'

export type ObjectFormat = 'sha1' | 'sha256'

export interface ListedRef {
  readonly name: string
  readonly id: string
  /** What an annotated tag points to in the end. */
  readonly peeled?: string
}

/** `HEAD` as the upstream shows it. An unborn one has a target and no id. */
export interface ListedHead {
  readonly symref?: string
  readonly id?: string
}

/** Every ref of the upstream at one moment, `HEAD` apart. */
export interface RefListing {
  readonly refs: readonly ListedRef[]
  readonly head: ListedHead | undefined
  readonly objectFormat: ObjectFormat
}

export type Deepen =
  | { readonly kind: 'depth'; readonly depth: number; readonly relative: boolean }
  | { readonly kind: 'since-not'; readonly since?: number; readonly not: readonly string[]; readonly relative: boolean }

export interface FetchRequest {
  readonly wants: readonly string[]
  readonly haves: readonly string[]
  /** Commits that the receiver has without their parents. */
  readonly shallow: readonly string[]
  readonly deepen?: Deepen
  readonly filter?: string
  /** False asks for one round of negotiation; the answer then may have no pack. */
  readonly done: boolean
  readonly thinPack: boolean
  readonly includeTag: boolean
  /** The upstream's progress text as it comes; without it none is asked for. */
  readonly onProgress?: (text: Uint8Array) => void
}

/** What stands before the pack is read to its end when the promise resolves; the pack is a stream with backpressure. */
export interface FetchAnswer {
  /** Ids that both sides have, and whether the upstream says that it needs no more. */
  readonly acknowledgments: { readonly common: readonly string[]; readonly ready: boolean }
  readonly shallow: readonly string[]
  readonly unshallow: readonly string[]
  /** Undefined when the round ended without a pack. It throws when the upstream reports an error or the answer is cut. */
  readonly pack: AsyncIterable<Uint8Array> | undefined
}

export interface PushListing extends RefListing {
  readonly capabilities: PushCapabilities
}

/** What the upstream's receive-pack can do; capabilities that Refward does not use are left out. */
export interface PushCapabilities {
  readonly atomic: boolean
  readonly deleteRefs: boolean
  readonly sideBand: boolean
  readonly ofsDelta: boolean
  readonly reportStatus: 'none' | 'v1' | 'v2'
}

export interface PushCommand {
  readonly ref: string
  /** The upstream's own value, which is the lease: 40 zeros for a ref that must not exist. */
  readonly oldId: string
  /** 40 zeros to delete. */
  readonly newId: string
}

export interface PushRequest {
  readonly permit: ForwardPermit
  readonly commands: readonly PushCommand[]
  /** From `listForPush` of the same push. */
  readonly capabilities: PushCapabilities
  /** Undefined when every command deletes. */
  readonly pack: AsyncIterable<Uint8Array> | undefined
  /** The upstream's progress and hook output as it comes, unmasked: the caller masks and escapes. */
  readonly onProgress: (text: Uint8Array) => void
}

export type PushRefResult =
  | { readonly kind: 'ok'; readonly ref: string }
  /** `reason` is the upstream's text, bounded and unmasked. */
  | { readonly kind: 'refused'; readonly ref: string; readonly reason: string }

/**
 * What is known about a push. `answered`: the upstream's own report. `refused`: nothing can have been applied.
 * `ambiguous`: bytes were sent and no whole report came back; only the upstream's refs tell what is true.
 */
export type PushResult =
  | { readonly kind: 'answered'; readonly atomic: boolean; readonly unpack: string; readonly refs: readonly PushRefResult[] }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'ambiguous'; readonly error: Error }

/** The client side of the git protocol towards one forge. Faults are thrown as `RefwardError`. */
export interface Upstream {
  list(lease: Lease, signal: AbortSignal): Promise<RefListing>
  fetch(lease: Lease, request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer>
  listForPush(lease: Lease, signal: AbortSignal): Promise<PushListing>
  /** Never sent twice. Throws only for what is wrong before anything is sent (a lease to read, for instance). */
  push(lease: Lease, request: PushRequest, signal: AbortSignal): Promise<PushResult>
  close(): Promise<void>
}

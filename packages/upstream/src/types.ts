import type { ForwardPermit } from '@refward/core-policy'
import type { AdvertisedRef } from '@refward/git-wire'
import type { Lease } from '@refward/key-provision'

/** `HEAD` as the upstream shows it. An unborn one has a target and no id; a detached one has an id and no target. */
export interface ListedHead {
  readonly symref?: string
  readonly id?: string
}

/** A ref other than `HEAD`. */
export type ListedRef = AdvertisedRef

/** Every ref of the upstream at one moment. */
export interface RefListing {
  /** In the upstream's order, without `HEAD`. Names that git would not accept are left out. */
  readonly refs: readonly ListedRef[]
  /** Undefined when the upstream shows none. receive-pack never does. */
  readonly head: ListedHead | undefined
  /** The one format that is served; a repository of another one is `RW_OBJECT_FORMAT`. */
  readonly objectFormat: 'sha1'
}

export type Deepen =
  | { readonly kind: 'depth'; readonly depth: number; readonly relative: boolean }
  /** `since` in seconds since 1970; `not` as full ref names. */
  | { readonly kind: 'since-not'; readonly since?: number; readonly not: readonly string[]; readonly relative: boolean }

export interface FetchRequest {
  readonly wants: readonly string[]
  readonly haves: readonly string[]
  /** Commits that the receiver has without their parents. */
  readonly shallow: readonly string[]
  readonly deepen?: Deepen
  /** As on the wire: `blob:none`. */
  readonly filter?: string
  /** False asks for one round of negotiation; the answer then may have no pack. */
  readonly done: boolean
  readonly thinPack: boolean
  readonly includeTag: boolean
  /** The upstream's progress text as it comes, unmasked; without it none is asked for. */
  readonly onProgress?: (text: Uint8Array) => void
}

/** What stands before the pack is read to its end when the promise resolves; the pack is a stream with backpressure. */
export interface FetchAnswer {
  /** Ids that both sides have, and whether the upstream says that it needs no more. */
  readonly acknowledgments: { readonly common: readonly string[]; readonly ready: boolean }
  /** Changes of the receiver's shallow boundary; with a full clone, the boundary of an upstream that is shallow itself. */
  readonly shallow: readonly string[]
  readonly unshallow: readonly string[]
  /**
   * Undefined when the round ended without a pack. To be read once; it throws when the upstream reports an error or the answer
   * is cut. Who does not want it ends it with `return()` of its iterator, which `for await` does by itself.
   */
  readonly pack: AsyncIterable<Uint8Array> | undefined
}

export interface PushListing extends RefListing {
  readonly capabilities: PushCapabilities
}

/** What the upstream's receive-pack can do, of what Refward uses. */
export interface PushCapabilities {
  readonly atomic: boolean
  readonly deleteRefs: boolean
  readonly sideBand: boolean
  /** The packs may have deltas whose base is named by its offset. */
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
  /** Spent by the push: a second one with it throws. */
  readonly permit: ForwardPermit
  /** Exactly the updates of the permit, in the order in which they are to be sent. */
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
 * What is known about a push. `answered`: the upstream's own report, a line for every command. `refused`: nothing can have been
 * applied. `ambiguous`: bytes were sent and no whole report came back; only the upstream's refs tell what is true.
 */
export type PushResult =
  | {
      readonly kind: 'answered'
      /** Whether the upstream was asked to apply all or nothing. It is when it can and there is more than one command. */
      readonly atomic: boolean
      /** `ok`, or why the pack was not taken; unmasked. */
      readonly unpack: string
      readonly refs: readonly PushRefResult[]
    }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'ambiguous'; readonly error: Error }

/**
 * The client side of the git protocol towards one forge. Faults are thrown as `RefwardError`; an abort as the signal's own reason.
 * Texts of the forge in an error are masked and escaped.
 */
export interface Upstream {
  list(lease: Lease, signal: AbortSignal): Promise<RefListing>
  fetch(lease: Lease, request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer>
  listForPush(lease: Lease, signal: AbortSignal): Promise<PushListing>
  /** Never sent twice. Throws only for a fault of the caller: a lease to read, commands that the permit is not for. */
  push(lease: Lease, request: PushRequest, signal: AbortSignal): Promise<PushResult>
  /** Ends every connection and what is under way on it. */
  close(): Promise<void>
}

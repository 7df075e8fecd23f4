import type { RepoRef } from '@refward/core-policy'
import type { FetchAnswer, FetchRequest, ListedRef, RefListing } from '@refward/upstream'

/** The upstream of one repository, with a lease to read it already in hand; made anew by whoever asks for a refresh. */
export interface MirrorSource {
  list(signal: AbortSignal): Promise<RefListing>
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchAnswer>
}

/**
 * One generation of a mirror, held open: until `release`, nothing in these directories is removed, whatever becomes of the
 * mirror meanwhile. Use `objects` as the alternate of a quarantine.
 */
export interface MirrorView {
  readonly gitDir: string
  readonly objects: string
  /** Ids of refs whose whole history is here. */
  readonly tips: ReadonlySet<string>
  /** Differs from that of another view when a rebuild came between. */
  readonly lineage: symbol
  /** A git directory that has exactly these refs and no objects of its own; stays until this view is released. */
  withRefs(refs: readonly ListedRef[]): Promise<string>
  release(): void
}

/** The objects of one upstream repository, on this disk. A cache: it may be deleted, damaged or evicted at any time. */
export interface Mirror {
  readonly repo: RepoRef
  /** Ids of refs whose whole history is here; in memory, so asking costs nothing. */
  readonly tips: ReadonlySet<string>
  /** Holds the current generation. Rebuilds it first when it was deleted or changed from outside. */
  open(): Promise<MirrorView>
  /**
   * Brings `needed` and every head and tag of `listing` here. Any number of callers share one upstream fetch; a caller whose
   * ids that fetch does not cover waits for the next one, which is shared again.
   *
   * @throws RefwardError with the upstream's own fault, `RW_WANT_DENIED` for an id that the upstream no longer has,
   *   `RW_DISK_FULL`, `RW_MIRROR_UNAVAILABLE`.
   */
  refresh(request: RefreshRequest): Promise<void>
  /**
   * Takes over packs from a quarantine whose alternate was a view of this mirror, and with them new tips. The packs move;
   * the rest of the quarantine stays with the caller. Does nothing when the mirror was rebuilt since that view was opened: what
   * the packs build on may be gone, and the upstream has all of it.
   */
  adopt(adoption: Adoption): Promise<void>
  /** Keeps an old tip for undo, so that no later generation drops it. False when the mirror does not hold it. */
  keep(id: string): Promise<boolean>
  /** The opposite of `keep`. */
  unkeep(id: string): Promise<void>
  /** Says that git could not read what should be in a view. The next `open` gives a new, empty generation. */
  reportDamage(view: MirrorView, reason: string): Promise<void>
}

export interface RefreshRequest {
  readonly listing: RefListing
  readonly needed: Iterable<string>
  readonly source: MirrorSource
  /** Ends the wait of this caller, never the fetch that others share. */
  readonly signal?: AbortSignal
}

export interface Adoption {
  /** What the quarantine was built on; still held. */
  readonly view: MirrorView
  /** The quarantine's object directory. */
  readonly objects: string
  /** Ids whose whole history is now here. */
  readonly tips: readonly string[]
}

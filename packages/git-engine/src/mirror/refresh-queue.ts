import type { RefListing } from '@refward/upstream'
import type { MirrorSource, RefreshRequest } from './mirror-types.ts'

/** What one upstream fetch is for. */
export interface Batch {
  readonly needed: ReadonlySet<string>
  readonly listing: RefListing
  readonly source: MirrorSource
  /** For a clone that reads the pack as it comes; for the mirror itself it makes no difference. */
  readonly includeTag?: boolean
}

interface Flight {
  readonly brings: ReadonlySet<string>
  readonly done: Promise<void>
}

interface WaitingBatch {
  readonly needed: Set<string>
  listing: RefListing
  source: MirrorSource
  readonly done: Promise<void>
}

/**
 * One upstream fetch at a time for one repository. Whoever needs what the running one brings waits for it; everybody else
 * waits for the next one together.
 */
export class RefreshQueue {
  readonly #plan: (batch: Batch) => ReadonlySet<string>
  readonly #run: (batch: Batch, wants: ReadonlySet<string>) => Promise<void>
  #running: Flight | undefined
  #next: WaitingBatch | undefined

  /**
   * @param plan the ids that a fetch for this batch asks for.
   * @param run carries it out.
   */
  constructor(plan: (batch: Batch) => ReadonlySet<string>, run: (batch: Batch, wants: ReadonlySet<string>) => Promise<void>) {
    this.#plan = plan
    this.#run = run
  }

  /** Resolves when a fetch that asked for all of `missing` has ended well. */
  join(missing: ReadonlySet<string>, request: Pick<RefreshRequest, 'listing' | 'source'>): Promise<void> {
    const running = this.#running
    if (running === undefined) return this.start({ ...request, needed: missing })
    if (missing.isSubsetOf(running.brings)) return running.done
    return this.#joinNext(missing, request, running)
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  /** Resolves when no fetch is running. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running.done.catch(() => undefined)
  }

  /** Starts a fetch at once. Only when none is running. */
  start(batch: Batch, wants: ReadonlySet<string> = this.#plan(batch)): Promise<void> {
    const done = this.#run(batch, wants).finally(() => {
      this.#running = undefined
    })
    // Those who wait hear of a failure; it is nobody else's.
    done.catch(() => undefined)
    this.#running = { brings: wants, done }
    return done
  }

  #joinNext(missing: ReadonlySet<string>, { listing, source }: Pick<RefreshRequest, 'listing' | 'source'>, running: Flight): Promise<void> {
    if (this.#next === undefined) {
      // How the running one ends does not matter to those who did not wait for it.
      const done = running.done.then(() => this.#startNext(), () => this.#startNext())
      this.#next = { needed: new Set(), listing, source, done }
    }
    for (const id of missing) this.#next.needed.add(id)
    // The newest listing is nearest to the truth, and the newest lease lives longest.
    this.#next.listing = listing
    this.#next.source = source
    return this.#next.done
  }

  async #startNext(): Promise<void> {
    // Somebody who waited for the last one may have been quicker.
    while (this.#running !== undefined) await this.#running.done.catch(() => undefined)
    const next = this.#next
    this.#next = undefined
    if (next !== undefined) await this.start(next)
  }
}

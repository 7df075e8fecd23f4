import type { RepoId } from '@refward/core-policy'
import type { RefListing } from '@refward/upstream'

/** How long a client may take from the listing that it was given to the fetch that it makes of it. */
const FRESH_MS = 2 * 60_000
const MAX_LISTINGS = 1000

interface Given {
  readonly listing: RefListing
  readonly at: number
}

/**
 * Which listing a session was given last. A fetch is judged by what its client was shown, so that a branch that moves between
 * the two requests of one `git fetch` breaks nothing, and no second question to the upstream is needed.
 */
export class RecentListings {
  readonly #clock: () => number
  readonly #given = new Map<string, Given>()

  /** @param clock milliseconds since 1970. */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  give(session: string, repo: RepoId, listing: RefListing): void {
    const key = `${session} ${repo}`
    this.#given.delete(key)
    this.#given.set(key, { listing, at: this.#clock() })
    const [oldest] = this.#given.keys()
    if (this.#given.size > MAX_LISTINGS && oldest !== undefined) this.#given.delete(oldest)
  }

  /** The listing, unless it is too old or the session was given none. */
  recall(session: string, repo: RepoId): RefListing | undefined {
    const given = this.#given.get(`${session} ${repo}`)
    return given !== undefined && this.#clock() - given.at < FRESH_MS ? given.listing : undefined
  }
}

import type { RepoId } from '@refward/core-policy'
import type { Capability } from '@refward/git-wire'

/** How upload-pack of one repository speaks. */
export interface ServerVoice {
  readonly version: 0 | 2
  readonly capabilities: readonly Capability[]
}

// Servers are upgraded and repositories replaced; what is remembered wrongly costs one more question, never a wrong answer.
const KEPT_MS = 10 * 60_000
const MAX_REPOSITORIES = 10_000

interface Remembered {
  readonly voice: ServerVoice
  readonly until: number
}

/** Remembers how each repository's server speaks, so that a listing is one question and not two. */
export class ServerMemory {
  readonly #clock: () => number
  readonly #voices = new Map<RepoId, Remembered>()

  /** @param clock milliseconds since 1970. */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  recall(repo: RepoId): ServerVoice | undefined {
    const remembered = this.#voices.get(repo)
    return remembered !== undefined && this.#clock() < remembered.until ? remembered.voice : undefined
  }

  remember(repo: RepoId, voice: ServerVoice): void {
    this.#voices.delete(repo)
    this.#voices.set(repo, { voice, until: this.#clock() + KEPT_MS })
    const [oldest] = this.#voices.keys()
    if (this.#voices.size > MAX_REPOSITORIES && oldest !== undefined) this.#voices.delete(oldest)
  }

  forget(repo: RepoId): void {
    this.#voices.delete(repo)
  }
}

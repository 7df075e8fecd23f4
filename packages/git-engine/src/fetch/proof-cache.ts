import { createHash } from 'node:crypto'

const MAX_VIEWS = 16
const MAX_IDS = 100_000

/** Which objects were proved to be reached from which tips; true for ever, since ids are hashes. For the lazy fetches of partial clones. */
export class ProofCache {
  readonly #proved = new Map<string, Set<string>>()

  unproven(tips: Iterable<string>, ids: ReadonlySet<string>): ReadonlySet<string> {
    if (ids.size === 0) return ids
    const proved = this.#proved.get(keyOf(tips))
    return proved === undefined ? ids : ids.difference(proved)
  }

  prove(tips: Iterable<string>, ids: ReadonlySet<string>): void {
    const key = keyOf(tips)
    const before = this.#proved.get(key) ?? new Set()
    const proved = before.size + ids.size > MAX_IDS ? new Set<string>() : before
    for (const id of ids) if (proved.size < MAX_IDS) proved.add(id)
    this.#proved.delete(key)
    this.#proved.set(key, proved)
    const [oldest] = this.#proved.keys()
    if (this.#proved.size > MAX_VIEWS && oldest !== undefined) this.#proved.delete(oldest)
  }
}

function keyOf(tips: Iterable<string>): string {
  return createHash('sha256').update([...tips].toSorted().join()).digest('base64')
}

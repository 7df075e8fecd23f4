/** Runs one task at a time for each key; tasks of other keys run beside them. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<void>>()

  /** Runs the task when it has every key. Keys are taken in one order everywhere, so that two tasks cannot wait for each other. */
  async run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(keys)].toSorted()
    if (first === undefined) return task()
    return this.#hold(first, () => this.run(rest, task))
  }

  async #hold<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last.set(key, promise)
    await before
    try {
      return await task()
    } finally {
      resolve()
      // The last one takes its trace away, or the map would keep every ref that was ever pushed.
      if (this.#last.get(key) === promise) this.#last.delete(key)
    }
  }
}

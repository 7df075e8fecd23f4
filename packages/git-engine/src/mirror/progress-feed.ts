const KEPT = 64

/** Progress text of one long operation, handed to everybody who listens. Late listeners get what was said last. */
export class ProgressFeed {
  readonly #listeners = new Set<(text: Uint8Array) => void>()
  readonly #said: Uint8Array[] = []

  /** @returns a function that ends the listening. */
  listen(listener: (text: Uint8Array) => void): () => void {
    for (const text of this.#said) listener(text)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  say(text: Uint8Array): void {
    this.#said.push(text)
    if (this.#said.length > KEPT) this.#said.shift()
    for (const listener of this.#listeners) listener(text)
  }
}

/** Credentials that were replaced, for as long as a lease of them may be in use. */
export class RetiredSecrets {
  readonly #clock: () => number
  readonly #lifetime: number
  readonly #until = new Map<string, number>()

  /**
   * @param clock milliseconds since 1970.
   * @param lifetime of a lease, in milliseconds.
   */
  constructor(clock: () => number, lifetime: number) {
    this.#clock = clock
    this.#lifetime = lifetime
  }

  add(secrets: Iterable<string>): void {
    for (const secret of secrets) this.#until.set(secret, this.#clock() + this.#lifetime)
  }

  live(): ReadonlySet<string> {
    for (const [secret, until] of this.#until) {
      if (this.#clock() >= until) this.#until.delete(secret)
    }
    return new Set(this.#until.keys())
  }
}

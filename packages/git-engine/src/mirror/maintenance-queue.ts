/** What can be made faster while it is in use. */
export interface Maintainable {
  readonly needsMaintenance: boolean
  readonly isFetching: boolean
  maintain(): Promise<void>
}

/** Makes one mirror faster at a time, a while after it was found to need it. */
export class MaintenanceQueue {
  readonly #delayMs: number
  readonly #timers = new Map<Maintainable, NodeJS.Timeout>()
  #running: Promise<void> = Promise.resolve()
  #closed = false

  constructor(delayMs: number) {
    this.#delayMs = delayMs
  }

  schedule(mirror: Maintainable): void {
    if (this.#closed || this.#timers.has(mirror)) return
    const timer = setTimeout(() => {
      this.#timers.delete(mirror)
      this.#running = this.#running.then(() => this.#run(mirror))
    }, this.#delayMs)
    // A gateway that has nothing else to do may end.
    timer.unref()
    this.#timers.set(mirror, timer)
  }

  /** Waits for what is running. Nothing begins any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await this.#running
  }

  async #run(mirror: Maintainable): Promise<void> {
    if (this.#closed || !mirror.needsMaintenance) return
    if (mirror.isFetching) this.schedule(mirror)
    else await mirror.maintain()
  }
}

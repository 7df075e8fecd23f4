import { WaitExceeded } from './wait-exceeded.ts'

/** One bounded wait at a time. */
export class Watch {
  readonly #exceeded: (error: WaitExceeded) => void
  #timer: NodeJS.Timeout | undefined

  constructor(exceeded: (error: WaitExceeded) => void) {
    this.#exceeded = exceeded
  }

  /**
   * @param phase what is waited for, fit to stand behind "while".
   * @param limit in milliseconds.
   */
  start(phase: string, limit: number): void {
    this.stop()
    this.#timer = setTimeout(() => this.#exceeded(new WaitExceeded(phase)), limit)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

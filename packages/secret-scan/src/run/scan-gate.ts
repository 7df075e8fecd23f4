import type { ScanBudget } from '../scanner.ts'
import { ScanStop } from './scan-stop.ts'

const LONGEST_TIMER_MS = 0x7fff_ffff

/** Watches the budget of one scan. Its signal aborts, with a {@link ScanStop} as reason, when the time is spent or the caller aborts. */
export class ScanGate implements Disposable {
  readonly #controller = new AbortController()
  readonly #budget: ScanBudget
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.stop(new ScanStop('aborted', 'the scan was aborted'))
  #bytes = 0
  #objects = 0

  constructor(budget: ScanBudget, clock: () => number) {
    this.#budget = budget
    const left = Math.max(0, Math.min(budget.deadline - clock(), LONGEST_TIMER_MS))
    this.#timer = setTimeout(
      () => this.stop(new ScanStop('time-spent', 'the time for scanning this push is spent')),
      left,
    )
    if (budget.signal.aborted) this.#onAbort()
    else budget.signal.addEventListener('abort', this.#onAbort, { once: true })
    if (left === 0) this.stop(new ScanStop('time-spent', 'there was no time left for scanning this push'))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get spent(): { readonly objects: number; readonly bytes: number } {
    return { objects: this.#objects, bytes: this.#bytes }
  }

  /** Stops the scan for the given reason; the first one counts. */
  stop(reason: unknown): void {
    this.#controller.abort(reason)
  }

  /** @throws ScanStop when the scan has been stopped. */
  check(): void {
    this.signal.throwIfAborted()
  }

  countObject(): void {
    this.#objects += 1
  }

  /** @throws ScanStop when the bytes are spent. */
  countBytes(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#budget.bytes) {
      throw new ScanStop('bytes-spent', `more than the ${this.#budget.bytes} bytes that may be scanned in one push`)
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#budget.signal.removeEventListener('abort', this.#onAbort)
  }
}

/** The promise, or the reason of the signal if that comes first. Leaves no listener behind. */
export async function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, stopped])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

import { unlessStopped } from '../run/scan-gate.ts'
import { ScanStop } from '../run/scan-stop.ts'
import { PooledWorker, type WorkerOptions, type WorkerRequest } from './pooled-worker.ts'
import type { ScanAnswer } from './protocol.ts'

export interface PoolOptions extends WorkerOptions {
  /** Most workers at a time. */
  readonly size: number
  /** How long a request waits for a busy worker before another is started. */
  readonly patienceMs: number
  /** A pool that had nothing to do for so long ends its workers, and gives their memory back. */
  readonly idleMs: number
}

/**
 * A few worker threads, ended when there has been no work for a while. One does for any number of requests as long as each
 * takes the few milliseconds that it should: another costs twenty megabytes, and is started when a request had to wait.
 * Requests are served in the order in which they came, whoever sent them. A worker that dies or hangs takes one request with
 * it; the next starts anew.
 */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #workers = new Set<PooledWorker>()
  readonly #idle: PooledWorker[] = []
  readonly #waiting: PromiseWithResolvers<PooledWorker>[] = []
  #idleTimer: NodeJS.Timeout | undefined
  #closed: ScanStop | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Most requests that can be at work at once. */
  get size(): number {
    return this.#options.size
  }

  /** Workers that are alive. */
  get alive(): number {
    return this.#workers.size
  }

  /** Starts a worker if there is none. */
  warm(): void {
    if (this.#workers.size === 0 && this.#closed === undefined) this.#release(this.#start())
  }

  /** @throws ScanStop the signal's reason when it aborts, or what became of the worker. */
  async run(request: WorkerRequest, live: readonly Uint8Array[], signal: AbortSignal): Promise<ScanAnswer> {
    const worker = await this.#acquire(signal)
    try {
      return await worker.run(request, live, signal)
    } finally {
      this.#release(worker)
    }
  }

  /** Ends all workers; requests under way and to come fail. */
  async close(): Promise<void> {
    this.#closed = new ScanStop('closed', 'the scanner was closed')
    clearTimeout(this.#idleTimer)
    const workers = [...this.#workers]
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#closed)
    for (const worker of workers) worker.end(this.#closed)
    await Promise.all(workers.map(async (worker) => worker.ended()))
  }

  async #acquire(signal: AbortSignal): Promise<PooledWorker> {
    if (this.#closed !== undefined) throw this.#closed
    clearTimeout(this.#idleTimer)
    return this.#idle.pop() ?? (this.#workers.size === 0 ? this.#start() : this.#nextFree(signal))
  }

  async #nextFree(signal: AbortSignal): Promise<PooledWorker> {
    const waiting = Promise.withResolvers<PooledWorker>()
    this.#waiting.push(waiting)
    const impatience = setTimeout(() => this.#addWorker(), this.#options.patienceMs)
    try {
      return await unlessStopped(waiting.promise, signal)
    } catch (error) {
      const index = this.#waiting.indexOf(waiting)
      if (index !== -1) this.#waiting.splice(index, 1)
      // A worker that came in the same moment as the stop goes to the next in line; a closed pool has none to give.
      else
        void waiting.promise.then(
          (worker) => this.#release(worker),
          () => undefined,
        )
      throw error
    } finally {
      clearTimeout(impatience)
    }
  }

  #addWorker(): void {
    if (this.#workers.size < this.#options.size && this.#closed === undefined) this.#release(this.#start())
  }

  #start(): PooledWorker {
    const worker: PooledWorker = new PooledWorker(this.#options, () => this.#forget(worker))
    this.#workers.add(worker)
    return worker
  }

  #forget(worker: PooledWorker): void {
    this.#workers.delete(worker)
    const index = this.#idle.indexOf(worker)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  #release(worker: PooledWorker): void {
    const next = this.#waiting.shift()
    if (next !== undefined) next.resolve(worker.isAlive ? worker : this.#start())
    else if (worker.isAlive) {
      this.#idle.push(worker)
      clearTimeout(this.#idleTimer)
      this.#idleTimer = setTimeout(() => this.#endIdle(), this.#options.idleMs).unref()
    }
  }

  #endIdle(): void {
    for (const worker of this.#idle.splice(0)) worker.end(new ScanStop('closed', 'the worker had nothing to do'))
  }
}

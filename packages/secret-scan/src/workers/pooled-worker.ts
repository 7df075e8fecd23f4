import { Worker } from 'node:worker_threads'
import { ScanStop } from '../run/scan-stop.ts'
import type { ScanAnswer, ScanRequest, WorkerSettings } from './protocol.ts'

export interface WorkerOptions {
  /** Entry of the worker. */
  readonly entry: URL
  readonly settings: WorkerSettings
  /** Longest time for one request, of at most {@link PART_LAYOUT} bytes; whatever takes longer hangs. */
  readonly requestMs: number
  readonly memoryMb: number
}

/** A request without what the worker adds. */
export type WorkerRequest = Omit<ScanRequest, 'live'>

interface Job {
  readonly resolve: (answer: ScanAnswer) => void
  readonly reject: (reason: unknown) => void
}

/** One worker thread, with at most one request at a time. */
export class PooledWorker {
  readonly #options: WorkerOptions
  readonly #onEnd: () => void
  readonly #worker: Worker
  #job: Job | undefined
  #live: readonly Uint8Array[] = []
  #ended: { readonly reason: unknown } | undefined

  /** @param onEnd called once, when the thread has ended or is about to */
  constructor(options: WorkerOptions, onEnd: () => void) {
    this.#options = options
    this.#onEnd = onEnd
    this.#worker = new Worker(options.entry, {
      workerData: options.settings,
      // The thread reads no environment, and a regular expression that eats memory ends it, not the gateway.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: 4 },
    })
    this.#worker.on('message', (answer: ScanAnswer) => this.#settle((job) => job.resolve(answer)))
    this.#worker.on('error', (error) =>
      this.#fail(new ScanStop('scanner-failed', `a scan worker failed (${nameOf(error)})`)),
    )
    this.#worker.on('exit', () => this.#fail(new ScanStop('scanner-failed', 'a scan worker ended')))
    // Only work keeps the process alive. Last, since listening for messages holds it.
    this.#worker.unref()
  }

  get isAlive(): boolean {
    return this.#ended === undefined
  }

  /** @throws ScanStop when the signal aborts, or the worker fails or hangs. The worker is ended then: nothing else stops it. */
  async run(request: WorkerRequest, live: readonly Uint8Array[], signal: AbortSignal): Promise<ScanAnswer> {
    signal.throwIfAborted()
    if (this.#ended !== undefined) throw this.#ended.reason
    const { promise, resolve, reject } = Promise.withResolvers<ScanAnswer>()
    this.#job = { resolve, reject }
    const hang = setTimeout(
      () => this.end(new ScanStop('time-spent', 'a part of an object took too long')),
      this.#options.requestMs,
    )
    const onAbort = (): void => this.end(signal.reason as unknown)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      this.#worker.ref()
      this.#worker.postMessage({ ...request, ...this.#news(live) } satisfies ScanRequest, [request.buffer])
      return await promise
    } finally {
      clearTimeout(hang)
      signal.removeEventListener('abort', onAbort)
      this.#worker.unref()
    }
  }

  /** Ends the thread at once; a request under way fails with the reason. */
  end(reason: unknown): void {
    this.#fail(reason)
    // Rejects never; the exit of the thread changes nothing any more.
    void this.#worker.terminate()
  }

  /** Resolves when the thread is gone. */
  async ended(): Promise<void> {
    await this.#worker.terminate()
  }

  #news(live: readonly Uint8Array[]): Pick<ScanRequest, 'live'> {
    if (isEqual(live, this.#live)) return {}
    // Copies: an owner who overwrites a credential that was renewed must not make it look known.
    this.#live = live.map((secret) => Uint8Array.from(secret))
    return { live }
  }

  #fail(reason: unknown): void {
    if (this.#ended === undefined) {
      this.#ended = { reason }
      this.#onEnd()
    }
    this.#settle((job) => job.reject(reason))
  }

  #settle(how: (job: Job) => void): void {
    const job = this.#job
    this.#job = undefined
    if (job !== undefined) how(job)
  }
}

function isEqual(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, index) => Buffer.compare(bytes, b[index] ?? bytes) === 0)
}

/** The code or class of an error. Not its message, which may quote what was being scanned. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

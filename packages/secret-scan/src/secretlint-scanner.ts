import { readParts } from './run/read-parts.ts'
import { runScan } from './run/run-scan.ts'
import { type ObjectResults, type ScanCollector, tooManyFindings } from './run/scan-collector.ts'
import { type ScanGate, unlessStopped } from './run/scan-gate.ts'
import type { ScanBudget, ScanInput, ScanReport, Scanner } from './scanner.ts'
import { PART_LAYOUT, PartBatch } from './workers/part-batch.ts'
import type { ScanAnswer } from './workers/protocol.ts'
import { WorkerPool } from './workers/worker-pool.ts'

export interface SecretlintScannerOptions {
  /** The installation's secret key for fingerprints, 16 bytes or more. */
  readonly fingerprintKey: Uint8Array
  /** The gateway's credentials as they are now. Asked once for each scan. */
  readonly liveSecrets: () => readonly Uint8Array[]
  /** Milliseconds; the clock of {@link ScanBudget.deadline}. */
  readonly clock: () => number
  readonly workers?: Partial<WorkerSetup>
}

/** How the scanner uses threads. */
export interface WorkerSetup {
  /** Most worker threads. Default 2. */
  readonly count: number
  /** Milliseconds for which a part of an object waits for a busy thread before another is started. Default 500. */
  readonly patienceMs: number
  /** Milliseconds after which threads without work end. Default 30 s. */
  readonly idleMs: number
  /** Longest time for 128 KiB; default 10 s, some ten thousand times the usual. */
  readonly requestMs: number
  /** Heap of one thread. Default 32. */
  readonly memoryMb: number
  /** Entry of the threads, for a bundle that has it elsewhere. Default: the file beside this one. */
  readonly entry: URL
}

const DEFAULTS: Omit<WorkerSetup, 'entry'> = {
  count: 2,
  patienceMs: 500,
  idleMs: 30_000,
  requestMs: 10_000,
  memoryMb: 32,
}
/** Sources run as they are, and a bundler does not see through a computed name. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './workers/scan-worker.ts' : './workers/scan-worker.js',
  import.meta.url,
)
const MAX_SPARE_BUFFERS = 3

/** Scans with secretlint's recommended rules and our own, in worker threads of this process. */
export function createSecretlintScanner(options: SecretlintScannerOptions): Scanner {
  return new SecretlintScanner(options)
}

class SecretlintScanner implements Scanner {
  readonly name = 'secretlint'
  readonly #options: SecretlintScannerOptions
  readonly #pool: WorkerPool
  readonly #spareBuffers: ArrayBuffer[] = []

  constructor(options: SecretlintScannerOptions) {
    const { count, patienceMs, idleMs, requestMs, memoryMb, entry } = { ...DEFAULTS, entry: ENTRY, ...options.workers }
    this.#options = options
    const settings = { fingerprintKey: options.fingerprintKey }
    this.#pool = new WorkerPool({ size: count, patienceMs, idleMs, requestMs, memoryMb, entry, settings })
  }

  warm(): void {
    this.#pool.warm()
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async scan(inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>, budget: ScanBudget): Promise<ScanReport> {
    return runScan({ budget, clock: this.#options.clock }, async (gate, collector) => {
      const live = this.#options.liveSecrets()
      const underWay = new Set<Promise<void>>()
      for await (const batch of this.#batches(inputs, gate, collector)) {
        const task = this.#inspect(batch, { live, gate, collector }).finally(() => underWay.delete(task))
        underWay.add(task)
        // One batch waits for each that is at work, so that no worker waits for its next.
        if (underWay.size > this.#pool.size) await unlessStopped(Promise.race(underWay), gate.signal)
      }
      await Promise.all(underWay)
    })
  }

  async *#batches(
    inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>,
    gate: ScanGate,
    collector: ScanCollector,
  ): AsyncIterable<PartBatch> {
    let batch = this.#newBatch()
    let current: { readonly input: ScanInput; readonly object: ObjectResults; index: number } | undefined
    for await (const { input, part } of readParts(inputs, gate, PART_LAYOUT)) {
      if (!batch.hasRoomFor(part)) {
        yield batch
        batch = this.#newBatch()
      }
      if (current?.input !== input) current = { input, object: collector.addObject(input.meta), index: 0 }
      batch.add(part, { object: current.object, index: current.index++ })
    }
    if (batch.parts.length > 0) yield batch
  }

  #newBatch(): PartBatch {
    return new PartBatch(this.#spareBuffers.pop())
  }

  /** Never rejects. A failure stops the whole scan through its gate, on which the reader of the inputs waits. */
  async #inspect(
    { buffer, parts, owners }: PartBatch,
    { live, gate, collector }: { live: readonly Uint8Array[]; gate: ScanGate; collector: ScanCollector },
  ): Promise<void> {
    try {
      const answer = await this.#pool.run({ buffer, parts }, live, gate.signal)
      if (this.#spareBuffers.length < MAX_SPARE_BUFFERS) this.#spareBuffers.push(answer.buffer)
      collect(answer, owners, collector)
    } catch (error) {
      gate.stop(error)
    }
  }
}

function collect(answer: ScanAnswer, owners: PartBatch['owners'], collector: ScanCollector): void {
  const matches = Map.groupBy(answer.matches, ({ part }) => part)
  for (const [part, { object, index }] of owners.entries()) {
    const extent = answer.extents[part] ?? { lines: 0, column: 0 }
    collector.add(object, index, { extent, matches: matches.get(part) ?? [] })
  }
  if (answer.isCut) throw tooManyFindings()
}

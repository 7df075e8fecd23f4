import { createMarker } from './finding-marks.ts'
import { GITLEAKS_LAYOUT, GitleaksFeed, ownedPlace } from './gitleaks/gitleaks-feed.ts'
import { type GitleaksFinding, LEAKS_FOUND_CODE, parseGitleaksResult } from './gitleaks/gitleaks-report.ts'
import type { ProgramResult, RunProgram } from './gitleaks/run-program.ts'
import { DetectorSet } from './inspect/detector-set.ts'
import { Inspector } from './inspect/inspector.ts'
import { LiveSecrets } from './live/live-secrets.ts'
import { placeBetween } from './run/line-tally.ts'
import { readParts } from './run/read-parts.ts'
import { runScan } from './run/run-scan.ts'
import { type ObjectResults, type PartMatchResult, type ScanCollector, tooManyFindings } from './run/scan-collector.ts'
import type { ScanGate } from './run/scan-gate.ts'
import { ScanStop } from './run/scan-stop.ts'
import type { ScanBudget, ScanInput, ScanReport, Scanner } from './scanner.ts'
import { type InspectTools, inspectPart } from './workers/inspect-request.ts'

export interface GitleaksScannerOptions {
  /** Path or name of the program. */
  readonly program: string
  /** Path of a configuration in gitleaks' TOML; without it, gitleaks' own default. */
  readonly config?: string
  readonly run: RunProgram
  /** The installation's secret key for fingerprints, 16 bytes or more. */
  readonly fingerprintKey: Uint8Array
  /** The gateway's credentials as they are now. Asked once for each scan. */
  readonly liveSecrets: () => readonly Uint8Array[]
  /** Milliseconds; the clock of {@link ScanBudget.deadline}. */
  readonly clock: () => number
}

const STDOUT_BYTES = 0x100_0000
const STDERR_BYTES = 0x1_0000

/**
 * Scans with gitleaks, one process for each push, which reads everything from its standard input: no path is named to it,
 * so that no path is exempt. The gateway's own credentials are searched for here. Rules of gitleaks that ask for a path never match.
 */
export function createGitleaksScanner(options: GitleaksScannerOptions): Scanner {
  return new GitleaksScanner(options)
}

class GitleaksScanner implements Scanner {
  readonly name = 'gitleaks'
  readonly #options: GitleaksScannerOptions
  readonly #mark: ReturnType<typeof createMarker>
  readonly #closing = new AbortController()

  constructor(options: GitleaksScannerOptions) {
    this.#options = options
    this.#mark = createMarker(options.fingerprintKey)
  }

  /** There is nothing to start ahead: the program reads as soon as there is something. */
  warm(): void {}

  async close(): Promise<void> {
    this.#closing.abort(new ScanStop('closed', 'the scanner was closed'))
  }

  async scan(inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>, budget: ScanBudget): Promise<ScanReport> {
    return runScan({ budget, clock: this.#options.clock }, async (gate, collector) => {
      const feed = new GitleaksFeed()
      const result = await this.#run(this.#stream(inputs, { gate, collector, feed }), gate)
      // A program that ends before it has read everything has seen as many bytes as it says, and still not all.
      if (!feed.isComplete) throw new ScanStop('scanner-failed', 'gitleaks did not read all that it was given')
      for (const finding of parseGitleaksResult(result, feed.bytes)) this.#collect(finding, feed, collector)
    })
  }

  async #run(stdin: AsyncIterable<Uint8Array>, gate: ScanGate): Promise<ProgramResult> {
    const { program, config, run } = this.#options
    const signal = AbortSignal.any([gate.signal, this.#closing.signal])
    try {
      return await run(program, gitleaksArguments(config), stdin, {
        signal,
        stdoutBytes: STDOUT_BYTES,
        stderrBytes: STDERR_BYTES,
      })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new ScanStop('scanner-missing', 'the gitleaks program was not found', { cause: error })
      }
      throw new ScanStop('scanner-failed', 'gitleaks could not be run to its end', { cause: error })
    }
  }

  async *#stream(
    inputs: AsyncIterable<ScanInput> | Iterable<ScanInput>,
    { gate, collector, feed }: { gate: ScanGate; collector: ScanCollector; feed: GitleaksFeed },
  ): AsyncIterable<Uint8Array> {
    const tools: InspectTools = {
      inspector: new Inspector(new DetectorSet([])),
      live: new LiveSecrets(this.#options.liveSecrets()),
      mark: this.#mark,
    }
    let current: { readonly input: ScanInput; readonly object: ObjectResults; index: number } | undefined
    try {
      yield feed.guard()
      for await (const { input, part } of readParts(inputs, gate, GITLEAKS_LAYOUT)) {
        if (current?.input !== input) current = { input, object: collector.addObject(input.meta), index: 0 }
        const owner = { object: current.object, index: current.index++ }
        const { bytes, ownedStart, ownedEnd } = part
        const { matches, isCut } = inspectPart(bytes, { start: 0, end: bytes.length, ownedStart, ownedEnd }, tools)
        if (isCut) throw tooManyFindings()
        collector.add(owner.object, owner.index, { extent: placeBetween(bytes, ownedStart, ownedEnd), matches })
        yield* feed.part(part, owner)
      }
      feed.complete()
    } catch (error) {
      // The runner reports in its own words that its input failed; the gate keeps what it was.
      gate.stop(error)
      throw error
    }
  }

  #collect(
    { ruleId, description, line, column, secret }: GitleaksFinding,
    feed: GitleaksFeed,
    collector: ScanCollector,
  ): void {
    const part = feed.partAt(line)
    if (part === undefined) throw new ScanStop('scanner-output', 'gitleaks found something where nothing is')
    const place = ownedPlace(part, { line, column })
    if (place === undefined) return
    const match: PartMatchResult = {
      rule: `gitleaks-${ruleId}`,
      title: description.replace(/[^\x20-\x7e]/g, '').slice(0, 100),
      encodings: part.width === 2 ? ['utf-16'] : [],
      place,
      ...this.#mark({ rule: ruleId, secret }),
    }
    collector.addMatch(part.owner.object, part.owner.index, match)
  }
}

/**
 * Every flag is here for a reason. `--ignore-gitleaks-allow`: comments in the scanned text must not exempt it.
 * `--gitleaks-ignore-path`: nor may a file of ignored findings. `--log-level info`: it says there how much it scanned.
 * No `--timeout`: when it is over, gitleaks ends as if all had been scanned; the runner's limit does not. No `--redact`: the
 * secret is needed for its fingerprint, and goes no further.
 */
function gitleaksArguments(config: string | undefined): readonly string[] {
  return [
    'stdin',
    '--no-banner',
    '--no-color',
    '--log-level=info',
    '--ignore-gitleaks-allow',
    '--gitleaks-ignore-path=/dev/null',
    '--report-format=json',
    '--report-path=-',
    '--redact=0',
    `--exit-code=${LEAKS_FOUND_CODE}`,
    ...(config === undefined ? [] : [`--config=${config}`]),
  ]
}

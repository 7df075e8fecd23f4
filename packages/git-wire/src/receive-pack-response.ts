import type { PacketLimits } from './packet-decoder.ts'
import type { EventParser, MessageParser } from './parser.ts'
import { REPORT_LIMITS, type ReportStatus, createReportStatusParser } from './report-status.ts'
import { type Failure, type Parsed, ok } from './result.ts'
import { SidebandDemux, type SidebandEvent } from './side-band-demux.ts'

/** What an answer of receive-pack consists of. */
export type ReceivePackResponseEvent =
  | Exclude<SidebandEvent, { kind: 'data' }>
  /** What became of each ref; comes last. */
  | { readonly kind: 'report'; readonly report: ReportStatus }

class ReceivePackResponseParser implements EventParser<ReceivePackResponseEvent> {
  readonly #report: MessageParser<ReportStatus>
  readonly #demux: SidebandDemux | undefined
  #aborted = false
  #failure: Failure | undefined

  constructor(sideband: boolean, limits: PacketLimits) {
    this.#report = createReportStatusParser(limits)
    this.#demux = sideband ? new SidebandDemux() : undefined
  }

  get done(): boolean {
    return this.#demux === undefined ? this.#report.done : this.#demux.done
  }

  push(chunk: Uint8Array): Parsed<readonly ReceivePackResponseEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    const events: ReceivePackResponseEvent[] = []
    this.#failure = this.#demux === undefined ? this.#pushReport(chunk) : this.#pushSideband(this.#demux, chunk, events)
    return this.#failure ?? ok(events)
  }

  end(): Parsed<readonly ReceivePackResponseEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    const ended = this.#demux?.end()
    if (ended?.kind === 'error') return ended
    if (this.#aborted) return ok([])
    const report = this.#report.end()
    return report.kind === 'error' ? report : ok([{ kind: 'report', report: report.value }])
  }

  #pushSideband(demux: SidebandDemux, chunk: Uint8Array, events: ReceivePackResponseEvent[]): Failure | undefined {
    return demux.feed(chunk, (event) => {
      if (event.kind === 'data') return this.#pushReport(event.data)
      if (event.kind === 'fatal') this.#aborted = true
      events.push(event)
      return undefined
    })
  }

  #pushReport(bytes: Uint8Array): Failure | undefined {
    const pushed = this.#report.push(bytes)
    return pushed.kind === 'error' ? pushed : undefined
  }
}

/**
 * Parses the answer to a push that asked for a report. When the answer is not whole, or the forge gave up in the middle,
 * there is no report: what is true must then be read from the forge's refs.
 */
export function createReceivePackResponseParser(
  options: { readonly sideband: boolean },
  limits: PacketLimits = REPORT_LIMITS,
): EventParser<ReceivePackResponseEvent> {
  return new ReceivePackResponseParser(options.sideband, limits)
}

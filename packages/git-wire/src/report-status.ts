import { parseIdOrZero } from './object-id.ts'
import type { PacketLimits } from './packet-decoder.ts'
import { type Grammar, type MessageParser, createMessageParser, remoteError, unexpected } from './parser.ts'
import { type Packet, line } from './pkt-line.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'
import { decodeMessage, encodeText, hasControl, quote } from './text.ts'

/** What a hook of the forge made of a command (`report-status-v2`). */
export interface ReportOptions {
  readonly refname?: string
  readonly oldId?: string
  readonly newId?: string
  readonly forcedUpdate?: true
}

/** What became of one ref. */
export type RefReport =
  | { readonly kind: 'ok'; readonly name: string; readonly options: ReportOptions }
  | { readonly kind: 'ng'; readonly name: string; readonly reason: string }

/** What became of a push. */
export interface ReportStatus {
  /** `ok`, or why the pack was not taken. */
  readonly unpack: string
  readonly refs: readonly RefReport[]
}

export const REPORT_LIMITS: PacketLimits = { maxPackets: 500_000, maxBytes: 64 * 1024 * 1024 }

const UNPACK = 'unpack '
const OPTION = 'option '

class ReportStatusGrammar implements Grammar<ReportStatus> {
  readonly #refs: RefReport[] = []
  #unpack: string | undefined

  packet(packet: Packet): 'more' | 'done' | Failure {
    if (packet.kind === 'data') return remoteError(packet.payload) ?? this.#line(decodeMessage(packet.payload)) ?? 'more'
    return packet.kind === 'flush' ? 'done' : unexpected(packet, 'a report')
  }

  finish(): Parsed<ReportStatus> {
    if (this.#unpack === undefined) return fail('truncated', 'the report says nothing of the pack')
    return ok({ unpack: this.#unpack, refs: this.#refs })
  }

  #line(text: string): Failure | undefined {
    if (this.#unpack === undefined) return this.#setUnpack(text)
    if (text.startsWith('ok ')) return this.#add({ kind: 'ok', name: text.slice(3), options: {} }, text)
    if (text.startsWith('ng ')) return this.#addRefused(text)
    if (text.startsWith(OPTION)) return this.#addOption(text.slice(OPTION.length))
    return malformed(text)
  }

  #setUnpack(text: string): Failure | undefined {
    if (!text.startsWith(UNPACK) || text.length === UNPACK.length) return malformed(text)
    this.#unpack = text.slice(UNPACK.length)
    return undefined
  }

  #addRefused(text: string): Failure | undefined {
    const space = text.indexOf(' ', 3)
    const name = space < 0 ? text.slice(3) : text.slice(3, space)
    return this.#add({ kind: 'ng', name, reason: space < 0 ? '' : text.slice(space + 1) }, text)
  }

  #add(report: RefReport, text: string): Failure | undefined {
    if (report.name === '' || report.name.includes(' ') || hasControl(report.name)) return malformed(text)
    this.#refs.push(report)
    return undefined
  }

  #addOption(text: string): Failure | undefined {
    const last = this.#refs.at(-1)
    if (last?.kind !== 'ok') return fail('malformed-line', `option ${quote(text)} belongs to no accepted ref`)
    const option = parseOption(text)
    if (option.kind === 'error') return option
    if (Object.keys(option.value).some((key) => key in last.options)) return fail('duplicate-argument', `option ${quote(text)} stands twice`)
    this.#refs[this.#refs.length - 1] = { ...last, options: { ...last.options, ...option.value } }
    return undefined
  }
}

// An option that is not known yet says something about a result, and a result is told in full or not at all.
function parseOption(text: string): Parsed<ReportOptions> {
  const space = text.indexOf(' ')
  const name = space < 0 ? text : text.slice(0, space)
  const value = space < 0 ? '' : text.slice(space + 1)
  switch (name) {
    case 'refname':
      return value === '' || value.includes(' ') || hasControl(value) ? malformed(text) : ok({ refname: value })
    case 'old-oid':
      return idOption(value, (oldId) => ({ oldId }))
    case 'new-oid':
      return idOption(value, (newId) => ({ newId }))
    case 'forced-update':
      return value === '' ? ok({ forcedUpdate: true }) : malformed(text)
    default:
      return fail('unknown-argument', `option ${quote(text)} is not known`)
  }
}

function idOption(value: string, create: (id: string) => ReportOptions): Parsed<ReportOptions> {
  const id = parseIdOrZero(value)
  return id.kind === 'error' ? id : ok(create(id.value))
}

function malformed(text: string): Failure {
  return fail('malformed-line', `line ${quote(text)} is no line of a report`)
}

/** Parses a report, taken out of its side-band. */
export function createReportStatusParser(limits: PacketLimits = REPORT_LIMITS): MessageParser<ReportStatus> {
  return createMessageParser(new ReportStatusGrammar(), limits)
}

/** A report. Put it into side-band packets, and a flush behind them, when the client asked for a side-band. */
export function renderReportStatus(report: ReportStatus, version: 'report-status' | 'report-status-v2'): Uint8Array {
  const lines = report.refs.flatMap((ref) => [
    ref.kind === 'ok' ? `ok ${ref.name}` : `ng ${ref.name}${ref.reason === '' ? '' : ` ${ref.reason}`}`,
    ...(ref.kind === 'ok' && version === 'report-status-v2' ? optionLines(ref.options) : []),
  ])
  return encodeText([line(UNPACK + report.unpack), ...lines.map(line), '0000'].join(''))
}

function optionLines({ refname, oldId, newId, forcedUpdate }: ReportOptions): readonly string[] {
  return [
    ...(refname === undefined ? [] : [`${OPTION}refname ${refname}`]),
    ...(oldId === undefined ? [] : [`${OPTION}old-oid ${oldId}`]),
    ...(newId === undefined ? [] : [`${OPTION}new-oid ${newId}`]),
    ...(forcedUpdate === undefined ? [] : [`${OPTION}forced-update`]),
  ]
}

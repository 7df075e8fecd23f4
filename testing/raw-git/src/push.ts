import { type ReceivePackResponseEvent, type ReportStatus, createReceivePackResponseParser } from '@refward/git-wire'
import { FLUSH, ZERO, pkt } from './pkt-line.ts'

export interface Command {
  readonly ref: string
  /** What the client says that the ref points to; nothing by default. */
  readonly oldId?: string
  /** Zeros delete. */
  readonly newId: string
}

export interface RawPush {
  readonly commands: readonly Command[]
  /** In place of what a usual client asks for. */
  readonly capabilities?: string
  readonly shallow?: readonly string[]
  readonly pack?: Uint8Array
}

export const USUAL_CAPABILITIES: string = ' report-status side-band-64k object-format=sha1 agent=git/2.39.5'

/** The body of a push. */
export function renderPush({ commands, capabilities = USUAL_CAPABILITIES, shallow = [], pack = Buffer.alloc(0) }: RawPush): Buffer {
  const lines = commands.map(({ ref, oldId = ZERO, newId }, index) => pkt(`${oldId} ${newId} ${ref}${index === 0 ? `\0${capabilities}` : ''}`))
  return Buffer.concat([...shallow.map((id) => pkt(`shallow ${id}`)), ...lines, FLUSH, pack])
}

export interface PushAnswer {
  /** Undefined where there is none: the answer is an error of its own, or cut. */
  readonly report: ReportStatus | undefined
  /** What a person would read. */
  readonly progress: string
  /** The bytes as they came, for the search for what must not be in them. */
  readonly bytes: Buffer
}

/** Reads the answer to a push in git's own way. */
export function readPushAnswer(bytes: Buffer, sideband = true): PushAnswer {
  const parser = createReceivePackResponseParser({ sideband })
  const pushed = parser.push(bytes)
  const ended = parser.end()
  const events = [pushed, ended].flatMap((parsed): readonly ReceivePackResponseEvent[] => (parsed.kind === 'ok' ? parsed.value : []))
  const texts = events.map((event) => (event.kind === 'progress' ? Buffer.from(event.data).toString('utf8') : event.kind === 'fatal' ? event.message : ''))
  const report = events.find((event) => event.kind === 'report')?.report
  // An error that stands in the place of the answer is no side-band; a person reads it all the same.
  const progress = report === undefined && events.length === 0 ? bytes.toString('utf8') : texts.join('')
  return { report, progress, bytes }
}

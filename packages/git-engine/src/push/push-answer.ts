import { renderRefusal } from '@refward/core-policy'
import type { Refusal, RequestId } from '@refward/core-policy'
import { type PushCapabilities, type ReportStatus, FLUSH_PACKET, SIDEBAND_KEEPALIVE, renderReportStatus, renderSideband } from '@refward/git-wire'
import type { LiveSecrets } from '@refward/secret-scan'
import { ForgeText } from './forge-text.ts'
import type { PushVoice } from './push-types.ts'

/** The body of the answer. The caller has set status and headers, or sets them with the first write. */
export interface PushAnswerSink {
  /** Resolves when more may come. Never rejects: a client that went away does not change what happens to its push. */
  write(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

export interface PushAnswerOptions {
  readonly sink: PushAnswerSink
  readonly capabilities: PushCapabilities
  readonly secrets: LiveSecrets
  readonly request: RequestId
}

const KEEP_ALIVE_MS = 5_000
const PROGRESS = 2

/** Writes the answer to one push in the form that its client asked for. */
export class PushAnswer implements PushVoice {
  readonly #options: PushAnswerOptions
  readonly #text: ForgeText
  #timer: NodeJS.Timeout | undefined
  #activity = ''

  constructor(options: PushAnswerOptions) {
    this.#options = options
    this.#text = new ForgeText(options.secrets)
  }

  /** From now on a silence of five seconds is filled, with what is going on or, for a quiet client, with nothing. */
  begin(activity: string): void {
    this.#activity = activity
    this.#restartTimer()
  }

  /** One line for a person, if the client can show it. */
  async line(text: string): Promise<void> {
    await this.#progress(Buffer.from(`${this.#options.secrets.mask(text)}\n`))
  }

  async refusal(refusal: Refusal): Promise<void> {
    for (const text of renderRefusal(refusal)) await this.line(text)
  }

  /** What the forge writes for people, as it comes: without credentials and without terminal sequences. */
  async forward(text: Uint8Array): Promise<void> {
    await this.#forward(this.#text.push(text))
  }

  /** The report and the end of the answer. Nothing can be written after it. */
  async finish(report: ReportStatus): Promise<void> {
    clearTimeout(this.#timer)
    await this.#forward(this.#text.end())
    const { sink, capabilities } = this.#options
    const version = capabilities.reportStatus === 'report-status-v2' ? 'report-status-v2' : 'report-status'
    const bytes = renderReportStatus(report, version)
    await sink.write(capabilities.sideband ? Buffer.concat([renderSideband(1, bytes), FLUSH_PACKET]) : bytes)
    await sink.end()
  }

  /** Ends without a report: the client is gone. */
  async abandon(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#options.sink.end()
  }

  async #forward(text: string): Promise<void> {
    if (text !== '') await this.#progress(Buffer.from(text))
  }

  async #progress(bytes: Uint8Array): Promise<void> {
    if (!this.#options.capabilities.sideband) return
    this.#restartTimer()
    await this.#options.sink.write(renderSideband(PROGRESS, bytes))
  }

  #restartTimer(): void {
    clearTimeout(this.#timer)
    if (!this.#options.capabilities.sideband || this.#activity === '') return
    this.#timer = setTimeout(() => void this.#fillSilence(), KEEP_ALIVE_MS)
    this.#timer.unref()
  }

  async #fillSilence(): Promise<void> {
    if (!this.#options.capabilities.quiet) return this.line(`refward: ${this.#activity}`)
    this.#restartTimer()
    await this.#options.sink.write(SIDEBAND_KEEPALIVE)
  }
}

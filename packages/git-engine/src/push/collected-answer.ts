import type { Refusal } from '@refward/core-policy'
import type { RefReport, ReportStatus } from '@refward/git-wire'
import type { LiveSecrets } from '@refward/secret-scan'
import { ForgeText } from './forge-text.ts'
import type { PushVoice } from './push-types.ts'

const MAX_LINES = 500
const MAX_TEXT = 64 * 1024

/** Hears how a push went, for a client that gets one answer at its end. */
export class CollectedAnswer implements PushVoice {
  readonly refusals: Refusal[] = []
  readonly #lines: string[] = []
  readonly #secrets: LiveSecrets
  readonly #text: ForgeText
  #forged = ''
  #report: ReportStatus | undefined

  constructor(secrets: LiveSecrets) {
    this.#secrets = secrets
    this.#text = new ForgeText(secrets)
  }

  /** What the forge and the gateway wrote for people, without credentials and terminal sequences. */
  get messages(): readonly string[] {
    const written = this.#forged.split(/[\n\r]+/).filter((line) => line.trim() !== '')
    return [...this.#lines, ...written].slice(0, MAX_LINES)
  }

  /** What became of each ref; nothing for a push that did not come so far. */
  get refs(): readonly RefReport[] {
    return this.#report?.refs ?? []
  }

  begin(): void {
    // Nothing is shown before the end.
  }

  line(text: string): Promise<void> {
    // Refusals are told one by one, and not as lines.
    if (this.refusals.length === 0 && this.#lines.length < MAX_LINES) this.#lines.push(this.#secrets.mask(text))
    return Promise.resolve()
  }

  refusal(refusal: Refusal): Promise<void> {
    const { message, hint } = refusal
    this.refusals.push({ ...refusal, message: this.#secrets.mask(message), hint: this.#secrets.mask(hint) })
    return Promise.resolve()
  }

  forward(text: Uint8Array): Promise<void> {
    if (this.#forged.length < MAX_TEXT) this.#forged += this.#text.push(text).slice(0, MAX_TEXT)
    return Promise.resolve()
  }

  finish(report: ReportStatus): Promise<void> {
    this.#forged += this.#text.end()
    this.#report = report
    return Promise.resolve()
  }

  abandon(): Promise<void> {
    return Promise.resolve()
  }
}

import { LiveMaskStream, type LiveSecrets } from '@refward/secret-scan'

/** Terminal sequences in what a forge or its hooks print would be carried out by the agent's terminal. Line ends and tabs stay. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** What a forge writes for people, as it comes: without credentials and without terminal sequences. */
export class ForgeText {
  readonly #mask: LiveMaskStream
  readonly #decoder = new TextDecoder()

  constructor(secrets: LiveSecrets) {
    this.#mask = new LiveMaskStream(secrets)
  }

  push(bytes: Uint8Array): string {
    return this.#decode(this.#mask.push(bytes), true)
  }

  /** What was held back. */
  end(): string {
    return this.#decode(this.#mask.end(), false)
  }

  #decode(bytes: Uint8Array, more: boolean): string {
    return this.#decoder.decode(bytes, { stream: more }).replaceAll(CONTROL, escapeControl)
  }
}

function escapeControl(character: string): string {
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
}

import { type LiveSecrets, maskHits } from './live-secrets.ts'

/**
 * Masks credentials in a stream of bytes, wherever its chunks end: a forge's side-band messages, an error page. Holds back
 * only what may be the beginning of a credential, so that progress lines flow.
 */
export class LiveMaskStream {
  readonly #secrets: LiveSecrets
  #held: Buffer = Buffer.alloc(0)

  constructor(secrets: LiveSecrets) {
    this.#secrets = secrets
  }

  /** What can be passed on now; may be empty. */
  push(chunk: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#held, chunk])
    const hits = this.#secrets.find(bytes)
    const covered = hits.reduce((end, hit) => Math.max(end, hit.end), 0)
    const open = Math.min(this.#secrets.openEnd(bytes), bytes.length - covered)
    this.#held = bytes.subarray(bytes.length - open)
    return maskHits(bytes.subarray(0, bytes.length - open), hits)
  }

  /** The rest, at the end of the stream. */
  end(): Buffer {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    return rest
  }
}

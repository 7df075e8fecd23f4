import { LiteralIndex } from '../literal-index.ts'
import { type FormedLiteral, type SecretForm, secretForms } from './secret-forms.ts'

/** A credential shorter than this could not be told from ordinary text. */
export const MIN_LIVE_SECRET_BYTES = 8

/** A place at which a credential was found; `end` is exclusive. Says nothing of which credential it is. */
export interface LiveHit {
  readonly form: SecretForm
  readonly start: number
  readonly end: number
}

export const MASK = '[masked]'

/**
 * The gateway's own credentials, to be searched for in everything that enters or leaves: as they are, in base64 at any
 * alignment and in both alphabets, in hex, percent-encoded, JSON-escaped and in UTF-16.
 *
 * INVARIANT: nothing that this object returns, prints or throws holds a byte of a credential. Its fields are private, so that
 * no inspector, serialiser or clone sees them.
 */
export class LiveSecrets {
  readonly #forms: readonly FormedLiteral[]
  readonly #index: LiteralIndex

  /** @throws RangeError when a secret is shorter than {@link MIN_LIVE_SECRET_BYTES}. */
  constructor(secrets: Iterable<Uint8Array>) {
    this.#forms = [...secrets].flatMap((secret) => {
      if (secret.length < MIN_LIVE_SECRET_BYTES) {
        throw new RangeError(
          `a live credential has fewer than ${MIN_LIVE_SECRET_BYTES} bytes and cannot be searched for`,
        )
      }
      return secretForms(Buffer.from(secret))
    })
    this.#index = new LiteralIndex(this.#forms)
  }

  /** Every place at which a credential stands, in the order of their ends' discovery; places may overlap. */
  find(bytes: Uint8Array): readonly LiveHit[] {
    const hits: LiveHit[] = []
    this.#index.search(bytes, 0, bytes.length, (literal, start) => {
      const found = this.#forms[literal]
      if (found !== undefined) hits.push({ form: found.form, start, end: start + found.bytes.length })
    })
    return hits
  }

  /** The text with every credential in it replaced by {@link MASK}; the same text when there is none. */
  mask(text: string): string {
    const bytes = Buffer.from(text, 'utf8')
    const hits = this.find(bytes)
    return hits.length === 0 ? text : maskHits(bytes, hits).toString('utf8')
  }

  /** Length of the longest end of `bytes` that may be the beginning of a credential and is not one yet. */
  openEnd(bytes: Uint8Array): number {
    return this.#forms.reduce((longest, form) => Math.max(longest, openEndOf(form, bytes)), 0)
  }
}

/** Replaces the places that hits cover, overlapping ones by one mask. */
export function maskHits(bytes: Uint8Array, hits: readonly LiveHit[]): Buffer {
  const parts: Uint8Array[] = []
  let done = 0
  for (const { start, end } of hits.toSorted((a, b) => a.start - b.start)) {
    if (start >= done) parts.push(bytes.subarray(done, start), Buffer.from(MASK, 'latin1'))
    done = Math.max(done, end)
  }
  return Buffer.concat([...parts, bytes.subarray(done)])
}

function openEndOf({ bytes: form, ignoreCase }: FormedLiteral, bytes: Uint8Array): number {
  for (let start = Math.max(0, bytes.length - form.length + 1); start < bytes.length; start++) {
    let at = start
    while (at < bytes.length && isSame(bytes[at] ?? 0, form[at - start] ?? 0, ignoreCase)) at++
    if (at === bytes.length) return bytes.length - start
  }
  return 0
}

function isSame(a: number, b: number, ignoreCase: boolean): boolean {
  if (a === b) return true
  const letter = a | 0x20
  return ignoreCase && letter === (b | 0x20) && letter >= 0x61 && letter <= 0x7a
}

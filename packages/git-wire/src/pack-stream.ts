import { PACK_HEADER_LENGTH, parsePackHeader } from './pack-header.ts'
import type { EventParser } from './parser.ts'
import { type Failure, type Parsed, fail, ok } from './result.ts'

/** A piece of pack. */
export interface PackEvent {
  readonly kind: 'data'
  readonly data: Uint8Array
}

/**
 * Lets a bare pack through, once its header is one. The rest of a pack is for git to judge: only the signature is looked at,
 * so that what is no pack at all (CVE-2025-54584) goes no further.
 */
export class PackStream implements EventParser<PackEvent> {
  readonly done = false
  #header: Uint8Array = new Uint8Array(0)
  #begun = false
  #failure: Failure | undefined

  push(chunk: Uint8Array): Parsed<readonly PackEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    if (this.#begun) return ok(chunk.length === 0 ? [] : [{ kind: 'data', data: chunk }])
    const data = this.#header.length === 0 ? chunk : Buffer.concat([this.#header, chunk])
    if (data.length < PACK_HEADER_LENGTH) {
      this.#header = data.slice()
      return ok([])
    }
    const header = parsePackHeader(data)
    if (header.kind === 'error') {
      this.#failure = header
      return header
    }
    this.#begun = true
    return ok([{ kind: 'data', data }])
  }

  end(): Parsed<readonly PackEvent[]> {
    if (this.#failure !== undefined) return this.#failure
    return this.#begun ? ok([]) : fail('truncated', 'the input ends before the header of its pack does')
  }
}

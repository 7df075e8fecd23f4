import type { Literal } from './literal-index.ts'

/** Where a secret lies in the text that was inspected; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Finds one kind of secret. A detector sees a text only when one of its literals occurs in it.
 *
 * INVARIANT: whatever a detector can find contains one of its literals, so that a text without them needs no look.
 */
export interface Detector {
  /** Stable rule id. */
  readonly rule: string
  /** What it finds, for people. */
  readonly title: string
  readonly literals: readonly Literal[]
  /**
   * `text` is bytes read as Latin-1, so that every offset is a byte offset and no byte is lost to a decoder's replacement.
   * `hits` are the ascending offsets at which a literal begins.
   */
  inspect(text: string, hits: readonly number[]): Iterable<Span>
}

export function literal(text: string, ignoreCase: boolean): Literal {
  return { bytes: Buffer.from(text, 'latin1'), ignoreCase }
}

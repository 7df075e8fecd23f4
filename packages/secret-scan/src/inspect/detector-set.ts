import type { Detector, Span } from '../detector.ts'
import { type Literal, LiteralIndex } from '../literal-index.ts'

/** A secret in one text, by the detector that found it. */
export interface Detection extends Span {
  readonly detector: Detector
}

/** All detectors behind one pass over the bytes: only those whose literals occur look at the text. */
export class DetectorSet {
  readonly #detectors: readonly Detector[]
  readonly #index: LiteralIndex
  readonly #literals: readonly { readonly literal: Literal; readonly detector: Detector }[]

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors
    this.#literals = detectors.flatMap((detector) => detector.literals.map((literal) => ({ literal, detector })))
    this.#index = new LiteralIndex(this.#literals.map(({ literal }) => literal))
  }

  /** Yields in the order in which the detectors were given. */
  *detect(bytes: Buffer): Iterable<Detection> {
    const hits = this.#hits(bytes)
    if (hits.size === 0) return
    const text = bytes.toString('latin1')
    for (const detector of this.#detectors) {
      const starts = hits.get(detector)
      if (starts === undefined) continue
      for (const { start, end } of detector.inspect(text, starts.sort(ascending))) yield { detector, start, end }
    }
  }

  #hits(bytes: Buffer): ReadonlyMap<Detector, number[]> {
    const hits = new Map<Detector, number[]>()
    this.#index.search(bytes, 0, bytes.length, (literal, start) => {
      const detector = this.#literals[literal]?.detector
      if (detector === undefined) return
      const starts = hits.get(detector)
      if (starts === undefined) hits.set(detector, [start])
      else starts.push(start)
    })
    return hits
  }
}

function ascending(a: number, b: number): number {
  return a - b
}

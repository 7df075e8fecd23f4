import type { LiveSecrets } from '../live/live-secrets.ts'
import { DecodedText, type Encoding } from '../views/decoded-text.ts'
import { decodeViews } from '../views/decode-views.ts'
import type { Span } from '../detector.ts'
import type { DetectorSet } from './detector-set.ts'

/** Rule id of a credential of the gateway itself. INVARIANT: no exception may ever be granted for it. */
export const GATEWAY_CREDENTIAL_RULE = 'gateway-credential'

/** A secret and where it lies in the bytes that were inspected, however it was encoded there. */
export interface Match extends Span {
  readonly rule: string
  readonly title: string
  /** The decoded secret, as Latin-1. Never leaves the thread that found it. */
  readonly secret: string
  /** What it was wrapped in, outermost first. */
  readonly encodings: readonly Encoding[]
}

const GATEWAY_CREDENTIAL = { rule: GATEWAY_CREDENTIAL_RULE, title: 'credential of the gateway itself' }

/** More than this in one part of an object is a flood, not a list that anyone reads. */
export const MAX_MATCHES = 1000
/** An encoded text within an encoded text is decoded, one within that is not. */
const MAX_DEPTH = 2

/** A text to look at: the original, or what was decoded from another view. */
interface View {
  readonly bytes: Buffer
  /** Where a span of this text lies in the original; undefined when it begins between two decoded stretches. */
  resolve(span: Span): Place | undefined
}

interface Place extends Pick<Match, 'start' | 'end' | 'encodings'> {
  /** Bytes of the span that are one stretch: what lies beyond does not follow in the original either. */
  readonly length: number
}

/** Looks for secrets in bytes and in whatever is encoded in them. Holds buffers for reuse: one text at a time. */
export class Inspector {
  readonly #detectors: DetectorSet
  readonly #decoded: readonly DecodedText[] = Array.from({ length: MAX_DEPTH }, () => new DecodedText())

  constructor(detectors: DetectorSet) {
    this.#detectors = detectors
  }

  /** Every secret once, by the most telling rule, in the order of their places; `isCut` when there were more than {@link MAX_MATCHES}. */
  inspect(bytes: Buffer, live: LiveSecrets): { readonly matches: readonly Match[]; readonly isCut: boolean } {
    const found: Match[] = []
    for (const match of this.#all(bytes, live)) {
      found.push(match)
      if (found.length > MAX_MATCHES) break
    }
    return { matches: withoutOverlaps(found).sort((a, b) => a.start - b.start), isCut: found.length > MAX_MATCHES }
  }

  *#all(bytes: Buffer, live: LiveSecrets): Iterable<Match> {
    for (const view of this.#views(bytes)) {
      for (const span of live.find(view.bytes)) yield* matchIn(view, span, GATEWAY_CREDENTIAL)
      for (const { detector, ...span } of this.#detectors.detect(view.bytes)) yield* matchIn(view, span, detector)
    }
  }

  *#views(bytes: Buffer): Iterable<View> {
    let view: View = { bytes, resolve: ({ start, end }) => ({ start, end, length: end - start, encodings: [] }) }
    yield view
    for (const decoded of this.#decoded) {
      decodeViews(view.bytes, decoded)
      if (decoded.bytes.length === 0) return
      view = decodedView(view, decoded)
      yield view
    }
  }
}

function* matchIn(
  view: View,
  span: Span,
  { rule, title }: { readonly rule: string; readonly title: string },
): Iterable<Match> {
  const place = view.resolve(span)
  if (place === undefined) return
  const { start, end, length, encodings } = place
  yield { rule, title, secret: view.bytes.toString('latin1', span.start, span.start + length), encodings, start, end }
}

function decodedView(outer: View, decoded: DecodedText): View {
  return {
    bytes: decoded.bytes,
    resolve(span) {
      const region = decoded.regionAt(span.start)
      if (region === undefined) return undefined
      const length = Math.min(span.end, region.end) - span.start
      const offset = span.start - region.start
      const place = outer.resolve({ start: region.locate(offset), end: region.locate(offset + length - 1) + 1 })
      return place && { ...place, length, encodings: [...place.encodings, region.encoding] }
    },
  }
}

/** Keeps, of matches that share bytes, the one that came first: views come before what is decoded from them, own rules before others. */
function withoutOverlaps(matches: readonly Match[]): Match[] {
  const kept: Match[] = []
  for (const match of matches) {
    if (!kept.some((other) => match.start < other.end && other.start < match.end)) kept.push(match)
  }
  return kept
}

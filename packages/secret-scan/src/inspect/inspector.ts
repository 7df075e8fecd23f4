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

/** More than this in one part of an object is a flood, not a list that anyone reads. */
export const MAX_MATCHES = 1000
/** An encoded text within an encoded text is decoded, one within that is not. */
const MAX_DEPTH = 2

interface View {
  readonly bytes: Buffer
  readonly depth: number
  /** Where a span of this view lies in the original, and what it was wrapped in; undefined for what no region holds whole. */
  resolve(span: Span): { readonly span: Span; readonly encodings: readonly Encoding[] } | undefined
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
      yield* liveMatches(view, live)
      yield* this.#ruleMatches(view)
    }
  }

  *#views(bytes: Buffer): Iterable<View> {
    let view: View = { bytes, depth: 0, resolve: (span) => ({ span, encodings: [] }) }
    yield view
    for (const decoded of this.#decoded) {
      decodeViews(view.bytes, decoded)
      if (decoded.bytes.length === 0) return
      view = decodedView(view, decoded)
      yield view
    }
  }

  *#ruleMatches(view: View): Iterable<Match> {
    for (const { detector, start, end } of this.#detectors.detect(view.bytes)) {
      const place = view.resolve({ start, end })
      if (place === undefined) continue
      const secret = view.bytes.toString('latin1', start, end)
      yield { rule: detector.rule, title: detector.title, secret, encodings: place.encodings, ...place.span }
    }
  }
}

function* liveMatches(view: View, live: LiveSecrets): Iterable<Match> {
  for (const { start, end } of live.find(view.bytes)) {
    const place = view.resolve({ start, end })
    if (place === undefined) continue
    yield {
      rule: GATEWAY_CREDENTIAL_RULE,
      title: 'credential of the gateway itself',
      secret: view.bytes.toString('latin1', start, end),
      encodings: place.encodings,
      ...place.span,
    }
  }
}

function decodedView(outer: View, decoded: DecodedText): View {
  return {
    bytes: decoded.bytes,
    depth: outer.depth + 1,
    resolve({ start, end }) {
      const region = decoded.regionAt(start)
      if (region === undefined || end > region.end) return undefined
      const inner = { start: region.locate(start - region.start), end: region.locate(end - 1 - region.start) + 1 }
      const place = outer.resolve(inner)
      return place && { span: place.span, encodings: [...place.encodings, region.encoding] }
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

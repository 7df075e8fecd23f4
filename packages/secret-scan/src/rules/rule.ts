import { type Detector, type Span, literal } from '../detector.ts'

/** A kind of secret as data. */
export interface Rule {
  readonly id: string
  readonly title: string
  /** The pattern matches only where one of these begins. */
  readonly literals: readonly string[]
  /**
   * Sticky, matched where a literal begins. A group named `secret` must end the match; without it the whole match is secret.
   * Quantifiers are bounded and their alternatives disjoint, so that one attempt costs at most what its bounds say.
   */
  readonly pattern: RegExp
  /** Literals match in both cases. */
  readonly ignoreCase?: true
  /** The literal must not stand in a longer word; for prefixes that base64 text holds by chance. */
  readonly wordStart?: true
  /** Refuses what has the form of a secret but is plainly none. */
  readonly accept?: (secret: string) => boolean
}

/** No rule matches more bytes than this; see the overlap of the parts in which objects are scanned. */
export const MAX_MATCH_BYTES = 14_000

export function createRuleDetector(rule: Rule): Detector {
  return {
    rule: rule.id,
    title: rule.title,
    literals: rule.literals.map((text) => literal(text, rule.ignoreCase === true)),
    *inspect(text, hits): Iterable<Span> {
      let scannedTo = 0
      for (const hit of hits) {
        if (hit < scannedTo) continue
        const span = matchAt(rule, text, hit)
        if (span === undefined) continue
        yield span
        scannedTo = span.end
      }
    },
  }
}

const WORD = /[A-Za-z0-9+/_-]/
/** Of an escape in a source text, the letter belongs to what is before it. */
const ESCAPE = /\\[nrt]/

function matchAt(rule: Rule, text: string, hit: number): Span | undefined {
  if (rule.wordStart === true && isInWord(text, hit)) return undefined
  rule.pattern.lastIndex = hit
  const match = rule.pattern.exec(text)
  if (match === null) return undefined
  const secret = match.groups?.['secret'] ?? match[0]
  if (rule.accept?.(secret) === false) return undefined
  const end = hit + match[0].length
  return { start: end - secret.length, end }
}

function isInWord(text: string, at: number): boolean {
  return at > 0 && WORD.test(text.charAt(at - 1)) && !ESCAPE.test(text.slice(Math.max(0, at - 2), at))
}

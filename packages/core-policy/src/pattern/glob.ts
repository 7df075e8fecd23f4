import type { AgentName } from '../ids/names.ts'

/**
 * A pattern of slash-separated parts. `*` stands for any characters within a part, `**` as a whole part for any number of parts
 * (at the end for at least one), `{agent}` for the agent's name. Nothing else is special, and nothing ever becomes a RegExp.
 */
export interface Glob {
  readonly source: string
  /** `agent` is undefined where no agent is at hand; a part with `{agent}` then matches nothing. */
  matches(text: string, agent?: AgentName): boolean
}

type Part = { readonly kind: 'any-parts' } | { readonly kind: 'part'; readonly pieces: readonly string[]; readonly agent: boolean }

/** Compiles a pattern that was checked by the configuration's schema. */
export function compileGlob(source: string, foldCase: boolean = false): Glob {
  const parts = (foldCase ? source.toLowerCase() : source).split('/').map(compilePart)
  return {
    source,
    matches: (text, agent) => matchParts(parts, (foldCase ? text.toLowerCase() : text).split('/'), agent),
  }
}

function compilePart(text: string): Part {
  if (text === '**') return { kind: 'any-parts' }
  return { kind: 'part', pieces: text.split('*'), agent: text.includes('{agent}') }
}

/**
 * Greedy with one point to come back to: the last `**`. An earlier one never needs to be tried again, so the work is bounded by
 * pattern parts times text parts, however many `**` a pattern has.
 */
function matchParts(parts: readonly Part[], texts: readonly string[], agent: AgentName | undefined): boolean {
  let p = 0
  let t = 0
  let starPart = -1
  let starText = 0
  while (t < texts.length) {
    const part = parts[p]
    if (part?.kind === 'any-parts') {
      // A trailing ** needs at least one part, which the loop's condition has just proved.
      if (p === parts.length - 1) return true
      starPart = p
      starText = t
      p += 1
    } else if (part !== undefined && matchPart(part.pieces, texts[t] ?? '', part.agent ? agent : undefined, part.agent)) {
      p += 1
      t += 1
    } else if (starPart >= 0) {
      starText += 1
      t = starText
      p = starPart + 1
    } else {
      return false
    }
  }
  return p === parts.length
}

/** The pieces between the stars, in order: the first at the start, the last at the end, the others leftmost. */
function matchPart(pieces: readonly string[], text: string, agent: AgentName | undefined, needsAgent: boolean): boolean {
  if (needsAgent && agent === undefined) return false
  const literal = needsAgent && agent !== undefined ? pieces.map((piece) => piece.replaceAll('{agent}', agent)) : pieces
  const first = literal[0] ?? ''
  if (literal.length === 1) return text === first
  const last = literal.at(-1) ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let from = first.length
  const end = text.length - last.length
  for (const piece of literal.slice(1, -1)) {
    const at = text.indexOf(piece, from)
    if (at < 0 || at + piece.length > end) return false
    from = at + piece.length
  }
  return true
}

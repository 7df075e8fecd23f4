import { JqProblem } from './syntax.ts'

export type Token =
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'field'; readonly text: string }
  | { readonly kind: 'format'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  /** Pieces of a text, and the sources of the filters between them. */
  | { readonly kind: 'text'; readonly pieces: readonly string[]; readonly filters: readonly string[] }

const MARKS: readonly string[] = ['//', '==', '!=', '<=', '>=', '..', '|', ',', '.', '[', ']', '{', '}', '(', ')', ':', ';', '?', '+', '-', '<', '>', '*', '/', '%', '=', '$']

/** Splits an expression. @throws JqProblem */
export function readTokens(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const rest = source.slice(at)
    const space = /^\s+/.exec(rest)?.[0]
    if (space !== undefined) {
      at += space.length
      continue
    }
    const { token, length } = readToken(source, at, rest)
    tokens.push(token)
    at += length
  }
  return tokens
}

function readToken(source: string, at: number, rest: string): { readonly token: Token; readonly length: number } {
  const field = /^\.([A-Za-z_][A-Za-z0-9_]*)/.exec(rest)
  if (field !== null) return { token: { kind: 'field', text: field[1] ?? '' }, length: field[0].length }
  const number = /^[0-9]{1,15}(?:\.[0-9]{1,15})?/.exec(rest)?.[0]
  if (number !== undefined) return { token: { kind: 'number', value: Number(number) }, length: number.length }
  const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0]
  if (word !== undefined) return { token: { kind: 'word', text: word }, length: word.length }
  const format = /^@[a-z0-9]+/.exec(rest)?.[0]
  if (format !== undefined) return { token: { kind: 'format', text: format }, length: format.length }
  if (rest.startsWith('"')) return readText(source, at)
  const mark = MARKS.find((text) => rest.startsWith(text))
  if (mark === undefined) throw new JqProblem(`the character ${JSON.stringify(rest[0])} is not part of an expression`)
  return { token: { kind: 'mark', text: mark }, length: mark.length }
}

function readText(source: string, start: number): { readonly token: Token; readonly length: number } {
  const pieces: string[] = []
  const filters: string[] = []
  let piece = ''
  let at = start + 1
  while (source[at] !== '"') {
    const character = source[at]
    if (character === undefined) throw new JqProblem('a text has no end')
    if (character !== '\\') {
      piece += character
      at += 1
    } else if (source[at + 1] === '(') {
      const end = findClosing(source, at + 2)
      pieces.push(piece)
      filters.push(source.slice(at + 2, end))
      piece = ''
      at = end + 1
    } else {
      const escaped = /^\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/.exec(source.slice(at))?.[0]
      if (escaped === undefined) throw new JqProblem('a text has a backslash before something that is no escape')
      piece += String(JSON.parse(`"${escaped}"`))
      at += escaped.length
    }
  }
  return { token: { kind: 'text', pieces: [...pieces, piece], filters }, length: at + 1 - start }
}

/** The parenthesis that closes a filter within a text. */
function findClosing(source: string, start: number): number {
  let depth = 1
  for (let at = start; at < source.length; at++) {
    const character = source[at]
    if (character === '"') at += readText(source, at).length - 1
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (depth === 0) return at
  }
  throw new JqProblem('a parenthesis in a text has no end')
}

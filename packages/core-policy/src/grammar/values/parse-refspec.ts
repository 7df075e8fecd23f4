import { isRefPattern, isRefText, isRevision, readObjectId } from './ref-text.ts'
import type { RefSource, Refspec } from './refspec.ts'

/** Which way it goes. */
export type Direction = 'push' | 'fetch'

/** Reads a refspec as git does, but of names that Refward takes only; `undefined` is none. */
export function parseRefspec(text: string, direction: Direction): Refspec | undefined {
  if (text.startsWith('^')) return parseNegative(text.slice(1))
  const force = text.startsWith('+')
  const sides = (force ? text.slice(1) : text).split(':')
  const [left = '', right] = sides
  // git splits at the last colon; with more than one, readers disagree about what is which.
  if (sides.length > 2) return undefined
  return direction === 'push' ? parsePush(force, left, right) : parseFetch(force, left, right)
}

function parseNegative(source: string): Refspec | undefined {
  return source.startsWith('refs/') && (isRefText(source) || isRefPattern(source)) ? { kind: 'negative', source } : undefined
}

function parsePush(force: boolean, left: string, right: string | undefined): Refspec | undefined {
  if (left !== '') return right === '' ? undefined : parseUpdate(force, readSource(left, true), { left, right })
  if (right === undefined) return undefined
  if (right === '') return { kind: 'matching', force }
  return isRefText(right) ? { kind: 'delete', force, destination: right } : undefined
}

/** Of a fetch, nothing on the left is HEAD, and nothing on the right is as no right side. */
function parseFetch(force: boolean, left: string, right: string | undefined): Refspec | undefined {
  if (left === '' && right === undefined) return undefined
  return parseUpdate(force, left === '' ? { kind: 'head' } : readSource(left, false), { left, right: right === '' ? undefined : right })
}

function parseUpdate(force: boolean, source: RefSource | undefined, sides: { readonly left: string; readonly right: string | undefined }): Refspec | undefined {
  const { left, right } = sides
  const destination = right === undefined ? {} : { destination: right }
  if (left.includes('*')) {
    const fits = isRefPattern(left) && (right === undefined || isRefPattern(right))
    return fits ? { kind: 'pattern', force, source: left, ...destination } : undefined
  }
  if (source === undefined || (right !== undefined && !isRefText(right))) return undefined
  return { kind: 'update', force, source, ...destination }
}

function readSource(text: string, isPush: boolean): RefSource | undefined {
  if (text === 'HEAD' || text === '@') return { kind: 'head' }
  const id = readObjectId(text)
  if (id !== undefined) return { kind: 'object', id }
  if (isRefText(text)) return { kind: 'ref', name: text }
  return isPush && isRevision(text) ? { kind: 'revision', text } : undefined
}

import { type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

/** Forty zeros: "no object", the old value of a ref that is created and the new value of one that is deleted. */
export const ZERO_ID: string = '0'.repeat(40)

const SHA1 = /^[0-9a-f]{40}$/
const SHA256 = /^[0-9a-fA-F]{64}$/

/** Forty lower-case hexadecimal digits. The zero id has this form too. */
export function isObjectId(text: string): boolean {
  return SHA1.test(text)
}

export function isZeroId(id: string): boolean {
  return id === ZERO_ID
}

/** A SHA-1 object id or the zero id. SHA-256 has an error code of its own, so that it can be explained. */
export function parseIdOrZero(text: string): Parsed<string> {
  if (SHA1.test(text)) return ok(text)
  if (SHA256.test(text)) return fail('object-format', `${quote(text)} is a sha256 object id, only sha1 is spoken`)
  return fail('object-id', `${quote(text)} is not an object id of 40 lower-case hexadecimal digits`)
}

/** A SHA-1 object id that names an object: not zero. */
export function parseObjectId(text: string): Parsed<string> {
  if (text === ZERO_ID) return fail('object-id', 'the zero id names no object')
  return parseIdOrZero(text)
}

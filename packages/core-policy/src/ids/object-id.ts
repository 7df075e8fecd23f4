import { createProblem } from '../errors/refusal.ts'
import type { Parsed } from '../parsed.ts'
import type { Brand } from './brand.ts'

/** A SHA-1 object id: 40 lower case hexadecimal digits, not all of them zero. */
export type ObjectId = Brand<'ObjectId'>
/** Forty zeros: "no object", on the side of a ref that does not exist. */
export type ZeroId = Brand<'ZeroId'>

export const ZERO_ID: ZeroId = '0'.repeat(40) as ZeroId

const SHAPE = /^[0-9a-f]{40}$/

/** Upper case digits are refused: git writes lower case, and two spellings of one id would make comparisons lie. */
export function parseObjectId(text: string): Parsed<ObjectId> {
  if (SHAPE.test(text) && text !== ZERO_ID) return { kind: 'ok', value: text as ObjectId }
  const detail = 'it must be 40 lower case hexadecimal digits, not all of them zero'
  const values = { name: text, kind: 'object id', detail, remedy: 'use full object ids' }
  return { kind: 'error', problems: [createProblem('RW_NAME_INVALID', '', values)] }
}

/** As {@link parseObjectId}, but forty zeros are allowed too. */
export function parseObjectIdOrZero(text: string): Parsed<ObjectId | ZeroId> {
  return text === ZERO_ID ? { kind: 'ok', value: ZERO_ID } : parseObjectId(text)
}

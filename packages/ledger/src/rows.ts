import { RefwardError } from '@refward/core-policy'

import type { Row } from './database.ts'

/**
 * Readers of columns. The ledger writes only values that were parsed, and the tables are strict, so a branded type may be taken for
 * a column here and nowhere else; a column of another kind means that the file is not what Refward wrote.
 */
export function text<T extends string = string>(row: Row, column: string): T {
  const value = row[column]
  if (typeof value !== 'string') throw foreignColumn(column)
  return value as T
}

export function optionalText<T extends string = string>(row: Row, column: string): T | undefined {
  return row[column] === null ? undefined : text<T>(row, column)
}

export function integer<T extends number = number>(row: Row, column: string): T {
  const value = row[column]
  if (typeof value !== 'number') throw foreignColumn(column)
  return value as T
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column)
}

export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw foreignColumn(column)
  return value
}

/** A list that is kept as JSON text. */
export function textList<T extends string = string>(row: Row, column: string): readonly T[] {
  const list: unknown = JSON.parse(text(row, column))
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw foreignColumn(column)
  return list as T[]
}

function foreignColumn(column: string): RefwardError {
  return new RefwardError('RW_LEDGER_CORRUPT', { file: 'ledger.db', detail: `column ${column} does not hold what Refward writes there` })
}

import type { AgentName, ObjectId, RefName, RefwardCode, RepoId, RequestId, SessionId } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import type { Row } from './database.ts'
import type { DecisionId, TipId } from './types.ts'

// Readers of columns. The tables are strict and the ledger writes only values that were parsed, so a branded type may be given to a
// column here, and nowhere else. A column of another kind means that the file is not what Refward wrote.

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw foreignColumn(column)
  return value
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw foreignColumn(column)
  return value
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column)
}

export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw foreignColumn(column)
  return value
}

/** A column whose few values are known. */
export function choice<T extends string>(row: Row, column: string, values: readonly T[]): T {
  const found = text(row, column)
  const value = values.find((candidate) => candidate === found)
  if (value === undefined) throw foreignColumn(column)
  return value
}

export function optionalChoice<T extends string>(row: Row, column: string, values: readonly T[]): T | undefined {
  return row[column] === null ? undefined : choice(row, column, values)
}

/** A list that is kept as JSON text. */
export function textList(row: Row, column: string): readonly string[] {
  const list: unknown = JSON.parse(text(row, column))
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw foreignColumn(column)
  return list
}

export function agentName(row: Row, column: string): AgentName {
  return text(row, column) as AgentName
}

export function sessionId(row: Row, column: string): SessionId {
  return text(row, column) as SessionId
}

export function optionalSessionId(row: Row, column: string): SessionId | undefined {
  return optionalText(row, column) as SessionId | undefined
}

export function requestId(row: Row, column: string): RequestId {
  return text(row, column) as RequestId
}

export function repoId(row: Row, column: string): RepoId {
  return text(row, column) as RepoId
}

export function optionalRepoId(row: Row, column: string): RepoId | undefined {
  return optionalText(row, column) as RepoId | undefined
}

export function refName(row: Row, column: string): RefName {
  return text(row, column) as RefName
}

export function objectId(row: Row, column: string): ObjectId {
  return text(row, column) as ObjectId
}

export function codeList(row: Row, column: string): readonly RefwardCode[] {
  return textList(row, column) as readonly RefwardCode[]
}

export function optionalCode(row: Row, column: string): RefwardCode | undefined {
  return optionalText(row, column) as RefwardCode | undefined
}

export function decisionId(row: Row, column: string): DecisionId {
  return integer(row, column) as DecisionId
}

export function tipId(row: Row, column: string): TipId {
  return integer(row, column) as TipId
}

function foreignColumn(column: string): RefwardError {
  return new RefwardError('RW_LEDGER_CORRUPT', { file: 'ledger.db', detail: `column ${column} does not hold what Refward writes there` })
}

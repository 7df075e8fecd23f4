import type { AgentName, RefUpdate, RefwardCode, RepoId, RequestId, SessionId } from '@refward/core-policy'
import type { SQLInputValue } from 'node:sqlite'

import type { Database, Row } from './database.ts'
import { integer, optionalInteger, optionalText, text, textList } from './rows.ts'
import type { DecisionId, DecisionRecord, FinishInput, HistoryQuery, Operation, RefOutcome } from './types.ts'

type RecordedRef = DecisionRecord['refs'][number]

/** Who did what where, and by which rule: newest first. */
export function findDecisions(database: Database, query: HistoryQuery): readonly DecisionRecord[] {
  const { sql, values } = renderConditions(query)
  return database.read(() =>
    database
      .statement(`SELECT * FROM decisions ${sql} ORDER BY id DESC LIMIT ?`)
      .all(...values, query.limit)
      .map((row) => toDecision(database, row)),
  )
}

/** Permitted and not finished, oldest first. */
export function findOpenDecisions(database: Database): readonly DecisionRecord[] {
  return database.read(() =>
    database
      .statement('SELECT * FROM decisions WHERE finished_seq IS NULL ORDER BY id')
      .all()
      .map((row) => toDecision(database, row)),
  )
}

export function readDecision(database: Database, id: DecisionId): DecisionRecord | undefined {
  const row = database.statement('SELECT * FROM decisions WHERE id = ?').get(id)
  return row && toDecision(database, row)
}

/** Each filter that may be asked for, as a condition with one value for every `?`. */
const conditions: readonly (readonly [keyof HistoryQuery, string])[] = [
  ['repo', 'repo = ?'],
  ['agent', 'agent = ?'],
  ['request', 'request = ?'],
  ['operation', 'operation = ?'],
  ['ref', 'id IN (SELECT decision FROM decision_refs WHERE ref = ?)'],
  [
    'object',
    `id IN (SELECT decision FROM decision_refs WHERE new_id = ?
      UNION SELECT decision FROM decision_refs WHERE old_id = ?
      UNION SELECT decision FROM decision_brings WHERE object_id = ?)`,
  ],
]

function renderConditions(query: HistoryQuery): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const asked: string[] = []
  const values: SQLInputValue[] = []
  for (const [name, condition] of conditions) {
    const value = query[name]
    if (value === undefined) continue
    asked.push(condition)
    for (const _ of condition.matchAll(/\?/g)) values.push(value)
  }
  return { sql: asked.length === 0 ? '' : `WHERE ${asked.join(' AND ')}`, values }
}

function toDecision(database: Database, row: Row): DecisionRecord {
  const id = integer<DecisionId>(row, 'id')
  const refs = database.statement('SELECT * FROM decision_refs WHERE decision = ? ORDER BY position').all(id).map(toRef)
  const session = optionalText<SessionId>(row, 'session')
  const policy = optionalText(row, 'policy')
  return {
    id,
    request: text<RequestId>(row, 'request'),
    agent: text<AgentName>(row, 'agent'),
    ...(session !== undefined && { session }),
    repo: text<RepoId>(row, 'repo'),
    operation: text<Operation>(row, 'operation'),
    outcome: text<'permit' | 'deny'>(row, 'outcome'),
    rules: textList(row, 'rules'),
    codes: textList<RefwardCode>(row, 'codes'),
    ...(policy !== undefined && { policy }),
    decidedAt: integer(row, 'decided_at'),
    decidedSeq: integer(row, 'decided_seq'),
    ...toFinish(row),
    refs,
  }
}

function toFinish(row: Row): Pick<DecisionRecord, 'finishedAt' | 'finishedSeq' | 'result' | 'finishCode'> {
  const finishedAt = optionalInteger(row, 'finished_at')
  const finishedSeq = optionalInteger(row, 'finished_seq')
  const result = optionalText<FinishInput['result']>(row, 'result')
  const finishCode = optionalText<RefwardCode>(row, 'finish_code')
  return {
    ...(finishedAt !== undefined && { finishedAt }),
    ...(finishedSeq !== undefined && { finishedSeq }),
    ...(result !== undefined && { result }),
    ...(finishCode !== undefined && { finishCode }),
  }
}

function toRef(row: Row): RecordedRef {
  const code = optionalText<RefwardCode>(row, 'code')
  const result = optionalText<RefOutcome['result']>(row, 'result')
  const message = optionalText(row, 'message')
  return {
    ref: text(row, 'ref'),
    kind: text<RefUpdate['kind']>(row, 'kind'),
    oldId: text(row, 'old_id'),
    newId: text(row, 'new_id'),
    rewrite: integer(row, 'rewrite') === 1,
    rule: text(row, 'rule'),
    ...(code !== undefined && { code }),
    ...(result !== undefined && { result }),
    ...(message !== undefined && { message }),
  }
}

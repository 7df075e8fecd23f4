import type { SQLInputValue } from 'node:sqlite'

import type { Database, Row } from './database.ts'
import { withoutUndefined } from './optional.ts'
import { agentName, choice, codeList, decisionId, integer, optionalChoice, optionalCode, optionalInteger, optionalSessionId, optionalText, repoId, requestId, text, textList } from './rows.ts'
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

/** Permitted writes that are not finished, oldest first. */
export function findOpenDecisions(database: Database): readonly DecisionRecord[] {
  return database.read(() =>
    database
      .statement("SELECT * FROM decisions WHERE finished_seq IS NULL AND operation IN ('push', 'undo') ORDER BY id")
      .all()
      .map((row) => toDecision(database, row)),
  )
}

/** Permitted writes through the API of a forge that are not finished, oldest first. */
export function findOpenForgeDecisions(database: Database): readonly DecisionRecord[] {
  return database.read(() =>
    database
      .statement("SELECT * FROM decisions WHERE finished_seq IS NULL AND operation = 'forge-write' ORDER BY id")
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

const operations: readonly Operation[] = ['list', 'fetch', 'push', 'undo', 'forge-read', 'forge-write']
const results: readonly FinishInput['result'][] = ['done', 'partial', 'refused', 'failed', 'unknown']
const refResults: readonly RefOutcome['result'][] = ['accepted', 'refused', 'unknown']

function toDecision(database: Database, row: Row): DecisionRecord {
  const id = decisionId(row, 'id')
  const refs = database.statement('SELECT * FROM decision_refs WHERE decision = ? ORDER BY position').all(id).map(toRef)
  return withoutUndefined({
    id,
    request: requestId(row, 'request'),
    agent: agentName(row, 'agent'),
    session: optionalSessionId(row, 'session'),
    repo: repoId(row, 'repo'),
    operation: choice(row, 'operation', operations),
    outcome: choice(row, 'outcome', ['permit', 'deny']),
    rules: textList(row, 'rules'),
    codes: codeList(row, 'codes'),
    policy: optionalText(row, 'policy'),
    action: optionalText(row, 'action'),
    digest: optionalText(row, 'digest'),
    target: optionalText(row, 'target'),
    decidedAt: integer(row, 'decided_at'),
    decidedSeq: integer(row, 'decided_seq'),
    finishedAt: optionalInteger(row, 'finished_at'),
    finishedSeq: optionalInteger(row, 'finished_seq'),
    result: optionalChoice(row, 'result', results),
    finishCode: optionalCode(row, 'finish_code'),
    refs,
  })
}

function toRef(row: Row): RecordedRef {
  return withoutUndefined({
    ref: text(row, 'ref'),
    kind: choice(row, 'kind', ['create', 'update', 'delete']),
    oldId: text(row, 'old_id'),
    newId: text(row, 'new_id'),
    rewrite: integer(row, 'rewrite') === 1,
    rule: text(row, 'rule'),
    code: optionalCode(row, 'code'),
    result: optionalChoice(row, 'result', refResults),
    message: optionalText(row, 'message'),
  })
}

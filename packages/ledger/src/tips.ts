import type { AgentName, RepoId } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'
import type { SQLInputValue } from 'node:sqlite'

import type { AuditLog } from './audit-log.ts'
import type { Database, Row } from './database.ts'
import { withoutUndefined } from './optional.ts'
import { agentName, decisionId, integer, objectId, optionalInteger, refName, repoId, text, tipId } from './rows.ts'
import type { DecisionId, KeptTip, Time, TipId, TipQuery } from './types.ts'

export interface TipStore {
  list(query: TipQuery): readonly KeptTip[]
  take(tip: TipId, decision: DecisionId): KeptTip
  drop(tips: readonly TipId[]): void
}

export function createTipStore(database: Database, audit: AuditLog): TipStore {
  return {
    list: (query) => {
      const { sql, values } = renderConditions(query)
      return database.statement(`SELECT * FROM kept_tips ${sql} ORDER BY id DESC LIMIT ?`).all(...values, query.limit).map(toTip)
    },

    take: (id, decision) =>
      database.write(() => {
        const tip = requireUntaken(database, id)
        const { at } = audit.append({ kind: 'tip-taken', tip: id, repo: tip.repo, ref: tip.ref, decision })
        database.statement('UPDATE kept_tips SET taken_at = ?, taken_by = ? WHERE id = ?').run(at, decision, id)
        return { ...tip, takenAt: at }
      }),

    drop: (ids) =>
      database.write(() => {
        for (const id of ids) {
          const row = database.statement('SELECT * FROM kept_tips WHERE id = ? AND dropped_at IS NULL').get(id)
          if (row === undefined) continue
          const { repo, ref, objectId, keptAt } = toTip(row)
          const { at } = audit.append({ kind: 'tip-dropped', tip: id, repo, ref, objectId, keptSince: new Date(keptAt).toISOString() })
          database.statement('UPDATE kept_tips SET dropped_at = ? WHERE id = ?').run(at, id)
        }
      }),
  }
}

export interface NewTip {
  readonly repo: RepoId
  readonly ref: string
  readonly objectId: string
  readonly replacedBy: string
  readonly agent: AgentName
  readonly decision: DecisionId
  readonly keptAt: Time
}

export function keepTip(database: Database, tip: NewTip): void {
  database
    .statement('INSERT INTO kept_tips (repo, ref, object_id, replaced_by, agent, decision, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(tip.repo, tip.ref, tip.objectId, tip.replacedBy, tip.agent, tip.decision, tip.keptAt)
}

function renderConditions(query: TipQuery): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const asked = ['dropped_at IS NULL', ...(query.taken === true ? [] : ['taken_at IS NULL'])]
  const values: SQLInputValue[] = []
  for (const name of ['repo', 'ref', 'agent'] as const) {
    const value = query[name]
    if (value === undefined) continue
    asked.push(`${name} = ?`)
    values.push(value)
  }
  if (query.keptBefore !== undefined) {
    asked.push('kept_at < ?')
    values.push(query.keptBefore)
  }
  return { sql: `WHERE ${asked.join(' AND ')}`, values }
}

/** One that was dropped meanwhile may be taken: an undo that was under way has brought it back by now. */
function requireUntaken(database: Database, id: TipId): KeptTip {
  const row = database.statement('SELECT * FROM kept_tips WHERE id = ?').get(id)
  if (row === undefined) throw new RefwardError('RW_ARGUMENT_INVALID', { argument: 'tip', detail: `there is no tip ${id}`, remedy: 'refward undo without one shows those that are kept' })
  const tip = toTip(row)
  if (tip.takenAt !== undefined) throw new RefwardError('RW_UNDO_IMPOSSIBLE', { ref: tip.ref, detail: 'it was brought back already', remedy: 'refward undo without a tip shows those that are left' })
  return tip
}

function toTip(row: Row): KeptTip {
  return withoutUndefined({
    id: tipId(row, 'id'),
    repo: repoId(row, 'repo'),
    ref: refName(row, 'ref'),
    objectId: objectId(row, 'object_id'),
    replacedBy: text(row, 'replaced_by'),
    agent: agentName(row, 'agent'),
    decision: decisionId(row, 'decision'),
    keptAt: integer(row, 'kept_at'),
    takenAt: optionalInteger(row, 'taken_at'),
  })
}

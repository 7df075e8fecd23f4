import { RefwardError } from '@refward/core-policy'

import type { Database } from './database.ts'
import type { Migration } from './migrations.ts'
import { integer } from './rows.ts'

export interface MigrateOptions {
  readonly database: Database
  readonly migrations: readonly Migration[]
  readonly now: number
  /** Called inside the same transaction, after the steps, when there were any. */
  readonly onMigrated: (from: number, to: number) => void
}

/** Brings the schema up to the newest one, all steps in one transaction. A newer schema than this program knows is refused. */
export function migrate(options: MigrateOptions): void {
  const { database } = options
  const known = options.migrations.at(-1)?.number ?? 0
  database.write(() => {
    database.statement('CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT').run()
    const found = currentSchema(database)
    // A newer Refward may have given a column another meaning. Writing on would damage what it wrote.
    if (found > known) throw new RefwardError('RW_LEDGER_SCHEMA', { found, known })
    if (found === known) return
    for (const step of options.migrations) if (step.number > found) applyStep(database, step, options.now)
    options.onMigrated(found, known)
  })
}

function currentSchema(database: Database): number {
  const row = database.statement('SELECT coalesce(max(number), 0) AS number FROM schema_steps').get()
  return row === undefined ? 0 : integer(row, 'number')
}

function applyStep(database: Database, step: Migration, now: number): void {
  for (const statement of step.statements) database.statement(statement).run()
  database.statement('INSERT INTO schema_steps (number, name, applied_at) VALUES (?, ?, ?)').run(step.number, step.name, now)
}

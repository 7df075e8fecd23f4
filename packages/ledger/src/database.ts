import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

import { RefwardError } from '@refward/core-policy'

import { guardDatabase } from './database-fault.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** One statement, prepared at its first use and kept. */
interface Statement {
  get(...values: readonly SQLInputValue[]): Row | undefined
  all(...values: readonly SQLInputValue[]): readonly Row[]
  /** The id of the row that was inserted, where one was. */
  run(...values: readonly SQLInputValue[]): number
}

export interface Database {
  statement(sql: string): Statement
  /** One transaction that takes the write lock first, so that what it reads stays true until it commits. On disk on return. */
  write<T>(work: () => T): T
  /** The same for what the next start can find out again: on disk with the next `write`, and lost by nothing but a power cut before it. */
  writeLater<T>(work: () => T): T
  /** One snapshot for several reads. */
  read<T>(work: () => T): T
  /** May be called more than once. */
  close(): void
}

/** How long a writer waits for one in another process (an operator's command beside the running gateway). */
const busyMilliseconds = 5000

// INVARIANT: a commit that has returned survives a power cut, but for `writeLater`.
const FLUSH = 'PRAGMA synchronous = FULL'
const FLUSH_LATER = 'PRAGMA synchronous = NORMAL'

const settings: readonly string[] = [
  'PRAGMA journal_mode = WAL',
  FLUSH,
  // A database file that was tampered with must not run functions through its own schema, nor be read past a page.
  'PRAGMA trusted_schema = OFF',
  'PRAGMA cell_size_check = ON',
  'PRAGMA journal_size_limit = 16777216',
]

export function openDatabase(file: string): Database {
  return guardDatabase(file, () => {
    const connection = new DatabaseSync(file, { timeout: busyMilliseconds, enableForeignKeyConstraints: true, defensive: true })
    try {
      for (const setting of settings) connection.exec(setting)
      refuseDamaged(file, connection)
    } catch (error) {
      connection.close()
      throw error
    }
    return wrapConnection(file, connection)
  })
}

// About 1.8 GB/s from the page cache. A damaged page is better found here than in the middle of a push.
function refuseDamaged(file: string, connection: DatabaseSync): void {
  const first = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (first !== 'ok') throw new RefwardError('RW_LEDGER_CORRUPT', { file, detail: String(first) })
}

function wrapConnection(file: string, connection: DatabaseSync): Database {
  const statements = new Map<string, StatementSync>()
  const guard = <T>(call: () => T): T => guardDatabase(file, call)

  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? connection.prepare(sql)
    statements.set(sql, known)
    return known
  }

  const transaction = <T>(begin: string, work: () => T): T =>
    guard(() => {
      connection.exec(begin)
      try {
        const result = work()
        connection.exec('COMMIT')
        return result
      } catch (error) {
        // SQLite rolls back by itself after some faults, such as a full disk.
        if (connection.isTransaction) connection.exec('ROLLBACK')
        throw error
      }
    })

  return {
    statement: (sql) => ({
      get: (...values) => guard(() => prepared(sql).get(...values)),
      all: (...values) => guard(() => prepared(sql).all(...values)),
      run: (...values) => guard(() => Number(prepared(sql).run(...values).lastInsertRowid)),
    }),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    writeLater: (work) => {
      guard(() => connection.exec(FLUSH_LATER))
      try {
        return transaction('BEGIN IMMEDIATE', work)
      } finally {
        guard(() => connection.exec(FLUSH))
      }
    },
    read: (work) => transaction('BEGIN', work),
    close: () => {
      statements.clear()
      if (connection.isOpen) connection.close()
    },
  }
}

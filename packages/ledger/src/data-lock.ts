import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { RefwardError } from '@refward/core-policy'

import { guardDatabase } from './database-fault.ts'
import { ensurePrivateDirectory, ensurePrivateFile } from './private-files.ts'

export interface DataLock {
  release(): void
}

/**
 * Holds a data directory for one gateway: a second one would clear away the quarantines of the first. The lock is SQLite's on an empty
 * database, so the system lets go of it however the process ends, and no file has to be cleaned up after a crash.
 *
 * @throws RefwardError RW_DATA_IN_USE, RW_DATA_EXPOSED.
 */
export function lockDataDirectory(path: string): DataLock {
  ensurePrivateDirectory(dirname(path))
  ensurePrivateFile(path)
  const connection = guardDatabase(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    connection.close()
    throw new RefwardError('RW_DATA_IN_USE', { directory: dirname(path) }, { cause })
  }
  return { release: () => connection.close() }
}

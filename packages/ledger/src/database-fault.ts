import { RefwardError } from '@refward/core-policy'

// Primary result codes of SQLite (sqlite.org/rescode.html); the extended ones keep them in the low byte.
const busy = 5
const locked = 6
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

/** Runs a call into SQLite; what it throws becomes a fault that an operator can act on. Other errors pass. */
export function guardDatabase<T>(file: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw describeFault(file, error)
  }
}

function describeFault(file: string, error: unknown): unknown {
  if (!isSqliteError(error)) return error
  const options = { cause: error }
  switch (error.errcode & 0xff) {
    case corrupt:
    case notADatabase:
      return new RefwardError('RW_LEDGER_CORRUPT', { file, detail: error.errstr }, options)
    case full:
      return new RefwardError('RW_DISK_FULL', {}, options)
    case busy:
    case locked:
      return new RefwardError('RW_LEDGER_UNAVAILABLE', { detail: 'another process has kept it locked for too long' }, options)
    case readOnly:
    case ioError:
    case cannotOpen:
      return new RefwardError('RW_LEDGER_UNAVAILABLE', { detail: `${file}: ${error.errstr}` }, options)
    default:
      return new RefwardError('RW_INTERNAL', {}, options)
  }
}

interface SqliteError extends Error {
  readonly errcode: number
  readonly errstr: string
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

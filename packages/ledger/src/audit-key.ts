import { existsSync, readFileSync } from 'node:fs'

import { RefwardError } from '@refward/core-policy'

import { createPrivateFile, refuseExposed } from './private-files.ts'

const keyBytes = 32

export interface AuditKeyOptions {
  readonly path: string
  /** Only a new ledger may have a new key: any other would make each of its older lines look forged. */
  readonly create: boolean
  readonly randomBytes: (size: number) => Uint8Array
}

/**
 * The key that seals each line of the audit and its end. It is in a file of its own so that whoever can write the database alone (a
 * restored copy, an SQL shell, a bug) cannot make a chain that verifies.
 */
export function loadAuditKey(options: AuditKeyOptions): Uint8Array {
  const { path } = options
  if (options.create && !existsSync(path)) createPrivateFile(path, options.randomBytes(keyBytes))
  if (!existsSync(path)) throw new RefwardError('RW_LEDGER_KEY', { file: path, detail: 'is missing' })
  refuseExposed(path, '600')
  const key = readFileSync(path)
  if (key.byteLength !== keyBytes) throw new RefwardError('RW_LEDGER_KEY', { file: path, detail: `does not hold ${keyBytes} bytes` })
  return key
}

import { existsSync, readFileSync } from 'node:fs'

import { RefwardError } from '@refward/core-policy'

import { createPrivateFile, refuseExposed } from './private-files.ts'

const keyBytes = 32

export interface KeyFileOptions {
  readonly path: string
  /** False where only the key that was there before will do. */
  readonly create: boolean
  readonly randomBytes: (size: number) => Uint8Array
}

/**
 * A key of 256 bits in a file of its own, mode 0600: for the seal of the audit, and for the fingerprints of findings.
 *
 * @throws RefwardError RW_LEDGER_KEY, RW_DATA_EXPOSED.
 */
export function loadKeyFile({ path, create, randomBytes }: KeyFileOptions): Uint8Array {
  if (create && !existsSync(path)) createPrivateFile(path, randomBytes(keyBytes))
  if (!existsSync(path)) throw new RefwardError('RW_LEDGER_KEY', { file: path, detail: 'is missing' })
  refuseExposed(path, '600')
  const key = readFileSync(path)
  if (key.byteLength !== keyBytes) throw new RefwardError('RW_LEDGER_KEY', { file: path, detail: `does not hold ${keyBytes} bytes` })
  return key
}

import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

import { RefwardError } from '@refward/core-policy'

const othersMask = 0o077

/** Makes the directory with mode 0700. One that is there already and open to others is refused: it may be someone's /tmp. */
export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  refuseExposed(path, '700')
}

/** Makes an empty file with mode 0600, or checks the one that is there. */
export function ensurePrivateFile(path: string): void {
  if (!existsSync(path)) createEmpty(path)
  refuseExposed(path, '600')
}

/**
 * Writes a file with mode 0600 that is either complete or not there, whenever the machine stops. False when another process was
 * first; its file stays.
 */
export function createPrivateFile(path: string, bytes: Uint8Array): boolean {
  const draft = `${path}.${process.pid}.draft`
  writeDurably(draft, bytes)
  try {
    linkSync(draft, path)
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false
    throw error
  } finally {
    unlinkSync(draft)
  }
  syncDirectory(dirname(path))
  return true
}

export function refuseExposed(path: string, mode: '600' | '700'): void {
  if ((statSync(path).mode & othersMask) !== 0) throw new RefwardError('RW_DATA_EXPOSED', { path, mode })
}

function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function createEmpty(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST')) throw error
  }
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// A new name is durable only when its directory is.
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

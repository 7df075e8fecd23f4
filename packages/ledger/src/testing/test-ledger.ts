import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { parseAgentName, parseObjectId, parseRefName, parseRepoId, parseRequestId } from '@refward/core-policy'
import type { AgentName, ObjectId, Parsed, RefName, RepoId, RequestId } from '@refward/core-policy'
import { onTestFinished } from 'vitest'

import { openLedger } from '../open-ledger.ts'
import type { DecidedRef, DecisionInput, Ledger } from '../types.ts'

export interface TestLedger {
  readonly ledger: Ledger
  readonly path: string
  readonly directory: string
  /** The clock, to be set by the test. */
  readonly time: { now: number }
  /** Another process's view: a second ledger on the same files, or on others in the same temporary directory. */
  readonly reopen: (path?: string) => Ledger
  /** What someone with a shell and the database file can do; the triggers that only stop mistakes are dropped first. */
  readonly tamper: (sql: string) => void
}

export function makeTestLedger(): TestLedger {
  const directory = mkdtempSync(join(tmpdir(), 'refward-ledger-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'data', 'ledger.db')
  const time = { now: Date.parse('2026-11-23T10:00:00.000Z') }
  const reopen = (file: string = path): Ledger => {
    const ledger = openLedger({ path: file, clock: () => time.now, randomBytes })
    onTestFinished(() => ledger.close())
    return ledger
  }
  return { ledger: reopen(), path, directory, time, reopen, tamper: (sql) => tamperWith(path, sql) }
}

function tamperWith(path: string, sql: string): void {
  const connection = new DatabaseSync(path)
  try {
    for (const name of ['audit_is_not_updated', 'audit_is_not_deleted', 'audit_grows_at_its_end']) connection.exec(`DROP TRIGGER IF EXISTS ${name}`)
    connection.exec(sql)
  } finally {
    connection.close()
  }
}

export const fixer: AgentName = valueOf(parseAgentName('fixer'))
export const other: AgentName = valueOf(parseAgentName('other'))
export const widget: RepoId = valueOf(parseRepoId('gitea/acme/widget'))

export function requestId(text: string): RequestId {
  return valueOf(parseRequestId(text))
}

export function refName(text: string): RefName {
  return valueOf(parseRefName(text))
}

/** An object id of forty times the same digit. */
export function objectId(digit: string): ObjectId {
  return valueOf(parseObjectId(digit.repeat(40)))
}

export const zeroId: string = '0'.repeat(40)

export function createRef(ref: string, newId: string): DecidedRef {
  return { ref, kind: 'create', oldId: zeroId, newId, rewrite: false, rule: 'branches.own[0]' }
}

export function permitPush(refs: readonly DecidedRef[], more: Partial<DecisionInput> = {}): DecisionInput {
  const base = { request: requestId('req-1'), agent: fixer, repo: widget, operation: 'push', outcome: 'permit', rules: ['branches.own[0]'], codes: [] } as const
  return { ...base, refs, ...more }
}

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'error') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.value
}

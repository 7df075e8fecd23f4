import { setTimeout as wait } from 'node:timers/promises'

import { RefwardError } from '@refward/core-policy'

import type { ChainHead, ChainRow } from './audit-chain.ts'
import { isSealedHead, noHash, parseFrame, sealHead, sealLine } from './audit-chain.ts'
import type { AuditEvent } from './audit-event.ts'
import type { Database, Row } from './database.ts'
import { integer, text } from './rows.ts'
import type { AuditHead, AuditLine, Time } from './types.ts'

/** Where in the audit, and when by the clock of that moment, something was recorded. */
export interface Recorded {
  readonly seq: number
  readonly at: Time
}

export interface AuditLog {
  /** Adds a line. To be called inside `database.write`, with the change that it tells of. */
  append(event: AuditEvent): Recorded
  read(range: { readonly from: number; readonly limit: number }): readonly AuditLine[]
  follow(options: { readonly from: number; readonly signal: AbortSignal }): AsyncIterable<AuditLine>
  /** The stored end and the numbers of the first and last line that are there, from one snapshot. */
  end(): AuditEnd
  rows(range: { readonly from: number; readonly limit: number }): readonly ChainRow[]
}

interface AuditEnd {
  readonly head: ChainHead | undefined
  readonly firstSeq: number
  readonly lastSeq: number
}

/** How long a new line of another process may go unseen by a follower. */
const followMilliseconds = 200
const pageLines = 500

export interface AuditLogOptions {
  readonly database: Database
  readonly key: Uint8Array
  readonly clock: () => Time
}

export function createAuditLog({ database, key, clock }: AuditLogOptions): AuditLog {
  const append = (event: AuditEvent): Recorded => {
    // Read each time, not remembered: another process may have written since.
    const head = readHead(database)
    // Building on an end that was tampered with would lend it the seal of the lines after it.
    if (head !== undefined && !isSealedHead(key, head)) throw new RefwardError('RW_AUDIT_BROKEN', { line: head.seq, what: 'its end was changed' })
    // The number orders the lines. The time is what the clock said, also when that went backwards.
    const seq = (head?.seq ?? 0) + 1
    const at = clock()
    const row = sealLine(key, { prev: head?.hash ?? noHash, seq, at, event })
    database.statement('INSERT INTO audit (seq, line, hash, mac) VALUES (?, ?, ?, ?)').run(seq, row.line, row.hash, row.mac)
    writeHead(database, sealHead(key, row))
    return { seq, at }
  }

  const rows: AuditLog['rows'] = ({ from, limit }) =>
    database.statement('SELECT seq, line, hash, mac FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?').all(from, limit).map(toChainRow)

  const read: AuditLog['read'] = (range) => rows(range).map(toAuditLine)

  async function* follow(options: { readonly from: number; readonly signal: AbortSignal }): AsyncGenerator<AuditLine> {
    let next = options.from
    while (!options.signal.aborted) {
      const page = read({ from: next, limit: pageLines })
      yield* page
      next = (page.at(-1)?.seq ?? next - 1) + 1
      if (page.length < pageLines) await waitOrAbort(options.signal)
    }
  }

  return { append, rows, read, follow, end: () => database.read(() => ({ head: readHead(database), ...readBounds(database) })) }
}

/** The end that an operator may note elsewhere. */
export function toAuditHead(head: ChainHead | undefined): AuditHead {
  return { seq: head?.seq ?? 0, hash: head?.hash ?? noHash }
}

async function waitOrAbort(signal: AbortSignal): Promise<void> {
  try {
    await wait(followMilliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function readHead(database: Database): ChainHead | undefined {
  const row = database.statement('SELECT seq, hash, mac FROM audit_head WHERE only = 1').get()
  return row === undefined ? undefined : { seq: integer(row, 'seq'), hash: text(row, 'hash'), mac: text(row, 'mac') }
}

function writeHead(database: Database, head: ChainHead): void {
  const sql = `INSERT INTO audit_head (only, seq, hash, mac) VALUES (1, ?, ?, ?)
    ON CONFLICT (only) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac`
  database.statement(sql).run(head.seq, head.hash, head.mac)
}

function readBounds(database: Database): Pick<AuditEnd, 'firstSeq' | 'lastSeq'> {
  const row = database.statement('SELECT coalesce(min(seq), 1) AS first_seq, coalesce(max(seq), 0) AS last_seq FROM audit').get()
  return row === undefined ? { firstSeq: 1, lastSeq: 0 } : { firstSeq: integer(row, 'first_seq'), lastSeq: integer(row, 'last_seq') }
}

function toChainRow(row: Row): ChainRow {
  return { seq: integer(row, 'seq'), line: text(row, 'line'), hash: text(row, 'hash'), mac: text(row, 'mac') }
}

function toAuditLine(row: ChainRow): AuditLine {
  const frame = parseFrame(row.line)
  if (frame === undefined) throw new RefwardError('RW_AUDIT_BROKEN', { line: row.seq, what: 'it is not a line of the audit' })
  return { seq: row.seq, at: frame.at, kind: frame.kind, hash: row.hash, text: row.line }
}

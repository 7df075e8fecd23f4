import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { beforeEach, describe, expect, it } from 'vitest'

import { fixer, makeTestLedger, refName, widget } from './testing/test-ledger.ts'
import type { TestLedger } from './testing/test-ledger.ts'
import type { AuditVerdict } from './types.ts'

const lineCount = 12

let made: TestLedger

beforeEach(async () => {
  made = makeTestLedger()
  await made.ledger.addAgent({ name: fixer, repositories: [] })
  for (let n = 3; n <= lineCount; n++) await made.ledger.ownBranch(fixer, widget, refName(`refs/heads/b${n}`))
})

/** What an attacker without the key can do best: a line whose hash is right. */
function forgeLine(line: string): { readonly line: string; readonly hash: string } {
  return { line, hash: createHash('sha256').update(line).digest('hex') }
}

const swap = (one: number, two: number): string => `
  UPDATE audit SET seq = -1 WHERE seq = ${one};
  UPDATE audit SET seq = ${one} WHERE seq = ${two};
  UPDATE audit SET seq = ${two} WHERE seq = -1;`

const shiftFrom = (from: number, by: 1 | -1): string => `
  UPDATE audit SET seq = -seq WHERE seq >= ${from};
  UPDATE audit SET seq = -seq + ${by} WHERE seq < 0;`

const copyTo = (source: number, place: number): string => `INSERT INTO audit SELECT ${place}, line, hash, mac FROM audit WHERE seq = ${source};`

const forged = forgeLine('{"agent":"other","at":"2026-11-23T10:00:00.000Z","kind":"branch-owned","prev":"","seq":5}')
const insertForged = (place: number): string => `INSERT INTO audit VALUES (${place}, '${forged.line}', '${forged.hash}', '${'0'.repeat(64)}');`

const tampered: readonly { readonly name: string; readonly sql: string; readonly verdict: Extract<AuditVerdict, { kind: 'broken' }> }[] = [
  { name: 'one letter of a line', sql: `UPDATE audit SET line = replace(line, 'b5', 'b6') WHERE seq = 5`, verdict: { kind: 'broken', seq: 5, what: 'changed' } },
  { name: 'a line with its hash made anew', sql: `UPDATE audit SET line = '${forged.line}', hash = '${forged.hash}' WHERE seq = 5`, verdict: { kind: 'broken', seq: 5, what: 'changed' } },
  { name: 'the seal of a line', sql: `UPDATE audit SET mac = '' WHERE seq = 5`, verdict: { kind: 'broken', seq: 5, what: 'changed' } },
  { name: 'the hash of the last line', sql: `UPDATE audit SET hash = '${'0'.repeat(64)}' WHERE seq = ${lineCount}`, verdict: { kind: 'broken', seq: lineCount, what: 'changed' } },
  { name: 'a line that is no JSON', sql: `UPDATE audit SET line = '{' WHERE seq = 5`, verdict: { kind: 'broken', seq: 5, what: 'changed' } },
  { name: 'the first line', sql: `UPDATE audit SET line = '{}' WHERE seq = 1`, verdict: { kind: 'broken', seq: 1, what: 'changed' } },
  { name: 'an earlier line written over a later one', sql: `DELETE FROM audit WHERE seq = 9; ${copyTo(4, 9)}`, verdict: { kind: 'broken', seq: 9, what: 'changed' } },
  { name: 'a removed line', sql: 'DELETE FROM audit WHERE seq = 5', verdict: { kind: 'broken', seq: 5, what: 'removed' } },
  { name: 'a removed line, the later ones numbered anew', sql: `DELETE FROM audit WHERE seq = 5; ${shiftFrom(6, -1)}`, verdict: { kind: 'broken', seq: 5, what: 'removed' } },
  { name: 'the first line removed', sql: 'DELETE FROM audit WHERE seq = 1', verdict: { kind: 'broken', seq: 1, what: 'removed' } },
  { name: 'neighbours swapped', sql: swap(5, 6), verdict: { kind: 'broken', seq: 5, what: 'reordered' } },
  { name: 'distant lines swapped', sql: swap(3, 11), verdict: { kind: 'broken', seq: 3, what: 'reordered' } },
  { name: 'a line moved to the end', sql: `UPDATE audit SET seq = 99 WHERE seq = 5`, verdict: { kind: 'broken', seq: 5, what: 'reordered' } },
  { name: 'a forged line put between', sql: `${shiftFrom(5, 1)} ${insertForged(5)}`, verdict: { kind: 'broken', seq: 5, what: 'inserted' } },
  { name: 'a true line put in a second time', sql: `${shiftFrom(7, 1)} ${copyTo(4, 7)}`, verdict: { kind: 'broken', seq: 7, what: 'inserted' } },
  { name: 'a forged line at the end', sql: insertForged(lineCount + 1), verdict: { kind: 'broken', seq: lineCount + 1, what: 'inserted' } },
  { name: 'a true line repeated at the end', sql: copyTo(4, lineCount + 1), verdict: { kind: 'broken', seq: lineCount + 1, what: 'inserted' } },
  { name: 'a line put before the first', sql: insertForged(0), verdict: { kind: 'broken', seq: 0, what: 'inserted' } },
  { name: 'the last line cut off', sql: `DELETE FROM audit WHERE seq = ${lineCount}`, verdict: { kind: 'broken', seq: lineCount, what: 'truncated' } },
  { name: 'the last five lines cut off', sql: `DELETE FROM audit WHERE seq > ${lineCount - 5}`, verdict: { kind: 'broken', seq: lineCount - 4, what: 'truncated' } },
  { name: 'every line cut off', sql: 'DELETE FROM audit', verdict: { kind: 'broken', seq: 1, what: 'truncated' } },
  {
    name: 'lines cut off and the end moved back to them',
    sql: 'DELETE FROM audit WHERE seq > 8; UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8)',
    verdict: { kind: 'broken', seq: 8, what: 'head' },
  },
  { name: 'the seal of a line used as the seal of the end', sql: 'UPDATE audit_head SET mac = (SELECT mac FROM audit WHERE seq = audit_head.seq)', verdict: { kind: 'broken', seq: lineCount, what: 'head' } },
  { name: 'the end removed', sql: 'DELETE FROM audit_head', verdict: { kind: 'broken', seq: lineCount, what: 'head' } },
]

describe('verifyAudit', () => {
  it('finds a true audit true, by whichever process', async () => {
    const head = await made.ledger.auditHead()
    expect(head.seq).toBe(lineCount)
    expect(await made.ledger.verifyAudit()).toEqual({ kind: 'ok', head, clockSteppedBack: 0 })
    expect(await made.reopen().verifyAudit(head)).toEqual({ kind: 'ok', head, clockSteppedBack: 0 })
  })

  it.each(tampered)('finds $name', async ({ sql, verdict }) => {
    made.tamper(sql)
    expect(await made.ledger.verifyAudit()).toEqual(verdict)
  })

  it('finds a change far behind the first page', async () => {
    for (let n = 0; n < 1100; n++) await made.ledger.record({ kind: 'gateway-stopped' })
    made.tamper(swap(1050, 1090))
    expect(await made.ledger.verifyAudit()).toEqual({ kind: 'broken', seq: 1050, what: 'reordered' })
  })

  it('is of one ledger: lines sealed with another key are foreign', async () => {
    const key = join(made.directory, 'data', 'audit.key')
    writeFileSync(key, readFileSync(key).map((byte) => byte ^ 1))
    expect(await made.reopen().verifyAudit()).toEqual({ kind: 'broken', seq: lineCount, what: 'head' })
  })

  it('finds an older copy of the whole ledger by an end that was noted elsewhere', async () => {
    const early = await made.ledger.auditHead()
    const copy = join(made.directory, 'copy.db')
    made.tamper(`VACUUM INTO '${copy}'`)
    await made.ledger.record({ kind: 'gateway-stopped' })
    const noted = await made.ledger.auditHead()
    expect(await made.ledger.verifyAudit(early)).toMatchObject({ kind: 'ok' })

    made.tamper(`ATTACH '${copy}' AS old;
      DELETE FROM audit; INSERT INTO audit SELECT * FROM old.audit;
      DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM old.audit_head`)
    expect(await made.ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
    expect(await made.ledger.verifyAudit(noted)).toEqual({ kind: 'broken', seq: noted.seq, what: 'rolled-back' })
    expect(await made.ledger.verifyAudit({ seq: 5, hash: noted.hash })).toEqual({ kind: 'broken', seq: 5, what: 'rolled-back' })
  })

  it('finds a true line of another history: same key, same number, other lines before it', async () => {
    const copy = join(made.directory, 'copy.db')
    const other = join(made.directory, 'other.db')
    made.tamper(`VACUUM INTO '${copy}'`)
    for (const policy of ['1', '2', '3']) await made.ledger.record({ kind: 'policy-loaded', policy })
    made.tamper(`VACUUM INTO '${other}'`)
    made.tamper(`ATTACH '${copy}' AS old;
      DELETE FROM audit; INSERT INTO audit SELECT * FROM old.audit;
      DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM old.audit_head`)
    for (let n = 0; n < 3; n++) await made.ledger.record({ kind: 'gateway-stopped' })
    expect(await made.ledger.verifyAudit()).toMatchObject({ kind: 'ok' })

    const seq = lineCount + 2
    made.tamper(`ATTACH '${other}' AS other; DELETE FROM audit WHERE seq = ${seq}; INSERT INTO audit SELECT * FROM other.audit WHERE seq = ${seq}`)
    expect(await made.ledger.verifyAudit()).toEqual({ kind: 'broken', seq, what: 'changed' })
  })

  it('is not confused by lines that are added while it reads', async () => {
    const verdict = made.ledger.verifyAudit()
    await made.ledger.record({ kind: 'gateway-stopped' })
    expect(await verdict).toMatchObject({ kind: 'ok', head: { seq: lineCount } })
  })
})

describe('the audit', () => {
  it.each([
    { name: 'UPDATE', sql: 'UPDATE audit SET line = line' },
    { name: 'DELETE', sql: 'DELETE FROM audit WHERE seq = 1' },
    { name: 'INSERT OR REPLACE', sql: `INSERT OR REPLACE INTO audit VALUES (5, '', '', '')` },
    { name: 'INSERT with a gap', sql: `INSERT INTO audit VALUES (99, '', '', '')` },
  ])('refuses $name by mistake', async ({ sql }) => {
    const connection = new DatabaseSync(made.path)
    expect(() => connection.exec(sql)).toThrow('append-only')
    connection.close()
    expect(await made.ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  })

  it('is not continued after an end that was changed, so nothing more is executed', async () => {
    made.tamper('UPDATE audit_head SET seq = 3')
    await expect(made.ledger.record({ kind: 'gateway-stopped' })).rejects.toMatchObject({ code: 'RW_AUDIT_BROKEN' })
    expect(await made.ledger.readAudit({ from: lineCount + 1, limit: 10 })).toEqual([])
  })

  it('keeps its order when the clock goes backwards, and says that it did', async () => {
    made.time.now -= 3_600_000
    await made.ledger.record({ kind: 'gateway-stopped' })
    const [before, after] = await made.ledger.readAudit({ from: lineCount, limit: 10 })
    expect(after).toMatchObject({ seq: lineCount + 1, at: made.time.now })
    expect(before?.at).toBe(made.time.now + 3_600_000)
    expect(await made.ledger.verifyAudit()).toMatchObject({ kind: 'ok', clockSteppedBack: 1 })
  })

  it('is followed across processes, without a gap, until the signal', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const following = (async () => {
      for await (const { seq } of made.ledger.followAudit({ from: lineCount - 1, signal: controller.signal })) {
        seen.push(seq)
        if (seq === lineCount) await made.reopen().record({ kind: 'gateway-stopped' })
        if (seq === lineCount + 1) controller.abort()
      }
    })()
    await following
    expect(seen).toEqual([lineCount - 1, lineCount, lineCount + 1])
  })

  it('ends a follower that waits as soon as the signal comes', async () => {
    const controller = new AbortController()
    const lines = made.ledger.followAudit({ from: lineCount + 1, signal: controller.signal })[Symbol.asyncIterator]()
    const next = lines.next()
    controller.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { RefwardError } from '@refward/core-policy'
import { expect, it, onTestFinished } from 'vitest'

import { createAuditLog } from './audit-log.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { makeTestLedger } from './testing/test-ledger.ts'

const event = { kind: 'policy-loaded', policy: 'x'.repeat(2000) } as const

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'refward-full-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

function mountSmallDisk(directory: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', directory], { stdio: 'ignore' })
  if (status === 0) onTestFinished(() => void spawnSync('umount', [directory]))
  return status === 0
}

function isDiskFull(error: unknown): boolean {
  if (error instanceof RefwardError && error.code === 'RW_DISK_FULL') return true
  throw error
}

it('says that the disk is full, keeps what it told, and goes on when there is room', async ({ skip }) => {
  const { reopen } = makeTestLedger()
  const disk = makeDirectory()
  skip(!mountSmallDisk(disk), 'needs the right to mount a tmpfs: run the tests as root')
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(300_000))
  const path = join(disk, 'data', 'ledger.db')
  const ledger = reopen(path)

  const fill = async (): Promise<number> => {
    for (let told = 0; ; told++) {
      const full = await ledger.record(event).then(() => false, isDiskFull)
      if (full) return told
    }
  }
  const told = await fill()
  expect(told).toBeGreaterThan(10)
  expect(await ledger.auditHead()).toMatchObject({ seq: told + 1 })
  expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })

  rmSync(ballast)
  await ledger.record(event)
  ledger.close()
  expect(await reopen(path).verifyAudit()).toMatchObject({ kind: 'ok', head: { seq: told + 2 } })
})

it('rolls a change back whole when there is no page left for it', () => {
  const directory = makeDirectory()
  mkdirSync(join(directory, 'data'))
  const database = openDatabase(join(directory, 'data', 'x.db'))
  onTestFinished(() => database.close())
  migrate({ database, migrations, now: 0, onMigrated: () => undefined })
  const audit = createAuditLog({ database, key: new Uint8Array(32), clock: () => 0 })
  database.statement('PRAGMA max_page_count = 60').get()

  const fill = (): void => {
    for (;;) {
      database.write(() => {
        audit.append(event)
        audit.append({ kind: 'gateway-stopped' })
      })
    }
  }
  expect(fill).toThrow(expect.objectContaining({ code: 'RW_DISK_FULL' }))
  const { head, lastSeq } = audit.end()
  expect(head?.seq).toBe(lastSeq)
  expect(lastSeq % 2).toBe(0)
  expect(lastSeq).toBeGreaterThan(4)
})

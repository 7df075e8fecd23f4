import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { guardDatabase } from './database-fault.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { fixer, makeTestLedger } from './testing/test-ledger.ts'

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('openLedger', () => {
  it('makes files that no other user can read, whatever the umask', () => {
    const umask = process.umask(0)
    onTestFinished(() => void process.umask(umask))
    const { path } = makeTestLedger()
    expect(mode(dirname(path))).toBe('700')
    const files = readdirSync(dirname(path)).toSorted()
    expect(files).toEqual(['audit.key', 'ledger.db', 'ledger.db-shm', 'ledger.db-wal'])
    expect(files.map((file) => mode(join(dirname(path), file)))).toEqual(['600', '600', '600', '600'])
  })

  it.each([
    { name: 'the directory', of: (path: string) => dirname(path), open: 0o755, bits: '700' },
    { name: 'the database', of: (path: string) => path, open: 0o640, bits: '600' },
    { name: 'the key', of: (path: string) => join(dirname(path), 'audit.key'), open: 0o604, bits: '600' },
  ])('refuses to go on when others can reach $name', ({ of, open, bits }) => {
    const { path, ledger, reopen } = makeTestLedger()
    ledger.close()
    chmodSync(of(path), open)
    expect(() => reopen()).toThrow(expect.objectContaining({ code: 'RW_DATA_EXPOSED', hint: `chmod ${bits} ${of(path)}` }))
  })

  it('keeps what it was told across processes', async () => {
    const { ledger, reopen } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: ['gitea/acme/widget'] })
    ledger.close()
    expect(await reopen().listAgents()).toMatchObject([{ name: 'fixer' }])
  })

  it('refuses a ledger of a newer refward, and does not touch it', () => {
    const { path, ledger, reopen, tamper } = makeTestLedger()
    ledger.close()
    tamper(`INSERT INTO schema_steps VALUES (7, 'from the future', 0)`)
    const before = readFileSync(path)
    expect(() => reopen()).toThrow(expect.objectContaining({ code: 'RW_LEDGER_SCHEMA', message: 'the ledger has schema 7, and this refward knows 2' }))
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('names a missing key instead of making another', () => {
    const { path, ledger, reopen } = makeTestLedger()
    ledger.close()
    const key = join(dirname(path), 'audit.key')
    rmSync(key)
    expect(() => reopen()).toThrow(expect.objectContaining({ code: 'RW_LEDGER_KEY' }))
    expect(existsSync(key)).toBe(false)
    writeFileSync(key, 'short', { mode: 0o600 })
    expect(() => reopen()).toThrow(expect.objectContaining({ code: 'RW_LEDGER_KEY' }))
  })
})

describe('a damaged database', () => {
  const damages: readonly { readonly name: string; readonly damage: (path: string) => void }[] = [
    { name: 'something else in its place', damage: (path) => writeFileSync(path, 'not a database'.repeat(1000)) },
    { name: 'a half of it lost', damage: (path) => truncateSync(path, (statSync(path).size >> 13) << 12) },
    { name: 'a page of zeros', damage: (path) => writeAt(path, 8192, Buffer.alloc(4096)) },
    { name: 'a page of noise', damage: (path) => writeAt(path, 12_288, Buffer.alloc(4096, 0xa5)) },
  ]

  it.each(damages)('is named, with what to do: $name', async ({ damage }) => {
    const { path, ledger, reopen } = makeTestLedger()
    for (let n = 0; n < 50; n++) await ledger.record({ kind: 'gateway-stopped' })
    ledger.close()
    damage(path)
    expect(() => reopen()).toThrow(`the ledger ${path} is damaged: `)
    expect(() => reopen()).toThrow(
      expect.objectContaining({
        code: 'RW_LEDGER_CORRUPT',
        hint: 'stop refward and restore the ledger and the audit.key beside it from one backup, or move both away to begin with an empty ledger',
      }),
    )
  })

  it.each([
    { name: 'a bad page', errcode: 11, code: 'RW_LEDGER_CORRUPT' },
    { name: 'a bad index (extended code)', errcode: 779, code: 'RW_LEDGER_CORRUPT' },
    { name: 'a full disk', errcode: 13, code: 'RW_DISK_FULL' },
    { name: 'a lock that does not end', errcode: 5, code: 'RW_LEDGER_UNAVAILABLE' },
    { name: 'a failing disk', errcode: 778, code: 'RW_LEDGER_UNAVAILABLE' },
    { name: 'a file system that went read-only', errcode: 8, code: 'RW_LEDGER_UNAVAILABLE' },
    { name: 'a mistake of ours', errcode: 1, code: 'RW_INTERNAL' },
  ])('is told as what it is when it happens under a running gateway: $name', ({ errcode, code }) => {
    const error = Object.assign(new Error('x'), { errcode, errstr: 'what SQLite says' })
    const call = (): never => {
      throw error
    }
    expect(() => guardDatabase('/data/ledger.db', call)).toThrow(expect.objectContaining({ code, cause: error }))
  })

  it('passes other faults on as they are', () => {
    const error = new TypeError('x')
    expect(() => guardDatabase('/data/ledger.db', () => { throw error })).toThrow(error)
  })
})

describe('migrations', () => {
  it('are applied in order, once, all or none', () => {
    const directory = mkdtempSync(join(tmpdir(), 'refward-migrate-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const database = openDatabase(join(directory, 'x.db'))
    onTestFinished(() => database.close())
    const one = { number: 1, name: 'one', statements: ['CREATE TABLE one (a INTEGER) STRICT'] }
    const two = { number: 2, name: 'two', statements: ['CREATE TABLE two (a INTEGER) STRICT', 'CREATE TABLE two (a INTEGER) STRICT'] }
    const mended = { ...two, statements: two.statements.slice(1) }
    const steps: [number, number][] = []
    const run = (migrations: readonly (typeof one)[]): void =>
      migrate({ database, migrations, now: 0, onMigrated: (from, to) => steps.push([from, to]) })

    expect(() => run([one, two])).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
    run([one])
    run([one])
    run([one, mended])
    expect(steps).toEqual([[0, 1], [1, 2]])
  })
})

it('a copy of database and key is a whole backup', async () => {
  const { path, ledger, directory, tamper } = makeTestLedger()
  await ledger.addAgent({ name: fixer, repositories: [] })
  const backup = join(directory, 'backup')
  mkdirSync(backup, { mode: 0o700 })
  tamper(`VACUUM INTO '${join(backup, 'ledger.db')}'`)
  chmodSync(join(backup, 'ledger.db'), 0o600)
  copyFileSync(join(dirname(path), 'audit.key'), join(backup, 'audit.key'))
  const { openLedger } = await import('./open-ledger.ts')
  const restored = openLedger({ path: join(backup, 'ledger.db'), clock: Date.now, randomBytes: (size) => new Uint8Array(size) })
  onTestFinished(() => restored.close())
  expect(await restored.verifyAudit()).toMatchObject({ kind: 'ok' })
  await restored.record({ kind: 'gateway-stopped' })
})

function writeAt(path: string, offset: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.byteLength, offset)
}

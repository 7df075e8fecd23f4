import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { makeTestLedger } from './testing/test-ledger.ts'
import type { Ledger } from './types.ts'

const script = fileURLToPath(new URL('testing/decide-forever.ts', import.meta.url))

interface Told {
  readonly decided: Set<number>
  readonly finished: Set<number>
}

/** Lets one writer work until it has told something and a random moment more, then kills it. */
async function killWriter(path: string, agent: string, told: Told): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=refward-source', script, path, agent], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const closed = once(child, 'close')
  await Promise.race([once(child.stdout, 'data'), closed])
  await wait(Math.random() * 40)
  child.kill('SIGKILL')
  await closed
  for (const [, what, id] of output.matchAll(/^(decided|finished) (\d+)$/gm)) told[what === 'decided' ? 'decided' : 'finished'].add(Number(id))
}

async function checkTold(ledger: Ledger, told: Told): Promise<void> {
  expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  const records = await ledger.history({ limit: 1_000_000 })
  const known = new Map(records.map((record) => [Number(record.id), record]))
  for (const id of told.decided) expect(known.has(id), `decision ${id}`).toBe(true)
  for (const id of told.finished) expect(known.get(id)?.result, `outcome of ${id}`).toBe('done')

  const open = new Set((await ledger.openDecisions()).map(({ id }) => Number(id)))
  const tips = new Set((await ledger.listTips({ limit: 1_000_000 })).map(({ decision }) => Number(decision)))
  const lines = await ledger.readAudit({ from: 1, limit: 1_000_000 })
  const finishedLines = lines.filter(({ kind }) => kind === 'finished').length
  // A decision is finished in all of its places or in none.
  expect(records.filter(({ result }) => result === 'done')).toHaveLength(finishedLines)
  for (const { id, result } of records) expect({ id, open: open.has(id), tip: tips.has(id) }).toEqual({ id, open: result === undefined, tip: result === 'done' })
}

it('loses nothing that it told to two writers that are killed thirty times', { timeout: 120_000 }, async () => {
  const { path, reopen, ledger } = makeTestLedger()
  ledger.close()
  const told: Told = { decided: new Set(), finished: new Set() }
  for (let round = 0; round < 15; round++) {
    await Promise.all([killWriter(path, 'one', told), killWriter(path, 'two', told)])
    const after = reopen()
    await checkTold(after, told)
    after.close()
  }
  expect(told.finished.size).toBeGreaterThan(15)
})

it('is begun once by four processes that begin together', { timeout: 60_000 }, async () => {
  const { path, reopen, ledger } = makeTestLedger()
  ledger.close()
  const fresh = path.replace('/data/', '/fresh/')
  const told: Told = { decided: new Set(), finished: new Set() }
  await Promise.all(['one', 'two', 'three', 'four'].map((agent) => killWriter(fresh, agent, told)))
  const after = reopen(fresh)
  await checkTold(after, told)
  const lines = await after.readAudit({ from: 1, limit: 1_000_000 })
  expect(lines.filter(({ kind }) => kind === 'ledger-migrated')).toHaveLength(1)
})

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RefwardError } from '@refward/core-policy'
import { expect, onTestFinished, test } from 'vitest'
import { ColdFill } from './cold-fill.ts'

test('a reader may begin until the pack has been indexed, and not while it is put in its place', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'refward-cold-fill-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await mkdir(join(directory, 'pack'))
  const { signal } = new AbortController()
  const incoming = { directory, limits: { packBytes: 1000, objectBytes: 1000, timeMs: 1000 }, signal }
  const fill = new ColdFill({ wants: new Set(['a'.repeat(40)]), includeTag: false }, (cause) => new RefwardError('RW_INTERNAL', {}, { cause }))
  async function* pack(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('PACK')
  }
  const taking = fill.take(incoming, pack(), async (spool) => {
    expect(fill.isReadable).toBe(true)
    const early = spool.read(signal)
    expect(await early.next()).toMatchObject({ value: Buffer.from('PACK') })
    await early.return?.()
    return 'indexed'
  })
  fill.hurry()
  expect(await taking).toBe('indexed')
  // Whoever looks now would find a file that is closed.
  expect(fill.isReadable).toBe(false)
})

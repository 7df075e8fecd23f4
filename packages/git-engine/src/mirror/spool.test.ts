import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Spool, SpoolOverflow } from './spool.ts'

let directory: string
const never = new AbortController().signal

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'refward-spool-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

let names = 0
function createSpool(limit = 1 << 20): Promise<Spool> {
  names += 1
  return Spool.create(join(directory, `spool-${names}`), limit)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString('latin1')
}

test('every reader gets every byte, however the writes and reads fall', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 40 }), { maxLength: 20 }), fc.nat(5), async (chunks, late) => {
      const spool = await createSpool()
      const early = collect(spool.read(never))
      const lateReaders: Promise<string>[] = []
      for (const [at, chunk] of chunks.entries()) {
        await spool.append(Buffer.from(chunk, 'latin1'))
        if (at === late) lateReaders.push(collect(spool.read(never)))
      }
      await spool.finish()
      lateReaders.push(collect(spool.read(never)))
      await spool.release()
      const whole = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk, 'latin1'))).toString('latin1')
      for (const text of await Promise.all([early, ...lateReaders])) expect(text).toBe(whole)
    }),
    { numRuns: 50 },
  )
})

test('a spool that failed never looks like one that ended', async () => {
  const spool = await createSpool()
  const reader = collect(spool.read(never))
  await spool.append(Buffer.from('half'))
  spool.end(new Error('the upstream was cut'))
  await expect(reader).rejects.toThrow('the upstream was cut')
  await expect(collect(spool.read(never))).rejects.toThrow('the upstream was cut')
})

test('a spool that was given up before its end is no whole one either', async () => {
  const spool = await createSpool()
  const reader = collect(spool.read(never))
  await spool.release()
  await expect(reader).rejects.toThrow('the spool was given up')
})

test('a reader that was handed out before the end reads to it afterwards, also after the file is deleted', async () => {
  const spool = await createSpool()
  const reader = spool.read(never)
  await spool.append(Buffer.from('all'))
  await spool.finish()
  await spool.release()
  await rm(spool.path)
  expect(await collect(reader)).toBe('all')
})

test('a reader in the middle of a wait is let go by its signal, and holds up nobody', async () => {
  const spool = await createSpool()
  const aborter = new AbortController()
  const gone = collect(spool.read(aborter.signal))
  const other = collect(spool.read(never))
  aborter.abort(new Error('the client went away'))
  await expect(gone).rejects.toThrow('the client went away')
  await spool.append(Buffer.from('x'))
  await spool.finish()
  expect(await other).toBe('x')
})

test('more than its limit is refused', async () => {
  const spool = await createSpool(10)
  await spool.append(Buffer.alloc(10))
  await expect(spool.append(Buffer.alloc(1))).rejects.toThrow(SpoolOverflow)
  await spool.finish()
})

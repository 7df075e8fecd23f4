import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type { WorkerRequest } from './pooled-worker.ts'
import { WorkerPool } from './worker-pool.ts'

const entry = new URL('../testing/faulty-worker.ts', import.meta.url)
const settings = { fingerprintKey: Buffer.alloc(32) }
const pools: WorkerPool[] = []

function createPool(idleMs: number): WorkerPool {
  const pool = new WorkerPool({ size: 2, patienceMs: 50, idleMs, requestMs: 5000, memoryMb: 64, entry, settings })
  pools.push(pool)
  return pool
}

const request = (): WorkerRequest => ({ buffer: new ArrayBuffer(8), parts: [] })
const text = (content: string): WorkerRequest => ({
  buffer: new Uint8Array(Buffer.from(content)).buffer,
  parts: [{ start: 0, end: content.length, ownedStart: 0, ownedEnd: content.length }],
})
const hang = (): WorkerRequest => text('hang')
const never = new AbortController().signal

afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.close()))
})

describe('a pool of workers', () => {
  test('has none until there is work, and no more than there is work for', async () => {
    const pool = createPool(10_000)
    expect(pool.alive).toBe(0)
    await pool.run(request(), [], never)
    await pool.run(request(), [], never)
    expect(pool.alive).toBe(1)
    await Promise.all(Array.from({ length: 6 }, async () => pool.run(request(), [], never)))
    expect(pool.alive).toBe(1)
  })

  test('adds one, and no more than its size, when requests wait', async () => {
    const pool = createPool(10_000)
    const stop = new AbortController()
    const stuck = pool.run(hang(), [], stop.signal)
    await Promise.all(Array.from({ length: 6 }, async () => pool.run(request(), [], never)))
    expect(pool.alive).toBe(2)
    stop.abort(new Error('stopped'))
    await expect(stuck).rejects.toThrow('stopped')
  })

  test('starts one ahead, once', () => {
    const pool = createPool(10_000)
    pool.warm()
    pool.warm()
    expect(pool.alive).toBe(1)
  })

  test('ends them when there has been nothing to do', async () => {
    const pool = createPool(20)
    await pool.run(request(), [], never)
    await expect.poll(() => pool.alive).toBe(0)
    await pool.run(request(), [], never)
    expect(pool.alive).toBe(1)
  })

  test('gives the buffer back', async () => {
    const answer = await createPool(10_000).run(request(), [], never)
    expect(answer.buffer.byteLength).toBe(8)
  })

  test('forgets who stopped waiting', async () => {
    const pool = createPool(10_000)
    const hanging = new AbortController()
    const stuck = [pool.run(hang(), [], hanging.signal), pool.run(hang(), [], hanging.signal)]
    const waiting = new AbortController()
    const left = pool.run(request(), [], waiting.signal)
    const stays = pool.run(request(), [], never)
    waiting.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    hanging.abort(new Error('stopped'))
    for (const run of stuck) await expect(run).rejects.toThrow('stopped')
    await expect(stays).resolves.toMatchObject({ matches: [] })
  })

  test('starts nothing for those who wait when it is closed', async () => {
    const pool = createPool(10_000)
    const stuck = [pool.run(hang(), [], never), pool.run(hang(), [], never), pool.run(request(), [], never)]
    const ends = Promise.allSettled(stuck)
    await pool.close()
    expect((await ends).map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(pool.alive).toBe(0)
    await expect(pool.run(request(), [], never)).rejects.toMatchObject({ reason: 'closed' })
  })

  test('does not give out a worker that died while it had nothing to do', async () => {
    const pool = createPool(10_000)
    await pool.run(text('later'), [], never)
    await expect.poll(() => pool.alive).toBe(0)
    await expect(pool.run(request(), [], never)).resolves.toMatchObject({ matches: [] })
    expect(pool.alive).toBe(1)
  })

  test('does not keep a process that has nothing else to do', async () => {
    const pool = new URL('./worker-pool.ts', import.meta.url)
    const script = `
      const { WorkerPool } = await import(${JSON.stringify(pool.href)})
      const options = { size: 1, patienceMs: 50, idleMs: 60000, requestMs: 5000, memoryMb: 64, settings: {} }
      const entry = new URL(${JSON.stringify(entry.href)})
      new WorkerPool({ ...options, entry }).warm()
      await new WorkerPool({ ...options, entry }).run({ buffer: new ArrayBuffer(8), parts: [] }, [], new AbortController().signal)
    `
    const outer = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`))
    const [code] = await Promise.race([once(outer, 'exit'), delay(10_000, ['still there'], { ref: false })])
    expect(code).toBe(0)
  })
})

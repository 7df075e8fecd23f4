import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ProgressFeed } from '../mirror/progress-feed.ts'
import { pace } from './pace.ts'

async function kinds<T>(events: AsyncIterable<{ readonly kind: string } & T>, most: number): Promise<string[]> {
  const found: string[] = []
  for await (const { kind } of events) {
    found.push(kind)
    if (found.length === most) break
  }
  return found
}

async function* items(count: number): AsyncGenerator<number> {
  for (let at = 0; at < count; at += 1) yield at
}

test('items pass in order', async () => {
  const found: number[] = []
  for await (const event of pace(items(5), { silenceMs: 1000 })) if (event.kind === 'item') found.push(event.item)
  expect(found).toEqual([0, 1, 2, 3, 4])
})

test('a wait is told, again and again', async () => {
  const stuck = { next: () => new Promise<never>(() => undefined) }
  expect(await kinds(pace(stuck, { silenceMs: 10 }), 3)).toEqual(['silence', 'silence', 'silence'])
})

test('what is said meanwhile passes at once, and what was said before comes first', async () => {
  const notes = new ProgressFeed()
  notes.say(Buffer.from('earlier'))
  const stuck = { next: () => sleep(60_000, { done: true as const, value: undefined }, { ref: false }) }
  const paced = pace(stuck, { notes, silenceMs: 60_000 })
  expect((await paced.next()).value).toMatchObject({ kind: 'note' })
  const next = paced.next()
  notes.say(Buffer.from('now'))
  expect((await next).value).toEqual({ kind: 'note', text: Buffer.from('now') })
  await paced.return()
})

test('a failure of what is waited for is thrown, and its end is asked for when nobody listens any more', async () => {
  const failing = { next: () => Promise.reject(new Error('cut')) }
  await expect(kinds(pace(failing, { silenceMs: 1000 }), 9)).rejects.toThrow('cut')
  let ended = false
  const source = { next: async () => ({ done: false as const, value: 1 }), return: async () => ((ended = true), { done: true as const, value: undefined }) }
  await kinds(pace(source, { silenceMs: 1000 }), 1)
  expect(ended).toBe(true)
})

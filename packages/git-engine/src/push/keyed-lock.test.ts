import { expect, test } from 'vitest'
import { KeyedLock } from './keyed-lock.ts'

/** A task that says when it begins and ends, and ends when told. */
function createTask(log: string[], name: string): { readonly run: () => Promise<void>; readonly finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    finish: resolve,
    run: async () => {
      log.push(`${name} begins`)
      await promise
      log.push(`${name} ends`)
    },
  }
}

async function turns(): Promise<void> {
  for (let count = 0; count < 20; count += 1) await Promise.resolve()
}

test('tasks that share a key run one after another, others beside them', async () => {
  const lock = new KeyedLock()
  const log: string[] = []
  const [first, second, other] = ['first', 'second', 'other'].map((name) => createTask(log, name))
  const done = [lock.run(['b'], first?.run ?? fail), lock.run(['c', 'b'], second?.run ?? fail), lock.run(['d'], other?.run ?? fail)]
  await turns()
  expect(log.toSorted()).toEqual(['first begins', 'other begins'])
  first?.finish()
  await done[0]
  await turns()
  expect(log).toContain('second begins')
  second?.finish()
  other?.finish()
  await Promise.all(done)
})

test('a task that fails lets the next one run', async () => {
  const lock = new KeyedLock()
  await expect(lock.run(['a'], () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(await lock.run(['a'], async () => 'ran')).toBe('ran')
})

test('keys in another order do not wait for each other for ever, and a key named twice is one', async () => {
  const lock = new KeyedLock()
  const runs = [['a', 'b'], ['b', 'a'], ['a', 'a']].map((keys) => lock.run(keys, async () => turns()))
  await Promise.all(runs)
  expect(runs).toHaveLength(3)
})

function fail(): Promise<void> {
  return Promise.reject(new Error('no task'))
}

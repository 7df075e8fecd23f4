import type { RefListing } from '@refward/upstream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MirrorSource } from './mirror-types.ts'
import { RefreshQueue } from './refresh-queue.ts'

const listing: RefListing = { refs: [], head: undefined, objectFormat: 'sha1' }
const source = {} as MirrorSource

interface Started {
  readonly wants: readonly string[]
  readonly finish: (error?: Error) => void
}

/** A queue whose fetches end when the test says so. */
function createQueue(): { readonly queue: RefreshQueue; readonly started: Started[] } {
  const started: Started[] = []
  const queue = new RefreshQueue(
    ({ needed }) => needed,
    (_batch, wants) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      started.push({ wants: [...wants].toSorted(), finish: (error) => (error === undefined ? resolve() : reject(error)) })
      return promise
    },
  )
  return { queue, started }
}

const join = (queue: RefreshQueue, ...ids: readonly string[]): Promise<void> => queue.join(new Set(ids), { listing, source })

test('those whom the running fetch covers wait for it; the others share the next one', async () => {
  const { queue, started } = createQueue()
  const first = join(queue, 'a', 'b')
  const covered = join(queue, 'b')
  const [next, too] = [join(queue, 'c'), join(queue, 'a', 'd')]
  expect(started.map(({ wants }) => wants)).toEqual([['a', 'b']])
  started[0]?.finish()
  await Promise.all([first, covered])
  await new Promise(setImmediate)
  expect(started.map(({ wants }) => wants)).toEqual([['a', 'b'], ['a', 'c', 'd']])
  started[1]?.finish()
  await Promise.all([next, too])
})

test('a failure is told to those who waited for it, and not to those who wait for the next one', async () => {
  const { queue, started } = createQueue()
  const first = join(queue, 'a')
  const next = join(queue, 'b')
  started[0]?.finish(new Error('cut'))
  await expect(first).rejects.toThrow('cut')
  await new Promise(setImmediate)
  started[1]?.finish()
  await next
})

test('one fetch at a time, and nobody waits for ever, whatever the order of things', async () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { minLength: 1, maxLength: 12 }), fc.array(fc.boolean()), async (requests, failures) => {
      let running = 0
      let number = 0
      const queue = new RefreshQueue(
        ({ needed }) => needed,
        async () => {
          expect((running += 1)).toBe(1)
          await new Promise(setImmediate)
          running -= 1
          if (failures[number++] === true) throw new Error('cut')
        },
      )
      const waits = requests.map(async (request, at) => {
        for (let turn = 0; turn < at % 3; turn += 1) await new Promise(setImmediate)
        await join(queue, ...request)
      })
      const ends = await Promise.allSettled(waits)
      await queue.settled()
      expect(ends).toHaveLength(requests.length)
      expect(queue.busy).toBe(false)
    }),
    { numRuns: 60 },
  )
})

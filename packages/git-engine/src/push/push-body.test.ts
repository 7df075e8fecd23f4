import { describe, expect, test } from 'vitest'
import { RefwardError } from '@refward/core-policy'
import { PushBody } from './push-body.ts'
import { buildPack } from './testing/pack-builder.ts'
import { renderRawPush } from './testing/raw-push.ts'

const pack = buildPack([{ kind: 'object', type: 'blob', content: 'x'.repeat(500) }])
const whole = renderRawPush({ commands: [{ name: 'refs/heads/x', newId: 'a'.repeat(40) }], rest: pack })

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* endless(): AsyncGenerator<Uint8Array> {
  yield whole
  for (;;) yield Buffer.alloc(1000)
}

const now = (): number => 0

describe('PushBody', () => {
  test.each([1, 7, 100, 100_000])('gives the commands and then the pack, in pieces of %d bytes', async (size) => {
    const body = new PushBody(inPieces(whole, size))
    expect(await body.readCommands()).toMatchObject({ commands: [{ name: 'refs/heads/x' }] })
    const pieces: Uint8Array[] = []
    for await (const piece of body.pack()) pieces.push(piece)
    expect(Buffer.concat(pieces).equals(pack)).toBe(true)
  })

  test('what was not read can be drained, also after a reader has left in the middle', async () => {
    const body = new PushBody(inPieces(whole, 50))
    await body.readCommands()
    for await (const _ of body.pack()) break
    expect(await body.drain({ bytes: 10_000, deadline: 1, now })).toBe(true)
  })

  test('an endless body is drained no further than the bound', async () => {
    const body = new PushBody(endless())
    await body.readCommands()
    expect(await body.drain({ bytes: 5_000, deadline: 1, now })).toBe(false)
  })

  test('nor longer than the deadline', async () => {
    let time = 0
    const body = new PushBody(endless())
    await body.readCommands()
    expect(await body.drain({ bytes: 1e9, deadline: 50, now: () => (time += 1) })).toBe(false)
  })

  test('a client that goes away is told from one that breaks the protocol', async () => {
    async function* reset(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, whole.length - 30)
      throw new Error('ECONNRESET')
    }
    const body = new PushBody(reset())
    await body.readCommands()
    const reading = (async () => {
      for await (const _ of body.pack()) continue
    })()
    await expect(reading).rejects.toMatchObject({ code: 'RW_PUSH_INTERRUPTED' })
    expect(await body.drain({ bytes: 1e9, deadline: 1, now })).toBe(true)
  })

  test('a fault of whoever reads the socket stays what it is', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 10)
      throw new RefwardError('RW_CLIENT_SLOW', { limit: 60 })
    }
    await expect(new PushBody(slow()).readCommands()).rejects.toMatchObject({ code: 'RW_CLIENT_SLOW' })
  })
})

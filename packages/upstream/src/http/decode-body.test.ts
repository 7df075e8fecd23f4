import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { collectBatches } from '../testing/chunks.ts'
import { AnswerBody } from './answer-body.ts'
import { decodeBody } from './decode-body.ts'
import type { HttpAnswer } from './exchange.ts'

interface Cancellable extends HttpAnswer {
  readonly isCancelled: () => boolean
}

function answer(encoding: string | undefined, bytes: Uint8Array): Cancellable {
  let cancelled = false
  const control = { pause: () => undefined, resume: () => undefined, cancel: () => (cancelled = true), waiting: () => undefined }
  const body = new AnswerBody(control)
  for (let at = 0; at < bytes.length; at += 1000) body.push(bytes.subarray(at, at + 1000))
  return { status: 200, headers: encoding === undefined ? {} : { 'content-encoding': encoding }, body, isCancelled: () => cancelled }
}

function ended(one: Cancellable): Cancellable {
  one.body.finish()
  return one
}

const text = Buffer.from('all the refs of a repository\n'.repeat(500))

describe('decodeBody', () => {
  it.each([
    { encoding: undefined, bytes: text },
    { encoding: 'identity', bytes: text },
    { encoding: 'gzip', bytes: gzipSync(text) },
    { encoding: 'x-gzip', bytes: gzipSync(text) },
    { encoding: 'GZIP', bytes: gzipSync(text) },
  ])('reads $encoding', async ({ encoding, bytes }) => {
    expect(Buffer.concat(await collectBatches(decodeBody(ended(answer(encoding, bytes)), 1_000_000)))).toEqual(text)
  })

  it.each([
    { encoding: 'br', bytes: brotliCompressSync(text) },
    { encoding: 'deflate', bytes: deflateSync(text) },
    { encoding: 'zstd', bytes: text },
    { encoding: 'gzip, gzip', bytes: gzipSync(gzipSync(text)) },
    { encoding: '', bytes: text },
  ])('refuses the encoding "$encoding" and gives up the body', ({ encoding, bytes }) => {
    const one = answer(encoding, bytes)
    expect(() => decodeBody(one, 1_000_000)).toThrow(`its answer has the content encoding ${encoding}`)
    expect(one.isCancelled()).toBe(true)
  })

  it('counts what comes out, not what came in', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000), { level: 9 })
    const one = answer('gzip', bomb)
    await expect(collectBatches(decodeBody(one, 1_000_000))).rejects.toThrow('its answer has more than 1000000 bytes')
    await expect.poll(() => one.isCancelled()).toBe(true)
  })

  it.each([
    { name: 'is cut', bytes: gzipSync(text).subarray(0, 50) },
    { name: 'is none', bytes: text },
  ])('says so when gzip $name', async ({ bytes }) => {
    await expect(collectBatches(decodeBody(ended(answer('gzip', bytes)), 1_000_000))).rejects.toMatchObject({ code: expect.stringMatching(/^Z_/) as string })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { HelperInput } from './helper-input.ts'

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    yield await Promise.resolve(bytes.subarray(at, at + size))
    at += size
  }
}

describe('what git says to its helper', () => {
  it('is read as lines and as bytes, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { maxLength: 20 }), async (sizes) => {
        const input = new HelperInput(cut(Buffer.from('capabilities\nlist\n\n0006a\n0000'), sizes))
        expect([await input.readLine(), await input.readLine(), await input.readLine()]).toEqual(['capabilities', 'list', ''])
        expect((await input.readBytes(6))?.toString()).toBe('0006a\n')
        expect((await input.readBytes(4))?.toString()).toBe('0000')
        expect([await input.readBytes(1), await input.readLine()]).toEqual([undefined, undefined])
      }),
    )
  })

  it('is no line without its end', async () => {
    expect(await new HelperInput(cut(Buffer.from('push'), [])).readLine()).toBeUndefined()
  })

  it('has no line without bounds', async () => {
    await expect(new HelperInput(cut(Buffer.alloc(200_000, 'a'), [50_000, 50_000])).readLine()).rejects.toThrow(RangeError)
  })
})

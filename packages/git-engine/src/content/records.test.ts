import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnexpectedGitOutput, readRecords } from './records.ts'

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(bytes: Uint8Array, size: number, maxBytes = 100): Promise<readonly string[]> {
  const records: string[] = []
  for await (const batch of readRecords(chunksOf(bytes, size), { separator: 0, maxBytes })) records.push(...batch)
  return records
}

describe('readRecords', () => {
  test('gives back every record, wherever the chunks are cut', async () => {
    const record = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\0', ''))
    await fc.assert(
      fc.asyncProperty(fc.array(record), fc.integer({ min: 1, max: 7 }), async (records, size) => {
        const bytes = Buffer.from(records.map((text) => `${text}\0`).join(''))
        expect(await collect(bytes, size, 10_000)).toEqual(records)
      }),
    )
  })

  test('refuses a record without its end: a child that died must not look like a short list', async () => {
    await expect(collect(Buffer.from('one\0tw'), 4)).rejects.toThrow(UnexpectedGitOutput)
  })

  test('refuses an endless record instead of keeping it', async () => {
    await expect(collect(Buffer.alloc(1000, 'a'), 64)).rejects.toThrow('longer than 100 bytes')
  })
})

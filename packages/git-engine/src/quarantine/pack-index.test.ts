import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildWidget, git } from '@refward/testing-repositories'
import { parsePackIndex } from './pack-index.ts'

describe('parsePackIndex', () => {
  test('reads what git show-index reads', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'refward-index-'))
    await git(['init', '-q', '--bare', directory])
    await buildWidget(directory)
    await git(['--git-dir', directory, 'repack', '-adq'])
    const name = (await readdir(join(directory, 'objects/pack'))).find((file) => file.endsWith('.idx')) ?? ''
    const bytes = await readFile(join(directory, 'objects/pack', name))
    const expected = (await git(['show-index'], { input: bytes })).split('\n').map((line) => line.split(' '))
    expect(parsePackIndex(bytes)).toEqual(expected.map(([offset, id]) => ({ id, offset: Number(offset) })))
    await rm(directory, { recursive: true })
  })

  test('reads offsets beyond 2 GiB from their own table', () => {
    const index = Buffer.alloc(8 + 1024 + 20 + 4 + 4 + 8 + 40)
    index.writeUInt32BE(0xff744f63, 0)
    index.writeUInt32BE(2, 4)
    for (let slot = 0; slot < 256; slot += 1) index.writeUInt32BE(1, 8 + slot * 4)
    index.writeUInt32BE(0x80000000, 8 + 1024 + 24)
    index.writeBigUInt64BE(5_000_000_000n, 8 + 1024 + 28)
    expect(parsePackIndex(index)).toEqual([{ id: '0'.repeat(40), offset: 5_000_000_000 }])
    index.writeUInt32BE(0x80000001, 8 + 1024 + 24)
    expect(parsePackIndex(index)).toBeUndefined()
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['version 1', Buffer.alloc(2000)],
    ['more objects announced than there are', Buffer.concat([Buffer.from('ff744f6300000002', 'hex'), Buffer.alloc(1024, 0xff), Buffer.alloc(100)])],
  ])('refuses %s', (_, bytes) => {
    expect(parsePackIndex(bytes)).toBeUndefined()
  })

  test('never throws', () => {
    const head = Buffer.from('ff744f6300000002', 'hex')
    fc.assert(fc.property(fc.uint8Array({ minLength: 1024, maxLength: 1400 }), (rest) => [parsePackIndex(Buffer.concat([head, rest]))].length === 1))
  })
})

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RottenPack, openPack, readPack } from './first-pack.ts'

let objects: string

beforeEach(async () => {
  objects = await mkdtemp(join(tmpdir(), 'refward-first-pack-'))
  await mkdir(join(objects, 'pack'))
})
afterEach(() => rm(objects, { recursive: true }))

/** A file that ends as a pack does. @returns its name. */
async function writePack(body: Uint8Array): Promise<string> {
  const sum = createHash('sha1').update(body).digest()
  const name = sum.toString('hex')
  await writeFile(join(objects, 'pack', `pack-${name}.pack`), Buffer.concat([body, sum]))
  return name
}

/** Everything that is given, and whether it came to its end. */
async function read(name: string): Promise<{ readonly bytes: Buffer; readonly error: unknown }> {
  const file = await openPack(objects, name)
  if (file === undefined) throw new Error('there is no such pack')
  const pieces: Uint8Array[] = []
  let error: unknown
  try {
    for await (const piece of readPack(file, name)) pieces.push(piece)
  } catch (thrown) {
    error = thrown
  }
  await file.close()
  return { bytes: Buffer.concat(pieces), error }
}

const KIB = 1024

describe.each([0, 1, 12, 512 * KIB - 20, 512 * KIB - 1, 512 * KIB, 512 * KIB + 1, 1024 * KIB, 3_000_001])('a pack with %i bytes before its checksum', (length) => {
  test('is given whole', async () => {
    const body = randomBytes(length)
    const name = await writePack(body)
    const { bytes, error } = await read(name)
    expect(error).toBeUndefined()
    expect(bytes.equals(Buffer.concat([body, Buffer.from(name, 'hex')]))).toBe(true)
  })

  test.each(['first', 'middle', 'last'] as const)('is never given whole when its %s byte has rotted', async (where) => {
    const name = await writePack(randomBytes(length))
    const file = await open(join(objects, 'pack', `pack-${name}.pack`), 'r+')
    const total = length + 20
    const position = { first: 0, middle: Math.trunc(total / 2), last: total - 1 }[where]
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position)
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position)
    await file.close()
    const { bytes, error } = await read(name)
    expect(error).toBeInstanceOf(RottenPack)
    expect(bytes.length).toBeLessThan(total)
  })
})

test.each([0, 1, 19])('a file of %i bytes is no pack', async (length) => {
  const name = 'a'.repeat(40)
  await writeFile(join(objects, 'pack', `pack-${name}.pack`), randomBytes(length))
  expect(await read(name)).toMatchObject({ error: expect.any(RottenPack) as RottenPack, bytes: Buffer.alloc(0) })
})

test('a pack that is gone is not there', async () => {
  expect(await openPack(objects, 'b'.repeat(40))).toBeUndefined()
})

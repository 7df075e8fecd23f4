import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ObjectStream, parseObjectHeader } from './object-stream.ts'
import { UnexpectedGitOutput } from './records.ts'

const id = '1'.repeat(40)
const base = '2'.repeat(40)
const none = '0'.repeat(40)

function encode(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(bodies.flatMap((body) => [Buffer.from(`${id} blob ${body.length} ${none}\n`), body, Buffer.from('\n')]))
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(stream: ObjectStream, count: number): Promise<readonly Buffer[]> {
  const bodies: Buffer[] = []
  for (let at = 0; at < count; at += 1) {
    const object = await stream.next()
    if (object.kind === 'missing') throw new Error('missing')
    if (object.content instanceof Uint8Array) bodies.push(Buffer.from(object.content))
    else {
      const pieces: Uint8Array[] = []
      for await (const piece of object.content) pieces.push(Buffer.from(piece))
      bodies.push(Buffer.concat(pieces))
    }
  }
  return bodies
}

describe('ObjectStream', () => {
  test('gives back every object, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1 }), fc.integer({ min: 1, max: 99 }), async (bodies, size) => {
        const read = await readAll(new ObjectStream(chunksOf(encode(bodies), size)), bodies.length)
        expect(read.map((body) => body.toString('hex'))).toEqual(bodies.map((body) => Buffer.from(body).toString('hex')))
      }),
    )
  })

  test('hands a large object over in pieces', async () => {
    const large = Buffer.alloc(300_000, 'x')
    const stream = new ObjectStream(chunksOf(encode([large, Buffer.from('after')]), 65_536))
    const [first, second] = await readAll(stream, 2)
    expect(first?.equals(large)).toBe(true)
    expect(second?.toString()).toBe('after')
  })

  test('content that looks like a header is content', async () => {
    const lure = Buffer.from(`\n${id} blob 3 ${none}\nabc\n`)
    const [first, second] = await readAll(new ObjectStream(chunksOf(encode([lure, Buffer.from('b')]), 9)), 2)
    expect(first?.equals(lure)).toBe(true)
    expect(second?.toString()).toBe('b')
  })

  test('a child that dies in an object is an error, not a short object', async () => {
    const cut = encode([Buffer.from('whole content')]).subarray(0, -5)
    await expect(readAll(new ObjectStream(chunksOf(cut, 8)), 1)).rejects.toThrow('ended too early')
  })
})

describe('parseObjectHeader', () => {
  test('reads type, size and delta base', () => {
    expect(parseObjectHeader(`${id} tree 12 ${base}`)).toEqual({ kind: 'object', id, type: 'tree', size: 12, deltaBase: base })
    expect(parseObjectHeader(`${id} blob 0 ${none}`)).toMatchObject({ deltaBase: undefined })
    expect(parseObjectHeader(`${id} missing`)).toEqual({ kind: 'missing', id })
  })

  test.each([
    ['an unknown type', `${id} sheep 1 ${none}`],
    ['a size with a sign', `${id} blob +1 ${none}`],
    ['a size that a double cannot hold', `${id} blob 99999999999999999 ${none}`],
    ['a leading zero', `${id} blob 01 ${none}`],
    ['an ambiguous id', `${id} ambiguous`],
    ['nothing', ''],
  ])('refuses %s', (_, line) => {
    expect(() => parseObjectHeader(line)).toThrow(UnexpectedGitOutput)
  })
})

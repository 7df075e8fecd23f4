import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readChangedPaths } from './changed-paths.ts'
import { parseCommitObject, parseTagObject } from './commit-object.ts'
import { parseListedObject } from './object-listing.ts'
import { UnexpectedGitOutput } from './records.ts'

const a = 'a'.repeat(40)
const b = 'b'.repeat(40)
const c = 'c'.repeat(40)
const zero = '0'.repeat(40)

describe('parseListedObject', () => {
  test.each([
    [`-${a}`, { kind: 'edge', id: a }],
    [a, { kind: 'commit', id: a }],
    [`${a} `, { kind: 'other', id: a, path: '' }],
    [`${a} dir/a b`, { kind: 'other', id: a, path: 'dir/a b' }],
    [`${a} ${b}`, { kind: 'other', id: a, path: b }],
  ])('reads %j', (line, listed) => {
    expect(parseListedObject(line)).toEqual(listed)
  })

  test.each([['', 'nothing'], [`?${a}`, 'a missing object'], [a.toUpperCase(), 'upper case'], [`-${a} x`, 'an edge with a path'], [a.slice(1), 'a short id']])(
    'refuses %j (%s)',
    (line) => {
      expect(() => parseListedObject(line)).toThrow(UnexpectedGitOutput)
    },
  )
})

describe('readChangedPaths', () => {
  async function read(text: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text)
    }
    for await (const batch of readChangedPaths(source())) found.push(...batch)
    return found
  }

  test('reads plain and merge changes', async () => {
    const text =
      `${a}\0:100644 100755 ${b} ${c} M\0x y\0:000000 120000 ${zero} ${c} A\0link\0` +
      `${b}\0::100644 100644 100644 ${a} ${b} ${c} MM\0both\0::100644 100644 000000 ${a} ${b} ${zero} DD\0gone\0`
    expect(await read(text)).toEqual([
      { commit: a, path: 'x y', status: 'modified', mode: '100755', blob: c, directory: false },
      { commit: a, path: 'link', status: 'added', mode: '120000', blob: c, directory: false },
      { commit: b, path: 'both', status: 'modified', mode: '100644', blob: c, directory: false },
      { commit: b, path: 'gone', status: 'deleted', mode: '000000', blob: zero, directory: false },
    ])
  })

  test('tells directories, also deleted ones, from files', async () => {
    const text = `${a}\0:040000 000000 ${b} ${zero} D\0was\0:000000 040000 ${zero} ${c} A\0is\0:040000 100644 ${b} ${c} M\0became\0`
    expect(await read(text)).toMatchObject([{ path: 'was', directory: true }, { path: 'is', directory: true }, { path: 'became', directory: false }])
  })

  test('a file named like a commit or a change is a path', async () => {
    const text = `${a}\0:100644 100644 ${b} ${c} M\0${c}\0:100644 100644 ${b} ${c} M\0:100644 100644 ${b} ${c} M\0`
    expect(await read(text)).toMatchObject([{ commit: a, path: c }, { commit: a, path: `:100644 100644 ${b} ${c} M` }])
  })

  test.each([
    ['a change before any commit', `:100644 100644 ${b} ${c} M\0x\0`],
    ['a change without its path', `${a}\0:100644 100644 ${b} ${c} M\0`],
    ['fewer ids than parents', `${a}\0::100644 100644 100644 ${b} ${c} MM\0x\0`],
    ['a rename, which was not asked for', `${a}\0:100644 100644 ${b} ${c} R100\0x\0y\0`],
  ])('refuses %s', async (_, text) => {
    await expect(read(text)).rejects.toThrow(UnexpectedGitOutput)
  })
})

describe('parseCommitObject', () => {
  const commit = (extra: string, message: string): Buffer =>
    Buffer.from(`tree ${a}\nparent ${b}\nparent ${c}\nauthor A B <a@x> 1 +0000\ncommitter C <c@x> 2 +0000\n${extra}\n${message}`)

  test('reads identities, parents, message and signature', () => {
    expect(parseCommitObject(commit('gpgsig -----BEGIN\n x\n -----END\n', 'subject\n\nbody\n'))).toEqual({
      tree: a,
      parents: [b, c],
      author: { name: 'A B', email: 'a@x' },
      committer: { name: 'C', email: 'c@x' },
      message: 'subject\n\nbody\n',
      signed: true,
    })
  })

  test('headers behind the committer do not add parents or authors, nor does the message', () => {
    const read = parseCommitObject(commit(`parent ${a}\nauthor B <b@x> 1 +0000\n`, `parent ${a}\ngpgsig x\n`))
    expect(read).toMatchObject({ parents: [b, c], author: { email: 'a@x' }, signed: false })
  })

  test.each([
    ['no tree', `parent ${b}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\n`],
    ['no author', `tree ${a}\ncommitter A <a> 1 +0000\n\n`],
    ['a parent that is no id', `tree ${a}\nparent x\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\n`],
    ['two addresses, of which readers choose different ones', `tree ${a}\nauthor A <a@x> <b@x> 1 +0000\ncommitter A <a> 1 +0000\n\n`],
    ['an identity without an address', `tree ${a}\nauthor A 1 +0000\ncommitter A <a> 1 +0000\n\n`],
  ])('refuses %s', (_, text) => {
    expect(parseCommitObject(Buffer.from(text))).toBeUndefined()
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => [parseCommitObject(bytes), parseTagObject(bytes)].length === 2))
  })
})

describe('parseTagObject', () => {
  test('reads what it points at', () => {
    expect(parseTagObject(Buffer.from(`object ${a}\ntype tag\ntag v1\ntagger T <t@x> 1 +0000\n\nobject ${b}\n`))).toEqual({ object: a, type: 'tag' })
    expect(parseTagObject(Buffer.from(`type tag\nobject ${a}\n`))).toBeUndefined()
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { git, tryGit } from '@refward/testing-repositories'
import { appending, doubling } from './deltas.ts'
import { chunked, parseAnswers } from './http-message.ts'
import { blob, commit, tag, tree } from './objects.ts'
import { renderPack } from './pack.ts'

// What is built here by hand is what git reads: a test that fails because its pack was broken by accident would prove nothing.

let repository: string
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'refward-raw-'))
  await git(['init', '-q', '--bare', repository])
})
afterAll(() => rm(repository, { recursive: true, force: true }))

const inside = (...args: readonly string[]): string[] => ['--git-dir', repository, ...args]

describe('packs', () => {
  it('with every type of object and both kinds of deltas are read by git, under the same ids', async () => {
    const first = blob('A'.repeat(1000))
    const longer = blob(`${'A'.repeat(1000)}b`)
    const twice = blob('A'.repeat(2000))
    const top = tree([{ mode: '100644', name: 'b', id: longer.id }, { mode: '40000', name: 'a', id: tree([{ mode: '100644', name: 'x', id: twice.id }]).id }])
    const made = commit({ tree: top.id })
    const objects = [first, tree([{ mode: '100644', name: 'x', id: twice.id }]), top, made, tag({ object: made.id, type: 'commit' })]
    const pack = renderPack([
      first,
      { kind: 'ofs-delta', delta: appending(1000, 'b') },
      { kind: 'ref-delta', base: first.id, delta: doubling(1000) },
      ...objects.slice(1),
    ])
    await git(inside('index-pack', '--stdin', '--strict'), { input: pack })
    for (const { id, type } of [...objects, longer, twice]) expect(await git(inside('cat-file', '-t', id))).toBe(type)
    expect(await git(inside('cat-file', '-s', twice.id))).toBe('2000')
  })

  it.each([
    { name: 'another count', options: { count: 3 } },
    { name: 'another signature', options: { signature: 'KCAP' } },
    { name: 'another checksum', options: { trailer: Buffer.alloc(20) } },
  ])('with $name are not', async ({ options }) => {
    expect((await tryGit(inside('index-pack', '--stdin'), { input: renderPack([blob('x')], options) })).status).not.toBe(0)
  })
})

describe('answers', () => {
  it('are read one behind the other, whichever way their end is told', () => {
    const body = Buffer.from('hello')
    const bytes = Buffer.concat([
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
      chunked(body, 2),
      Buffer.from('HTTP/1.1 401 No\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 400 Bad\r\nconnection: close\r\n\r\nhello'),
    ])
    expect(parseAnswers(bytes, true).map(({ status, body: text }) => [status, text.toString()])).toEqual([[200, 'hello'], [401, 'hello'], [400, 'hello']])
    expect(parseAnswers(bytes, false)).toHaveLength(2)
  })
})

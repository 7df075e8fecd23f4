import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildBlobsOf, buildHistoryOf, buildWidget, git } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect } from './testing/chunks.ts'
import { type ForgeFixture, startForge, TIMEOUTS } from './testing/forge-fixture.ts'
import type { FetchAnswer, FetchRequest } from './types.ts'

let forge: ForgeFixture
let widget: HostedRepository
let receiver: string
const { signal } = new AbortController()

beforeEach(async () => {
  forge = await startForge()
  widget = await forge.server.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
  receiver = await mkdtemp(join(tmpdir(), 'refward-receiver-'))
  await git(['init', '-q', '--bare', receiver])
})

afterEach(async () => {
  await forge.close()
  await rm(receiver, { recursive: true })
})

async function fetch(request: Partial<FetchRequest>): Promise<FetchAnswer> {
  const whole = { wants: [], haves: [], shallow: [], done: true, thinPack: false, includeTag: false, ...request }
  return forge.upstream.fetch(await forge.lease(), whole, signal)
}

/** Lets git judge the pack, and that nothing is missing unless that was asked for. */
async function receive({ pack }: FetchAnswer, options: readonly string[] = ['--strict']): Promise<void> {
  if (pack === undefined) throw new Error('there is no pack')
  await git(['--git-dir', receiver, 'index-pack', '--stdin', '--fix-thin', ...options], { input: pack })
}

const incomplete: readonly string[] = []

async function id(name: string): Promise<string> {
  return widget.git(['rev-parse', `${name}^{}`])
}

async function objects(gitDir: string, ...args: string[]): Promise<readonly string[]> {
  return (await git(['--git-dir', gitDir, ...args])).split('\n').sort()
}

const all = ['cat-file', '--batch-check=%(objectname)', '--batch-all-objects']

describe.each([{ version: 2 }, { version: 0 }] as const)('fetch with protocol v$version', ({ version }) => {
  beforeEach(() => forge.server.speak(version))

  it('brings everything that is wanted', async () => {
    await receive(await fetch({ wants: [...(await widget.refs()).values()] }))
    expect(await objects(receiver, ...all)).toEqual(await objects(widget.gitDir, ...all))
  })

  it('brings only what is new', async () => {
    await receive(await fetch({ wants: [await id('topic')] }))
    const before = await objects(receiver, ...all)
    const answer = await fetch({ wants: [await id('main')], haves: [await id('topic')], thinPack: true })
    await receive(answer)
    const known = new Set(before)
    const brought = (await objects(receiver, ...all)).filter((object) => !known.has(object))
    expect(brought).toEqual(await objects(widget.gitDir, 'rev-list', '--objects', '--no-object-names', 'topic..main'))
  })

  it('brings a shallow history and tells its boundary', async () => {
    const answer = await fetch({ wants: [await id('main')], deepen: { kind: 'depth', depth: 1, relative: false } })
    expect(answer).toMatchObject({ shallow: [await id('main')], unshallow: [] })
    await receive(answer, incomplete)
    expect(await objects(receiver, ...all)).toHaveLength(5)
  })

  it('deepens one', async () => {
    const deepen = { kind: 'depth', depth: 1, relative: true } as const
    const main = await id('main')
    const answer = await fetch({ wants: [main], haves: [main], shallow: [main], deepen })
    expect(answer).toMatchObject({ shallow: [await id('main~1')], unshallow: [main] })
    for await (const chunk of answer.pack ?? []) expect(chunk.length).toBeGreaterThan(0)
  })

  it('cuts history at a date and at a ref', async () => {
    const since = await fetch({ wants: [await id('main')], deepen: { kind: 'since-not', since: 1_700_000_001, not: [], relative: false } })
    expect(since.shallow).toEqual([await id('main~1')])
    await receive(since, incomplete)
    const not = await fetch({ wants: [await id('main')], deepen: { kind: 'since-not', not: ['refs/heads/topic'], relative: false } })
    expect(not.shallow).toEqual([await id('main')])
    await receive(not, incomplete)
  })

  it('leaves out what a filter says', async () => {
    await receive(await fetch({ wants: [await id('main')], filter: 'blob:none' }), incomplete)
    const types = await objects(receiver, 'cat-file', '--batch-check=%(objecttype)', '--batch-all-objects')
    expect(types).not.toContain('blob')
  })

  it('negotiates without a pack', async () => {
    const topic = await id('topic')
    const unknown = '1'.repeat(40)
    const answer = await fetch({ wants: [await id('main')], haves: [unknown, topic], done: false })
    expect(answer.acknowledgments.common).toContain(topic)
    expect(answer.acknowledgments.common).not.toContain(unknown)
    for await (const chunk of answer.pack ?? []) expect(chunk.length).toBeGreaterThan(0)
  })

  it('tells progress only when it is wanted', async () => {
    const told: Uint8Array[] = []
    await receive(await fetch({ wants: [await id('main')], onProgress: (text) => void told.push(text) }))
    expect(Buffer.concat(told).toString()).toContain('Enumerating objects')
  })

  it('says what the forge says of an object that it does not have', async () => {
    await expect(fetch({ wants: ['1'.repeat(40)] }).then((answer) => receive(answer))).rejects.toMatchObject({
      code: 'RW_UPSTREAM_FAILED',
      message: expect.stringContaining('not our ref 1111111111111111111111111111111111111111') as string,
    })
  })

  it('gives the words of a forge that gives up in the middle', async () => {
    const blob = await widget.git(['hash-object', '-w', '--stdin'], { input: 'soon gone\n' })
    const tree = await widget.git(['mktree'], { input: `100644 blob ${blob}\tgone\n` })
    const commit = await widget.git(['commit-tree', '-m', 'gone', tree])
    await widget.git(['update-ref', 'refs/heads/gone', commit])
    await rm(join(widget.gitDir, 'objects', blob.slice(0, 2), blob.slice(2)))
    await expect(fetch({ wants: [commit] }).then((answer) => receive(answer))).rejects.toMatchObject({
      code: 'RW_UPSTREAM_FAILED',
      message: expect.stringContaining('aborting due to possible repository corruption on the remote side') as string,
    })
  })

  it('says so when the forge does not offer filters', async () => {
    await widget.git(['config', 'uploadpack.allowFilter', 'false'])
    await expect(fetch({ wants: [await id('main')], filter: 'blob:none' })).rejects.toMatchObject({ code: 'RW_FETCH_UNSUPPORTED' })
  })
})

describe('fetch', () => {
  it('is one request once the server is known', async () => {
    await forge.upstream.list(await forge.lease(), signal)
    forge.server.clear()
    await receive(await fetch({ wants: [await id('main')] }))
    expect(forge.server.requests.map(({ operation }) => operation)).toEqual(['fetch'])
  })

  it('notices a server that speaks another protocol version now', async () => {
    await receive(await fetch({ wants: [await id('topic')] }))
    forge.server.speak(0)
    await receive(await fetch({ wants: [await id('main')] }))
    expect(await objects(receiver, ...all)).toContain(await id('main'))
  })

  it('reads the same history as git does', async () => {
    const history = await forge.server.createRepository('acme/history')
    await buildHistoryOf({ commits: 300, bytesPerCommit: 3000 })(history.gitDir)
    const wants = [...(await history.refs()).values()]
    const answer = await forge.upstream.fetch(await forge.lease('read', 'acme/history'), { wants, haves: [], shallow: [], done: true, thinPack: false, includeTag: true }, signal)
    await receive(answer)
    expect(await objects(receiver, ...all)).toEqual(await objects(history.gitDir, ...all))
  })

  it('takes from the forge only what its reader takes', async () => {
    const blobs = await forge.server.createRepository('acme/blobs', { config: { 'pack.window': '0' } })
    await buildBlobsOf({ count: 16, bytes: 1 << 20 })(blobs.gitDir)
    const wants = [...(await blobs.refs()).values()]
    const upstream = forge.client({ timeouts: { ...TIMEOUTS, idle: 1 } })
    const { pack } = await upstream.fetch(await forge.lease('read', 'acme/blobs'), { wants, haves: [], shallow: [], done: true, thinPack: false, includeTag: false }, signal)
    // Longer than the forge may be silent: it is the reader who waits, and that is nobody's fault.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const sentUnread = forge.server.requests.at(-1)?.responseBytes ?? 0
    let bytes = 0
    for await (const chunk of pack ?? []) bytes += chunk.length
    expect(bytes).toBeGreaterThan(16 << 20)
    expect(sentUnread).toBeLessThan(8 << 20)
  })

  it('ends the request when its reader has enough', async () => {
    const blobs = await forge.server.createRepository('acme/blobs', { config: { 'pack.window': '0' } })
    await buildBlobsOf({ count: 16, bytes: 1 << 20 })(blobs.gitDir)
    const wants = [...(await blobs.refs()).values()]
    const { pack } = await forge.upstream.fetch(await forge.lease('read', 'acme/blobs'), { wants, haves: [], shallow: [], done: true, thinPack: false, includeTag: false }, signal)
    for await (const chunk of pack ?? []) if (chunk.length > 0) break
    await forge.server.settled()
    expect(forge.server.requests.at(-1)).toMatchObject({ state: 'cut' })
  })

  it('is never sent when its caller stops while it waits for a connection', async () => {
    const upstream = forge.client({ connections: 1 })
    const lease = await forge.lease()
    await upstream.list(lease, signal)
    const request = { wants: [await id('main')], haves: [], shallow: [], done: true, thinPack: false, includeTag: false }
    forge.server.plan({ kind: 'stall', afterBytes: 400 }, { operation: 'fetch' })
    const first = await upstream.fetch(lease, request, signal)
    forge.server.clear()
    const controller = new AbortController()
    const reason = new Error('the client went away')
    const second = upstream.fetch(lease, request, controller.signal)
    controller.abort(reason)
    await expect(second).rejects.toBe(reason)
    for await (const _ of first.pack ?? []) break
    await upstream.list(lease, signal)
    expect(forge.server.count({ operation: 'fetch' })).toBe(0)
  })

  it('gives up a forge that makes progress for ever', async () => {
    await forge.upstream.list(await forge.lease(), signal)
    forge.server.plan({ kind: 'endless', first: '000dpackfile\n', chunk: `ffef\x02${'x'.repeat(0xffea)}` }, { operation: 'fetch' })
    await expect(fetch({ wants: [await id('main')], onProgress: () => undefined }).then((answer) => receive(answer))).rejects.toMatchObject({
      code: 'RW_UPSTREAM_PROTOCOL',
      message: expect.stringContaining('its progress messages have no end') as string,
    })
  })

  it('ends with its caller in the middle of a pack', async () => {
    const controller = new AbortController()
    forge.server.plan({ kind: 'stall', afterBytes: 400 }, { operation: 'fetch' })
    const request = { wants: [await id('main')], haves: [], shallow: [], done: true, thinPack: false, includeTag: false }
    const { pack } = await forge.upstream.fetch(await forge.lease(), request, controller.signal)
    const reason = new Error('the client went away')
    setTimeout(() => controller.abort(reason), 30)
    await expect(collect(pack)).rejects.toBe(reason)
  })
})

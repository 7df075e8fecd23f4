import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget, DeterministicBytes } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect, streamOf } from './testing/chunks.ts'
import { type ForgeFixture, startForge, TIMEOUTS } from './testing/forge-fixture.ts'
import { pushRequest, type WantedUpdate } from './testing/push-fixture.ts'
import type { PushRequest, PushResult, Upstream } from './types.ts'

let forge: ForgeFixture
let widget: HostedRepository
let source: HostedRepository
const { signal } = new AbortController()

beforeEach(async () => {
  forge = await startForge()
  widget = await forge.server.createRepository('acme/widget')
  source = await forge.server.createRepository('acme/source')
  await Promise.all([buildWidget(widget.gitDir), buildWidget(source.gitDir)])
})

afterEach(() => forge.close())

/** A commit that only the source has, on top of one that both have. */
async function commit(message: string, content: string | Buffer = message, parent: string = 'main'): Promise<string> {
  const blob = await source.git(['hash-object', '-w', '--stdin'], { input: content })
  const tree = await source.git(['mktree'], { input: `100644 blob ${blob}\tnote\n` })
  return source.git(['commit-tree', '-m', message, '-p', parent, tree])
}

async function prepare(wanted: readonly WantedUpdate[], upstream: Upstream = forge.upstream): ReturnType<typeof pushRequest> {
  const listing = await upstream.listForPush(await forge.lease('write'), signal)
  forge.server.clear()
  return pushRequest(forge, listing, { wanted, from: source })
}

async function push(request: PushRequest, upstream: Upstream = forge.upstream): Promise<PushResult> {
  return upstream.push(await forge.lease('write'), request, signal)
}

async function truth(ref: string): Promise<string | undefined> {
  return (await widget.refs()).get(ref)
}

describe('push', () => {
  it('creates, updates and deletes, all or nothing', async () => {
    const news = await commit('news')
    const request = await prepare([
      { ref: 'refs/heads/new', newId: news },
      { ref: 'refs/heads/topic', newId: news },
      { ref: 'refs/tags/v1-light', newId: undefined },
    ])
    expect(await push(request)).toEqual({
      kind: 'answered',
      atomic: true,
      unpack: 'ok',
      refs: [
        { kind: 'ok', ref: 'refs/heads/new' },
        { kind: 'ok', ref: 'refs/heads/topic' },
        { kind: 'ok', ref: 'refs/tags/v1-light' },
      ],
    })
    expect(await truth('refs/heads/new')).toBe(news)
    expect(await truth('refs/heads/topic')).toBe(news)
    expect(await truth('refs/tags/v1-light')).toBeUndefined()
  })

  it('deletes without a pack', async () => {
    const request = await prepare([{ ref: 'refs/heads/topic', newId: undefined }])
    expect(request.pack).toBeUndefined()
    expect(await push(request)).toMatchObject({ kind: 'answered', refs: [{ kind: 'ok', ref: 'refs/heads/topic' }] })
    expect(await truth('refs/heads/topic')).toBeUndefined()
  })

  it('sends a small pack with its length and a large one in chunks', async () => {
    expect(await push(await prepare([{ ref: 'refs/heads/small', newId: await commit('small') }]))).toMatchObject({ kind: 'answered', unpack: 'ok' })
    expect(forge.server.requests.map(({ headers }) => headers['content-length'])).toEqual([expect.stringMatching(/^\d+$/)])
    const large = await commit('large', new DeterministicBytes('large').take(3_000_000))
    expect(await push(await prepare([{ ref: 'refs/heads/large', newId: large }]))).toMatchObject({ kind: 'answered', unpack: 'ok' })
    expect(forge.server.requests.map(({ headers }) => headers['transfer-encoding'])).toEqual(['chunked'])
    expect(await truth('refs/heads/large')).toBe(large)
  })

  it('uses a connection of its own', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    await push(request)
    expect(forge.server.requests[0]).toMatchObject({ operation: 'push', headers: { connection: 'close' } })
  })

  it('hands on what hooks say', async () => {
    await widget.setHook('pre-receive', 'echo "hook: hello" >&2')
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    await push(request)
    expect(request.progress()).toContain('hook: hello\n')
  })

  it('gives the reason of a hook that declines', async () => {
    await widget.setHook('pre-receive', 'exit 1')
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    expect(await push(request)).toMatchObject({
      kind: 'answered',
      unpack: 'ok',
      refs: [{ kind: 'refused', ref: 'refs/heads/new', reason: 'pre-receive hook declined' }],
    })
  })

  it.each([
    { name: 'of a forge that can be atomic: none is applied', advertise: 'true', applied: false },
    { name: 'of a forge that cannot: the others are applied, and each is told', advertise: 'false', applied: true },
  ])('gives the result of each of three refs $name', async ({ advertise, applied }) => {
    await widget.git(['config', 'receive.advertiseAtomic', advertise])
    await widget.setHook('update', 'test "$1" != refs/heads/two')
    const news = await commit('news')
    const request = await prepare(['one', 'two', 'three'].map((name) => ({ ref: `refs/heads/${name}`, newId: news })))
    const result = await push(request)
    const kinds = result.kind === 'answered' ? result.refs.map(({ kind }) => kind) : []
    expect(result).toMatchObject({ kind: 'answered', atomic: !applied })
    expect(kinds).toEqual(applied ? ['ok', 'refused', 'ok'] : ['refused', 'refused', 'refused'])
    expect(await truth('refs/heads/one')).toBe(applied ? news : undefined)
    expect(await truth('refs/heads/two')).toBeUndefined()
  })

  it('is refused by the forge when a ref has moved meanwhile', async () => {
    const request = await prepare([{ ref: 'refs/heads/topic', newId: await commit('news') }])
    await widget.git(['update-ref', 'refs/heads/topic', 'main'])
    expect(await push(request)).toMatchObject({ kind: 'answered', refs: [{ kind: 'refused', ref: 'refs/heads/topic' }] })
    expect(await truth('refs/heads/topic')).toBe(await truth('refs/heads/main'))
  })

  it('is reported without side-band and with the old report to a forge that knows no better', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    const capabilities = { ...request.capabilities, sideBand: false, reportStatus: 'v1' } as const
    expect(await push({ ...request, capabilities })).toMatchObject({ kind: 'answered', refs: [{ kind: 'ok' }] })
  })

  it('reports a pack that the forge cannot take', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    const broken = (async function* () {
      const chunks = await collect(request.pack)
      yield Buffer.concat(chunks).fill(0xff, 14, 30)
    })()
    const result = await push({ ...request, pack: broken })
    expect(result).toMatchObject({ kind: 'answered', refs: [{ kind: 'refused', ref: 'refs/heads/new' }] })
    expect(result).not.toMatchObject({ unpack: 'ok' })
  })
})

describe('a push is not begun', () => {
  it('with a permit for something else', async () => {
    const news = await commit('news')
    const request = await prepare([{ ref: 'refs/heads/new', newId: news }])
    const [command] = request.commands
    if (command === undefined) throw new Error('no command')
    const others = [
      [],
      [{ ...command, ref: 'refs/heads/main' }],
      [{ ...command, newId: '1'.repeat(40) }],
      [{ ...command, oldId: news }],
      [command, { ...command, ref: 'refs/heads/other' }],
      [command, command],
    ]
    for (const commands of others) await expect(push({ ...request, commands })).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect(forge.server.requests).toEqual([])
  })

  it('with a lease for another repository, or to read', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    await expect(forge.upstream.push(await forge.lease('read'), request, signal)).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    await expect(forge.upstream.push(await forge.lease('write', 'acme/source'), request, signal)).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect(forge.server.requests).toEqual([])
  })

  it('twice with one permit', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    await push(request)
    await expect(push(request)).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect(forge.server.requests).toHaveLength(1)
  })

  it.each([
    { name: 'cannot report', capabilities: { reportStatus: 'none' }, code: 'RW_UPSTREAM_PROTOCOL' },
    { name: 'cannot delete', capabilities: { deleteRefs: false }, code: 'RW_UPSTREAM_REJECTED' },
  ] as const)('towards a forge that $name', async ({ capabilities, code }) => {
    const request = await prepare([{ ref: 'refs/heads/topic', newId: undefined }])
    const result = await push({ ...request, capabilities: { ...request.capabilities, ...capabilities } })
    expect(result).toMatchObject({ kind: 'refused', error: { code } })
    expect(forge.server.requests).toEqual([])
  })

  it('when the caller has stopped already', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    const reason = new Error('the gateway stops')
    expect(await forge.upstream.push(await forge.lease('write'), request, AbortSignal.abort(reason))).toEqual({ kind: 'refused', error: reason })
    expect(forge.server.requests).toEqual([])
  })

  it('when its pack fails before it has begun', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    const pack = failing([], new Error('pack-objects died'))
    expect(await push({ ...request, pack })).toMatchObject({ kind: 'refused', error: { code: 'RW_INTERNAL', cause: { message: 'pack-objects died' } } })
    expect(forge.server.requests).toEqual([])
  })
})

async function* failing(chunks: readonly Uint8Array[], error: Error): AsyncGenerator<Uint8Array> {
  yield* chunks
  throw error
}

describe('a push whose result is not known', () => {
  const large = new DeterministicBytes('large').take(3_000_000)

  interface Row {
    readonly name: string
    readonly fault: Parameters<ForgeFixture['server']['plan']>[0]
    readonly kind: PushResult['kind']
    readonly code: string
    readonly applied: boolean
    readonly content?: Buffer
  }

  const rows: readonly Row[] = [
    { name: 'the answer is lost after it was applied', fault: { kind: 'lost-answer' }, kind: 'ambiguous', code: 'RW_UPSTREAM_UNREACHABLE', applied: true },
    { name: 'the answer breaks off', fault: { kind: 'reset', afterBytes: 20 }, kind: 'ambiguous', code: 'RW_UPSTREAM_UNREACHABLE', applied: true },
    { name: 'the answer ends early', fault: { kind: 'truncate', afterBytes: 20 }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: true },
    { name: 'the answer stops', fault: { kind: 'stall', afterBytes: 20 }, kind: 'ambiguous', code: 'RW_UPSTREAM_TIMEOUT', applied: true },
    { name: 'the connection breaks in the middle of the pack', fault: { kind: 'reset-upload', afterBytes: 100_000 }, kind: 'ambiguous', code: 'RW_UPSTREAM_UNREACHABLE', applied: false, content: large },
    { name: 'the pack is not read', fault: { kind: 'stall-upload', afterBytes: 100_000 }, kind: 'ambiguous', code: 'RW_UPSTREAM_TIMEOUT', applied: false, content: Buffer.concat(Array.from({ length: 8 }, (_, index) => new DeterministicBytes(String(index)).take(3_000_000))) },
    { name: 'nobody answers', fault: { kind: 'half-open' }, kind: 'ambiguous', code: 'RW_UPSTREAM_TIMEOUT', applied: false },
    { name: 'something else answers', fault: { kind: 'nonsense', body: 'hello' }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: false },
    { name: 'a page answers', fault: { kind: 'content-type', contentType: 'text/html' }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: true },
    { name: 'progress has no end', fault: { kind: 'endless', chunk: `ffef\x02${'x'.repeat(0xffea)}` }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: false },
    { name: 'the forge gives up', fault: { kind: 'nonsense', body: '0013\x03out of memory0000'.replace('0013', '0012') }, kind: 'ambiguous', code: 'RW_UPSTREAM_FAILED', applied: false },
    { name: 'the report leaves a ref out', fault: { kind: 'nonsense', body: '0017\x01000eunpack ok\n00000000' }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: false },
    { name: 'the report names another ref', fault: { kind: 'nonsense', body: '0030\x01000eunpack ok\n0019ok refs/heads/other\n00000000' }, kind: 'ambiguous', code: 'RW_UPSTREAM_PROTOCOL', applied: false },
    { name: 'a proxy gives up', fault: { kind: 'status', status: 504 }, kind: 'ambiguous', code: 'RW_UPSTREAM_FAILED', applied: false },
    { name: 'the forge fails', fault: { kind: 'status', status: 500 }, kind: 'ambiguous', code: 'RW_UPSTREAM_FAILED', applied: false },
    { name: 'the credential has no right to push', fault: { kind: 'status', status: 403, body: 'read-only token' }, kind: 'refused', code: 'RW_CREDENTIAL_FORBIDDEN', applied: false },
    { name: 'the credential was revoked', fault: { kind: 'status', status: 401 }, kind: 'refused', code: 'RW_CREDENTIAL_REJECTED', applied: false },
    { name: 'the repository is gone', fault: { kind: 'status', status: 404 }, kind: 'refused', code: 'RW_UPSTREAM_NOT_FOUND', applied: false },
    { name: 'the pack is too large for a proxy', fault: { kind: 'status', status: 413 }, kind: 'refused', code: 'RW_UPSTREAM_FAILED', applied: false },
    { name: 'the forge wants fewer requests', fault: { kind: 'status', status: 429 }, kind: 'refused', code: 'RW_UPSTREAM_RATE_LIMITED', applied: false },
    { name: 'the forge redirects', fault: { kind: 'redirect', location: 'http://127.0.0.1:1/x' }, kind: 'refused', code: 'RW_UPSTREAM_REDIRECT', applied: false },
  ]

  it.each(rows)('is $kind when $name, and is never sent again', async ({ fault, kind, code, applied, content }) => {
    const waits = { ...TIMEOUTS, idle: 0.5, total: WAITS.has(fault.kind) ? 1.5 : TIMEOUTS.total }
    const upstream = forge.client({ timeouts: waits })
    const news = await commit('news', content)
    const request = await prepare([{ ref: 'refs/heads/new', newId: news }], upstream)
    forge.server.plan(fault, { operation: 'push' })
    expect(await push(request, upstream)).toMatchObject({ kind, error: { code } })
    forge.server.resetConnections()
    await forge.server.settled()
    expect(forge.server.count({ operation: 'push' })).toBe(1)
    expect(await truth('refs/heads/new')).toBe(applied ? news : undefined)
  })

  const WAITS = new Set(['stall', 'half-open'])

  it('is refused when the forge cannot be reached', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    const pack = streamOf(await collect(request.pack))
    await forge.server.close()
    expect(await push({ ...request, pack })).toMatchObject({ kind: 'refused', error: { code: 'RW_UPSTREAM_UNREACHABLE' } })
  })

  it('is ambiguous when its pack fails half way, and the forge gets no whole one', async () => {
    const news = await commit('news', large)
    const request = await prepare([{ ref: 'refs/heads/new', newId: news }])
    const chunks = await collect(request.pack)
    const pack = failing(chunks.slice(0, -1), new Error('pack-objects died'))
    expect(await push({ ...request, pack })).toMatchObject({ kind: 'ambiguous', error: { code: 'RW_INTERNAL', cause: { message: 'pack-objects died' } } })
    await forge.server.settled()
    expect(await truth('refs/heads/new')).toBeUndefined()
  })

  it('ends with its caller, also when its pack hangs', async () => {
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news', large) }])
    const chunks = await collect(request.pack)
    let told = false
    const left = chunks.slice(0, -1)
    const next = (): Promise<IteratorResult<Uint8Array>> => {
      const value = left.shift()
      return value === undefined ? new Promise(() => undefined) : Promise.resolve({ done: false, value })
    }
    const end = (): Promise<IteratorResult<Uint8Array>> => {
      told = true
      return Promise.resolve({ done: true, value: undefined })
    }
    const pack = { [Symbol.asyncIterator]: () => ({ next, return: end }) }
    const controller = new AbortController()
    const reason = new Error('the gateway stops')
    setTimeout(() => controller.abort(reason), 100)
    const result = await forge.upstream.push(await forge.lease('write'), { ...request, pack }, controller.signal)
    expect(result).toEqual({ kind: 'ambiguous', error: reason })
    await expect.poll(() => told).toBe(true)
  })

  it('waits for a slow hook for as long as the whole may take', async () => {
    const upstream = forge.client({ timeouts: { ...TIMEOUTS, answer: 0.2, idle: 0.2 } })
    await widget.setHook('pre-receive', 'sleep 1')
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news') }])
    expect(await push(request, upstream)).toMatchObject({ kind: 'answered', refs: [{ kind: 'ok' }] })
  })

  it('is not blamed for a slow pack', async () => {
    const upstream = forge.client({ timeouts: { ...TIMEOUTS, answer: 0.2, idle: 0.2 } })
    const request = await prepare([{ ref: 'refs/heads/new', newId: await commit('news', large) }])
    const chunks = await collect(request.pack)
    const pack = (async function* () {
      for (const [index, chunk] of chunks.entries()) {
        if (index === chunks.length - 1) await new Promise((resolve) => setTimeout(resolve, 600))
        yield chunk
      }
    })()
    expect(await push({ ...request, pack }, upstream)).toMatchObject({ kind: 'answered', refs: [{ kind: 'ok' }] })
  })
})


import { inspect } from 'node:util'
import { RefwardError } from '@refward/core-policy'
import type { Fault, HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect } from './testing/chunks.ts'
import { type ForgeFixture, PASSWORD, startForge, TIMEOUTS } from './testing/forge-fixture.ts'
import type { Upstream } from './types.ts'

let forge: ForgeFixture
let widget: HostedRepository
const { signal } = new AbortController()

beforeEach(async () => {
  forge = await startForge()
  widget = await forge.server.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
})

afterEach(() => forge.close())

type Ask = (upstream: Upstream) => Promise<unknown>

const asks: Readonly<Record<'list' | 'listForPush' | 'fetch', Ask>> = {
  list: async (upstream) => upstream.list(await forge.lease(), signal),
  listForPush: async (upstream) => upstream.listForPush(await forge.lease('write'), signal),
  fetch: async (upstream) => {
    const wants = [...(await widget.refs()).values()]
    const request = { wants, haves: [], shallow: [], done: true, thinPack: false, includeTag: false }
    const { pack } = await upstream.fetch(await forge.lease(), request, signal)
    return collect(pack)
  },
}

/** The three ways in which a forge or a proxy could send the credential back. */
const ECHO = `wrong: gateway:${PASSWORD}, ${encodeURIComponent(PASSWORD)}, Basic ${Buffer.from(`gateway:${PASSWORD}`).toString('base64')}`

interface Row {
  readonly name: string
  readonly fault: Fault
  readonly code: string
  /** What the message says, if that matters. */
  readonly says?: string
  /** Half a second is what the forge is given; the others are given long enough for a busy machine. */
  readonly short?: true
}

const rows: readonly Row[] = [
  { name: 'silence before the answer', fault: { kind: 'half-open' }, code: 'RW_UPSTREAM_TIMEOUT', says: 'waiting for an answer', short: true },
  { name: 'silence in the answer', fault: { kind: 'stall', afterBytes: 30 }, code: 'RW_UPSTREAM_TIMEOUT', says: 'waiting for the rest of the answer', short: true },
  { name: 'an answer that never ends, byte by byte', fault: { kind: 'drip', bytes: 1, milliseconds: 100 }, code: 'RW_UPSTREAM_TIMEOUT', says: 'seeing it to its end', short: true },
  { name: 'a late answer', fault: { kind: 'delay', milliseconds: 3000 }, code: 'RW_UPSTREAM_TIMEOUT', short: true },
  { name: 'a reset before the answer', fault: { kind: 'reset', afterBytes: 0 }, code: 'RW_UPSTREAM_UNREACHABLE', says: 'the connection broke' },
  { name: 'a reset in the answer', fault: { kind: 'reset', afterBytes: 30 }, code: 'RW_UPSTREAM_UNREACHABLE', says: 'the connection broke' },
  { name: 'half an answer', fault: { kind: 'truncate', afterBytes: 30 }, code: 'RW_UPSTREAM_PROTOCOL', says: 'ends' },
  { name: 'nonsense', fault: { kind: 'nonsense', body: '<html>\x1b[31mlogin</html>' }, code: 'RW_UPSTREAM_PROTOCOL', says: 'is not a packet length' },
  { name: 'nothing', fault: { kind: 'nonsense', body: '' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'a login page', fault: { kind: 'content-type', contentType: 'text/html' }, code: 'RW_UPSTREAM_PROTOCOL', says: 'type text/html' },
  { name: 'the answer of the other service', fault: { kind: 'content-type', contentType: 'application/x-git-archive-result' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'brotli', fault: { kind: 'encoding', encoding: 'br' }, code: 'RW_UPSTREAM_PROTOCOL', says: 'content encoding br' },
  { name: 'deflate', fault: { kind: 'encoding', encoding: 'deflate' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'a gzip bomb', fault: { kind: 'gzip-bomb', decodedBytes: 10 ** 9 }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'an endless body', fault: { kind: 'endless', chunk: 'x'.repeat(65_536) }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'an endless packet stream', fault: { kind: 'endless', chunk: `000d refs/x\n`.repeat(5000) }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'an error of git', fault: { kind: 'nonsense', body: '001fERR the repository is away\x07' }, code: 'RW_UPSTREAM_FAILED', says: 'the repository is away\\x07' },
  { name: 'a revoked credential', fault: { kind: 'status', status: 401, body: ECHO }, code: 'RW_CREDENTIAL_REJECTED', says: 'it is wrong, revoked or expired' },
  { name: 'a credential without rights', fault: { kind: 'status', status: 403, body: 'no\r\nrights\x1b]0;x\x07' }, code: 'RW_CREDENTIAL_FORBIDDEN', says: 'no\\r\\nrights\\x1b]0;x\\x07' },
  { name: 'a credential without rights, told with itself', fault: { kind: 'status', status: 403, body: ECHO }, code: 'RW_CREDENTIAL_FORBIDDEN', says: 'status 403, wrong: gateway:[credential], [credential], Basic [credential]' },
  { name: 'an archived repository', fault: { kind: 'status', status: 403, body: 'This repo is archived.' }, code: 'RW_UPSTREAM_REFUSED', says: 'is archived' },
  { name: 'a limit that is told as 403', fault: { kind: 'status', status: 403, body: 'You have exceeded a secondary rate limit' }, code: 'RW_UPSTREAM_RATE_LIMITED' },
  { name: 'no such repository', fault: { kind: 'status', status: 404, body: ECHO }, code: 'RW_UPSTREAM_NOT_FOUND' },
  { name: 'too many requests', fault: { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, code: 'RW_UPSTREAM_RATE_LIMITED' },
  { name: 'a failure', fault: { kind: 'status', status: 500, body: ECHO }, code: 'RW_UPSTREAM_FAILED', says: 'status 500' },
  { name: 'a page for people', fault: { kind: 'status', status: 503, headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }, code: 'RW_UPSTREAM_FAILED', says: 'and no reason' },
  { name: 'a long explanation', fault: { kind: 'status', status: 500, body: 'x'.repeat(10_000_000) }, code: 'RW_UPSTREAM_FAILED' },
  { name: 'success without content', fault: { kind: 'status', status: 204 }, code: 'RW_UPSTREAM_FAILED' },
  { name: 'a huge header', fault: { kind: 'status', status: 200, headers: { 'x-long': 'x'.repeat(20_000) } }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'a redirect', fault: { kind: 'redirect', location: '/elsewhere' }, code: 'RW_UPSTREAM_REDIRECT' },
]

describe.each(Object.entries(asks))('%s', (_name, ask) => {
  it.each(rows)('meets $name with $code', async ({ fault, code, says, short }) => {
    const upstream = forge.client({ timeouts: short === true ? { connect: 1, answer: 0.5, idle: 0.5, total: 1 } : TIMEOUTS })
    // The server is known already, so that the fault hits what is asked, and what is asked of it again.
    await forge.upstream.list(await forge.lease(), signal)
    forge.server.plan(fault, {}, 9)
    const began = performance.now()
    const error = await ask(upstream).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RefwardError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(says ?? '') as string })
    expect(performance.now() - began).toBeLessThan(short === true ? 5_000 : 12_000)
    expectNoSecret(error)
  })
})

/** In any form in which a log or an agent could come to see it: message, stack, causes and properties. */
function expectNoSecret(error: unknown): void {
  const shown = [inspect(error, { depth: 20, showHidden: true, getters: true }), JSON.stringify(error), String(error)].join('\n')
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`gateway:${PASSWORD}`).toString('base64')]) expect(shown).not.toContain(secret)
  const { message, hint } = error as RefwardError
  expect(message + hint).toMatch(/^[\x20-\x7e…]*$/)
}

describe('a forge that does not let itself be reached', () => {
  it('refuses the connection', async () => {
    await forge.server.close()
    const error = await asks.list(forge.upstream).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'RW_UPSTREAM_UNREACHABLE', message: 'forge gitea cannot be reached: the connection was refused (ECONNREFUSED)' })
    expectNoSecret(error)
  })

  it('has a name that does not resolve', async () => {
    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
    const elsewhere = await startForge({ url: () => 'http://forge.test' })
    const upstream = elsewhere.client({}, { resolve })
    await expect(upstream.list(await elsewhere.lease(), signal)).rejects.toMatchObject({ code: 'RW_UPSTREAM_UNREACHABLE' })
    await elsewhere.close()
  })

  it('has a name whose resolution hangs', async () => {
    const elsewhere = await startForge({ url: () => 'http://forge.test' })
    const upstream = elsewhere.client({ timeouts: { ...TIMEOUTS, connect: 0.2 } }, { resolve: () => new Promise<never>(() => undefined) })
    await expect(upstream.list(await elsewhere.lease(), signal)).rejects.toMatchObject({
      code: 'RW_UPSTREAM_TIMEOUT',
      message: 'forge gitea did not answer in time while listing refs: connecting',
    })
    await elsewhere.close()
  })
})

describe('where the credential goes', () => {
  it('is not where a redirect points', async () => {
    const other = await startForge()
    await other.server.createRepository('acme/widget')
    for (const status of [301, 302, 303, 307, 308]) {
      forge.server.plan({ kind: 'redirect', status, location: `${other.server.origin}/acme/widget.git/info/refs?service=git-upload-pack` })
      await expect(asks.list(forge.upstream)).rejects.toMatchObject({ code: 'RW_UPSTREAM_REDIRECT' })
    }
    expect(other.server.requests).toEqual([])
    await other.close()
  })

  it('is not the proxy of the environment', async () => {
    const proxy = await startForge()
    const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'ALL_PROXY']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = proxy.server.origin
    await asks.list(forge.client())
    expect(proxy.server.requests).toEqual([])
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name]
      else process.env[name] = before[index]
    }
    await proxy.close()
  })

  it.each([
    { attack: 'the metadata service', first: '169.254.169.254' },
    { attack: 'another service of this machine', first: '127.0.0.1' },
  ])('is not $attack, to which the name of the forge leads', async ({ first }) => {
    const elsewhere = await startForge({ url: () => `http://forge.test:${new URL(forge.server.origin).port}` })
    const upstream = elsewhere.client({}, { resolve: () => Promise.resolve([{ address: first, family: 4 }]) })
    await expect(upstream.list(await elsewhere.lease(), signal)).rejects.toMatchObject({ code: 'RW_UPSTREAM_ADDRESS' })
    expect(forge.server.requests).toEqual([])
    await elsewhere.close()
  })

  it('is an address of the configured ranges', async () => {
    const elsewhere = await startForge({ url: () => `http://forge.test:${new URL(forge.server.origin).port}` })
    const upstream = elsewhere.client({ addresses: ['127.0.0.0/8'] }, { resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })
    await upstream.list(await elsewhere.lease(), signal)
    expect(forge.server.requests.at(-1)).toMatchObject({ authorization: 'accepted' })
    const outside = elsewhere.client({ addresses: ['10.0.0.0/8'] }, { resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })
    await expect(outside.list(await elsewhere.lease(), signal)).rejects.toMatchObject({ code: 'RW_UPSTREAM_ADDRESS' })
    await elsewhere.close()
  })
})

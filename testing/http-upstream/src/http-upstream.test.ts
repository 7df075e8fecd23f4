import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBlobsOf, buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from './certificate.ts'
import type { Fault } from './faults.ts'
import { type HttpUpstream, startHttpUpstream } from './http-upstream.ts'
import type { HostedRepository } from './repository.ts'

let upstream: HttpUpstream
let widget: HostedRepository
let work: string

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'refward-client-'))
  upstream = await startHttpUpstream({ password: 'upstream-password' })
  widget = await upstream.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
})

afterEach(async () => {
  await upstream.close()
  await rm(work, { recursive: true, force: true })
})

async function clone(...flags: string[]): Promise<string> {
  const directory = join(work, 'clone')
  await git([...flags, 'clone', '-q', widget.urlWithPassword, directory])
  return directory
}

async function commit(directory: string, bytes: number = 10): Promise<string> {
  await writeFile(join(directory, 'note.bin'), Buffer.alloc(bytes, 'note'))
  await git(['add', '.'], { cwd: directory })
  await git(['commit', '-q', '-m', 'note'], { cwd: directory })
  return git(['rev-parse', 'HEAD'], { cwd: directory })
}

describe('plain git against the upstream', () => {
  it.each([['0'], ['1'], ['2']])('clones with protocol version %s', async (version) => {
    const directory = await clone('-c', `protocol.version=${version}`)
    expect(await git(['rev-parse', 'HEAD'], { cwd: directory })).toBe((await widget.refs()).get('refs/heads/main'))
    expect(upstream.requests.some((request) => request.operation === 'list')).toBe(version === '2')
  })

  it('takes a push with a chunked body and runs the hooks', async () => {
    const directory = await clone()
    await widget.setHook('pre-receive', 'echo "hook: hello" >&2')
    const id = await commit(directory, 3_000_000)
    const result = await tryGit(['-c', 'http.postBuffer=65536', '-c', 'core.compression=0', 'push', 'origin', 'HEAD:topic'], { cwd: directory })
    expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining('remote: hook: hello') as string })
    expect((await widget.refs()).get('refs/heads/topic')).not.toBe(undefined)
    expect((await widget.refs()).get('refs/heads/topic')).toBe(id)
    const push = upstream.requests.find((request) => request.operation === 'push' && request.headers['transfer-encoding'] === 'chunked')
    expect(push?.requestBytes).toBeGreaterThan(3_000_000)
  })

  it('refuses a push as its hook says', async () => {
    const directory = await clone()
    await widget.setHook('update', 'echo "not today" >&2; exit 1')
    await commit(directory)
    const result = await tryGit(['push', 'origin', 'HEAD:topic'], { cwd: directory })
    expect(result.stderr).toContain('hook declined')
    expect(result.status).toBe(1)
  })

  it('asks for the password and never logs it', async () => {
    const result = await tryGit(['ls-remote', widget.url])
    expect(result.status).not.toBe(0)
    await git(['ls-remote', widget.urlWithPassword])
    expect(upstream.requests.map((request) => request.authorization)).toContain('absent')
    expect(upstream.requests.at(-1)?.authorization).toBe('accepted')
    expect(JSON.stringify(upstream.requests)).not.toContain(Buffer.from('gateway:upstream-password').toString('base64'))
  })

  it('passes a gzip request body on', async () => {
    const directory = await clone()
    for (let index = 0; index < 60; index++) await git(['commit', '-q', '--allow-empty', '-m', `c${String(index)}`], { cwd: directory })
    await widget.git(['commit-tree', '-m', 'new', (await widget.refs()).get('refs/heads/main') + '^{tree}']).then((id) => widget.git(['branch', 'new', id]))
    upstream.clear()
    await git(['fetch', '-q', 'origin'], { cwd: directory })
    expect(upstream.requests.some((request) => request.operation === 'fetch' && request.headers['content-encoding'] === 'gzip')).toBe(true)
  })

  it('counts fetches apart from listings', async () => {
    await clone()
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
    expect(upstream.count({ operation: 'list' })).toBe(1)
  })

  it('forgets protocol v2 when told to', async () => {
    upstream.speak(0)
    await clone('-c', 'protocol.version=2')
    expect(upstream.count({ operation: 'list' })).toBe(0)
  })
})

describe('TLS', () => {
  it('shows a certificate that only its authority makes valid', async () => {
    const authority = createAuthority()
    const secure = await startHttpUpstream({ tls: authority.issue() })
    const repository = await secure.createRepository('acme/widget')
    await buildWidget(repository.gitDir)
    const caFile = join(work, 'ca.pem')
    await writeFile(caFile, authority.certificate)
    expect(await git(['-c', `http.sslCAInfo=${caFile}`, 'ls-remote', repository.url, 'HEAD'])).toContain('HEAD')
    expect((await tryGit(['ls-remote', repository.url])).stderr).toContain('certificate')
    await secure.close()
  })
})

interface Seen {
  readonly status?: number
  readonly headers?: NodeJS.Dict<string | string[]>
  readonly bytes?: number
  readonly error?: string
}

/** One raw request for the ref advertisement, given up after a short silence. */
function get(): Promise<Seen> {
  return new Promise((resolve) => {
    const url = `${widget.url}/info/refs?service=git-upload-pack`
    const seen: { -readonly [K in keyof Seen]: Seen[K] } = {}
    const request = httpRequest(url, { auth: 'gateway:upstream-password', agent: false, timeout: 200 }, (response) => {
      Object.assign(seen, { status: response.statusCode, headers: response.headers, bytes: 0 })
      response.on('data', (chunk: Buffer) => {
        seen.bytes = (seen.bytes ?? 0) + chunk.length
        if (seen.bytes > 5_000_000) request.destroy(new Error('enough'))
      })
      response.on('end', () => resolve(seen))
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ ...seen, error: error.code ?? error.message }))
    })
    request.on('timeout', () => request.destroy(Object.assign(new Error('silent'), { code: 'SILENT' })))
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ ...seen, error: error.code ?? error.message }))
    request.end()
  })
}

describe('faults', () => {
  const rows: readonly { readonly fault: Fault; readonly seen: Partial<Record<keyof Seen, unknown>> }[] = [
    { fault: { kind: 'delay', milliseconds: 50 }, seen: { status: 200 } },
    { fault: { kind: 'drip', bytes: 100, milliseconds: 5 }, seen: { status: 200 } },
    { fault: { kind: 'stall', afterBytes: 10 }, seen: { status: 200, bytes: 10, error: 'SILENT' } },
    { fault: { kind: 'stall', afterBytes: 0 }, seen: { error: 'SILENT' } },
    { fault: { kind: 'reset', afterBytes: 0 }, seen: { error: 'ECONNRESET' } },
    { fault: { kind: 'reset', afterBytes: 10 }, seen: { status: 200, error: 'ECONNRESET' } },
    { fault: { kind: 'truncate', afterBytes: 10 }, seen: { status: 200, bytes: 10 } },
    { fault: { kind: 'lost-answer' }, seen: { error: 'ECONNRESET' } },
    { fault: { kind: 'half-open' }, seen: { error: 'SILENT' } },
    { fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }, seen: { status: 429, bytes: 9 } },
    { fault: { kind: 'redirect', location: 'http://127.0.0.1:1/' }, seen: { status: 302 } },
    { fault: { kind: 'nonsense', body: 'no git here' }, seen: { status: 200, bytes: 11 } },
    { fault: { kind: 'endless', chunk: 'x'.repeat(65_536) }, seen: { status: 200, error: 'enough' } },
    { fault: { kind: 'content-type', contentType: 'text/html' }, seen: { status: 200, headers: expect.objectContaining({ 'content-type': 'text/html' }) } },
    { fault: { kind: 'encoding', encoding: 'br' }, seen: { status: 200, headers: expect.objectContaining({ 'content-encoding': 'br' }) } },
    { fault: { kind: 'gzip-bomb', decodedBytes: 100_000_000 }, seen: { status: 200, headers: expect.objectContaining({ 'content-encoding': 'gzip' }) } },
  ]

  it.each(rows)('$fault', async ({ fault, seen }) => {
    upstream.plan(fault)
    expect(await get()).toMatchObject(seen)
    upstream.resetConnections()
    expect(await get()).toMatchObject({ status: 200 })
  })

  it('hit only what they match', async () => {
    upstream.plan({ kind: 'status', status: 500 }, { operation: 'push' })
    upstream.plan({ kind: 'status', status: 500 }, { repository: 'acme/other.git' })
    expect(await get()).toMatchObject({ status: 200 })
  })

  it('lose an answer whose push was applied', async () => {
    const directory = await clone()
    const id = await commit(directory)
    upstream.plan({ kind: 'lost-answer' }, { operation: 'push' })
    expect((await tryGit(['push', 'origin', 'HEAD:topic2'], { cwd: directory })).status).not.toBe(0)
    expect((await widget.refs()).get('refs/heads/topic2')).toBe(id)
  })

  it('reset an upload before it is whole', async () => {
    const directory = await clone()
    await commit(directory, 3_000_000)
    upstream.plan({ kind: 'reset-upload', afterBytes: 100_000 }, { operation: 'push' }, 9) // curl tries again on a fresh connection
    const result = await tryGit(['-c', 'core.compression=0', '-c', 'http.postBuffer=100000000', 'push', 'origin', 'HEAD:topic2'], { cwd: directory })
    expect(result.status).not.toBe(0)
    expect((await widget.refs()).has('refs/heads/topic2')).toBe(false)
  })

  it('cut a clone in the middle of its pack', async () => {
    const blobs = await upstream.createRepository('acme/blobs')
    await buildBlobsOf({ count: 4, bytes: 1 << 20 })(blobs.gitDir)
    upstream.plan({ kind: 'reset', afterBytes: 1_000_000 }, { operation: 'fetch' })
    const result = await tryGit(['clone', '-q', blobs.urlWithPassword, join(work, 'cut')])
    expect(result.status).toBe(128)
    expect(upstream.requests.at(-1)).toMatchObject({ state: 'cut' })
  })
})

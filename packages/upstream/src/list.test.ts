import { rename, rm } from 'node:fs/promises'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ForgeFixture, startForge } from './testing/forge-fixture.ts'
import type { RefListing } from './types.ts'

let forge: ForgeFixture
let widget: HostedRepository
const { signal } = new AbortController()

beforeEach(async () => {
  forge = await startForge()
  widget = await forge.server.createRepository('acme/widget')
})

afterEach(() => forge.close())

async function list(): Promise<RefListing> {
  return forge.upstream.list(await forge.lease(), signal)
}

async function truth(): Promise<Record<string, string>> {
  return Object.fromEntries(await widget.refs())
}

function told(listing: RefListing): Record<string, string> {
  return Object.fromEntries(listing.refs.map(({ name, id }) => [name, id]))
}

describe.each([{ version: 2 }, { version: 0 }] as const)('list with protocol v$version', ({ version }) => {
  beforeEach(() => forge.server.speak(version))

  it('gives every ref, what tags point to, and HEAD', async () => {
    await buildWidget(widget.gitDir)
    await widget.git(['update-ref', 'refs/pull/1/head', 'main'])
    const listing = await list()
    const main = (await truth())['refs/heads/main']
    expect(told(listing)).toEqual(await truth())
    expect(listing.head).toEqual({ symref: 'refs/heads/main', id: main })
    expect(listing.refs.find(({ name }) => name === 'refs/tags/v1')?.peeled).toBe(main)
  })

  it('tells a detached HEAD', async () => {
    await buildWidget(widget.gitDir)
    const { 'refs/heads/topic': topic } = await truth()
    await widget.git(['update-ref', '--no-deref', 'HEAD', topic ?? ''])
    expect((await list()).head).toEqual({ id: topic })
  })

  it('is empty for an empty repository', async () => {
    const listing = await list()
    expect(listing.refs).toEqual([])
    // Protocol v0 has no word for the branch that does not exist yet.
    expect(listing.head).toEqual(version === 2 ? { symref: 'refs/heads/main' } : undefined)
  })

  it('sees a change at once', async () => {
    await buildWidget(widget.gitDir)
    await list()
    await widget.git(['update-ref', 'refs/heads/new', 'main'])
    expect(told(await list())).toEqual(await truth())
  })

  it('refuses a repository of the other object format', async () => {
    const other = await forge.server.createRepository('acme/sha256', { objectFormat: 'sha256' })
    await buildWidget(other.gitDir)
    await expect(forge.upstream.list(await forge.lease('read', 'acme/sha256'), signal)).rejects.toMatchObject({ code: 'RW_OBJECT_FORMAT' })
  })
})

describe('list', () => {
  beforeEach(() => buildWidget(widget.gitDir))

  it('is one question on a kept connection after the first', async () => {
    await list()
    forge.server.clear()
    for (let turn = 0; turn < 2; turn++) {
      await new Promise(setImmediate) // a connection is free one turn of the event loop after its answer
      await list()
    }
    expect(forge.server.requests.map(({ operation }) => operation)).toEqual(['list', 'list'])
    expect(new Set(forge.server.requests.map(({ connection }) => connection)).size).toBe(1)
  })

  it('asks for the capabilities again after a while', async () => {
    let now = Date.now()
    const upstream = forge.client({}, { clock: () => now })
    const lease = await forge.lease()
    await upstream.list(lease, signal)
    now += 11 * 60_000
    forge.server.clear()
    await upstream.list(lease, signal)
    expect(forge.server.requests.map(({ operation }) => operation)).toEqual(['advertise', 'list'])
  })

  it.each([
    { name: 'loses protocol v2', from: 2, to: 0 },
    { name: 'learns protocol v2', from: 0, to: 2 },
  ] as const)('notices a server that $name', async ({ from, to }) => {
    forge.server.speak(from)
    await list()
    forge.server.speak(to)
    expect(told(await list())).toEqual(await truth())
    forge.server.clear()
    expect(told(await list())).toEqual(await truth())
    expect(forge.server.requests.map(({ operation }) => operation)).toEqual(to === 2 ? ['list'] : ['advertise'])
  })

  it('notices a repository that was made anew with the other object format', async () => {
    await list()
    await rm(widget.gitDir, { recursive: true })
    await forge.server.createRepository('acme/widget', { objectFormat: 'sha256' })
    await expect(list()).rejects.toMatchObject({ code: 'RW_OBJECT_FORMAT' })
  })

  it('says that a repository is gone, and finds it again', async () => {
    await list()
    await rename(widget.gitDir, `${widget.gitDir}.away`)
    await expect(list()).rejects.toMatchObject({ code: 'RW_UPSTREAM_NOT_FOUND', status: 404 })
    await rename(`${widget.gitDir}.away`, widget.gitDir)
    expect(told(await list())).toEqual(await truth())
  })

  it('says that the credential is wrong', async () => {
    const other = await startForge({ password: 'another-password' })
    await other.server.createRepository('acme/widget')
    await expect(other.upstream.list(await other.lease(), signal)).rejects.toMatchObject({
      code: 'RW_CREDENTIAL_REJECTED',
      status: 503,
      message: 'forge gitea does not take the credential of refward for gitea/acme/widget: it is wrong, revoked or expired',
      hint: expect.stringMatching(/^the operator must put a new one into .+ and reload; no other credential is tried in its place$/) as string,
    })
    expect(new Set(other.server.requests.map(({ authorization }) => authorization)).size).toBe(1)
    await other.close()
  })

  it('sends no credential to a forge that is used without one', async () => {
    const open = await startForge({ credential: '{anonymous: true}' })
    await open.server.createRepository('acme/widget')
    await expect(open.upstream.list(await open.lease(), signal)).rejects.toMatchObject({ code: 'RW_CREDENTIAL_UNAVAILABLE', status: 503 })
    expect(open.server.requests.map(({ authorization }) => authorization)).toEqual(['absent'])
    await open.close()
  })

  it('asks once more when the kept connection was closed meanwhile', async () => {
    await list()
    forge.server.resetConnections()
    expect(told(await list())).toEqual(await truth())
  })

  it('does not ask again when a fresh connection breaks', async () => {
    forge.server.plan({ kind: 'reset', afterBytes: 0 })
    await expect(list()).rejects.toMatchObject({ code: 'RW_UPSTREAM_UNREACHABLE' })
    expect(forge.server.requests).toHaveLength(1)
  })

  it('asks at most twice, however often the connection breaks', async () => {
    await list()
    forge.server.clear()
    forge.server.plan({ kind: 'reset', afterBytes: 0 }, {}, 9)
    await expect(list()).rejects.toMatchObject({ code: 'RW_UPSTREAM_UNREACHABLE' })
    expect(forge.server.requests).toHaveLength(2)
  })

  it('stops when the caller does, with the caller\'s reason', async () => {
    const controller = new AbortController()
    const reason = new Error('the client went away')
    forge.server.plan({ kind: 'half-open' })
    const listing = forge.upstream.list(await forge.lease(), controller.signal)
    setTimeout(() => controller.abort(reason), 30)
    await expect(listing).rejects.toBe(reason)
    await expect(forge.upstream.list(await forge.lease(), controller.signal)).rejects.toBe(reason)
  })

  it('is not held up by fetches that fill their connections', async () => {
    const upstream = forge.client({ connections: 1 })
    forge.server.plan({ kind: 'stall', afterBytes: 40 }, { operation: 'fetch' }, 9)
    const lease = await forge.lease()
    const wants = [(await truth())['refs/heads/main'] ?? '']
    const fetch = upstream.fetch(lease, { wants, haves: [], shallow: [], done: true, thinPack: false, includeTag: false }, signal)
    fetch.catch(() => undefined)
    expect(told(await upstream.list(lease, signal))).toEqual(await truth())
  })

  it('reads a long listing, compressed or not', async () => {
    const main = (await truth())['refs/heads/main'] ?? ''
    const input = Array.from({ length: 5000 }, (_, index) => `create refs/heads/branch-${String(index)} ${main}\n`).join('')
    await widget.git(['update-ref', '--stdin'], { input })
    forge.server.plan({ kind: 'encoding', encoding: 'gzip' }, { operation: 'list' })
    expect(told(await list())).toEqual(await truth())
    expect(told(await list())).toEqual(await truth())
  })
})

describe('listForPush', () => {
  beforeEach(() => buildWidget(widget.gitDir))

  it('gives every ref and what the server can do', async () => {
    const listing = await forge.upstream.listForPush(await forge.lease('write'), signal)
    expect(told(listing)).toEqual(await truth())
    expect(listing.capabilities).toEqual({ atomic: true, deleteRefs: true, sideBand: true, ofsDelta: true, reportStatus: 'v2' })
  })

  it('tells when a push cannot be atomic', async () => {
    await widget.git(['config', 'receive.advertiseAtomic', 'false'])
    expect((await forge.upstream.listForPush(await forge.lease('write'), signal)).capabilities.atomic).toBe(false)
  })

  it('is not for a lease to read', async () => {
    await expect(forge.upstream.listForPush(await forge.lease('read'), signal)).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect(forge.server.requests).toEqual([])
  })

  it('refuses a repository of the other object format', async () => {
    await forge.server.createRepository('acme/sha256', { objectFormat: 'sha256' })
    await expect(forge.upstream.listForPush(await forge.lease('write', 'acme/sha256'), signal)).rejects.toMatchObject({ code: 'RW_OBJECT_FORMAT' })
  })
})

describe('close', () => {
  it('ends what is under way', async () => {
    forge.server.plan({ kind: 'half-open' })
    const upstream = forge.client()
    const listing = upstream.list(await forge.lease(), signal)
    listing.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await upstream.close()
    await expect(listing).rejects.toMatchObject({ code: 'RW_UPSTREAM_UNREACHABLE' })
  })
})

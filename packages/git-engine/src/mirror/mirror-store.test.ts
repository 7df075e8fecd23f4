import { randomBytes } from 'node:crypto'
import { appendFile, chmod, mkdtemp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import type { FetchRequest } from '@refward/upstream'
import { buildBlobsOf, buildHistoryOf, buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type TestGateway, type TestGatewayOptions, startTestGateway } from '../fetch/testing/test-gateway.ts'
import { PASSWORD } from '../fetch/testing/test-source.ts'
import { runGit } from '../process/run-git.ts'
import { mirrorDirectory } from './mirror-layout.ts'
import { createMirrorStore } from './mirror-store.ts'
import type { RepositoryMirror } from './repository-mirror.ts'

let work: string
let upstream: HttpUpstream
let widget: HostedRepository
let gateway: TestGateway
let url: string
let clones = 0

const storeOptions = {
  maxBytes: 1e9,
  limits: { packBytes: 1e9, objectBytes: 1e9, timeMs: 60_000 },
  clock: Date.now,
  createName: () => randomBytes(8).toString('hex'),
  report: () => undefined,
}

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'refward-client-'))
  upstream = await startHttpUpstream({ password: PASSWORD })
  widget = await upstream.createRepository('acme/widget')
  await buildHistoryOf({ commits: 40, bytesPerCommit: 300 })(widget.gitDir)
  await start({})
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
  await rm(work, { recursive: true, force: true })
})

async function start(store: NonNullable<TestGatewayOptions['store']>): Promise<void> {
  gateway = await startTestGateway({ upstream, store })
  url = gateway.url('acme/widget')
}

async function restart(store: NonNullable<TestGatewayOptions['store']>): Promise<void> {
  await gateway.close()
  await start(store)
}

/** Clones, checks what came, and waits until the mirror is at rest. */
async function clone(from: string = url, ...flags: readonly string[]): Promise<string> {
  const directory = join(work, `clone-${(clones += 1)}`)
  await git(['clone', '-q', '--bare', ...flags, from, directory])
  await git(['fsck', '--strict'], { cwd: directory })
  await (await mirrorOf(from)).settled()
  return directory
}

function mirrorOf(from: string): Promise<RepositoryMirror> {
  return gateway.mirror(new URL(from).pathname.slice(1))
}

async function openDirectory(): Promise<string> {
  const view = await (await mirrorOf(url)).open()
  view.release()
  return view.gitDir
}

async function packOf(gitDir: string, ending: string): Promise<string> {
  const name = (await readdir(join(gitDir, 'objects/pack'))).find((file) => file.endsWith(ending))
  return join(gitDir, 'objects/pack', name ?? '')
}

describe('a mirror that is harmed while it is in use', () => {
  beforeEach(async () => {
    await clone()
    upstream.clear()
  })

  const HARMS: readonly { readonly name: string; readonly harm: (gitDir: string) => Promise<void> }[] = [
    { name: 'deleted as a whole', harm: () => rm(gateway.directory, { recursive: true }) },
    { name: 'its repository deleted', harm: (gitDir) => rm(gitDir, { recursive: true }) },
    { name: 'its pack deleted', harm: async (gitDir) => rm(await packOf(gitDir, '.pack')) },
    { name: 'its index deleted', harm: async (gitDir) => rm(await packOf(gitDir, '.idx')) },
    { name: 'its pack cut', harm: async (gitDir) => writable(await packOf(gitDir, '.pack'), (path) => truncate(path, 1000)) },
    { name: 'its pack empty', harm: async (gitDir) => writable(await packOf(gitDir, '.pack'), (path) => truncate(path, 0)) },
    { name: 'its index grown', harm: async (gitDir) => writable(await packOf(gitDir, '.idx'), (path) => appendFile(path, 'x')) },
    { name: 'bytes of its pack changed', harm: async (gitDir) => writable(await packOf(gitDir, '.pack'), scramble) },
    { name: 'its HEAD deleted', harm: (gitDir) => rm(join(gitDir, 'HEAD')) },
    { name: 'its refs deleted', harm: (gitDir) => rm(join(gitDir, 'refs'), { recursive: true }) },
    { name: 'its configuration nonsense', harm: (gitDir) => writeFile(join(gitDir, 'config'), '[core\nnonsense') },
  ]

  test.each(HARMS)('$name: the next client gets everything', async ({ harm }) => {
    await harm(await openDirectory())
    const directory = await clone()
    expect(await git(['rev-list', '--count', '--all'], { cwd: directory })).toBe('40')
  })

  test('bytes that rot without a trace end in an error, and the client after that gets everything', async () => {
    const pack = await packOf(await openDirectory(), '.pack')
    await rot(pack)
    // Something that git must unpack to answer, and cannot.
    const result = await tryGit(['clone', '--bare', '--filter=blob:limit=1', url, join(work, 'rotten')])
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain('RW_MIRROR_UNAVAILABLE')
    expect(gateway.events).toContainEqual(expect.objectContaining({ kind: 'rebuilt' }))
    await clone()
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
  })

  test('bytes that rot in a pack of one piece are found before any is sent, and the client gets everything', async () => {
    await rot(await packOf(await openDirectory(), '.pack'))
    const directory = await clone()
    expect(await git(['rev-list', '--count', '--all'], { cwd: directory })).toBe('40')
    expect(gateway.events).toContainEqual(expect.objectContaining({ kind: 'rebuilt' }))
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
  })

  test('bytes that rot in a larger pack end in an error, and the client after that gets everything', async () => {
    const large = await upstream.createRepository('acme/large')
    await buildBlobsOf({ count: 4, bytes: 1_000_000 })(large.gitDir)
    const from = gateway.url('acme/large')
    await clone(from)
    const view = await (await mirrorOf(from)).open()
    await rot(await packOf(view.gitDir, '.pack'))
    view.release()
    // The client may give up before the gateway has seen it.
    expect((await tryGit(['clone', '--bare', from, join(work, 'rotten')])).status).not.toBe(0)
    await vi.waitFor(() => expect(gateway.events).toContainEqual(expect.objectContaining({ kind: 'rebuilt' })), { timeout: 30_000, interval: 20 })
    await clone(from)
  })

  test('bits that rot are found by the daily check', async () => {
    const pack = await packOf(await openDirectory(), '.pack')
    await rot(pack)
    const mirror = await mirrorOf(url)
    await mirror.maintain()
    expect(gateway.events.map(({ kind }) => kind)).toEqual(['fetched', 'maintenance-failed', 'rebuilt'])
    expect(mirror.tips.size).toBe(0)
    await clone()
  })

  test.each(HARMS)('$name while the gateway is down: clients get everything', async ({ harm }) => {
    await harm(await openDirectory())
    const next = await startTestGateway({ upstream, store: { directory: gateway.directory } })
    const from = next.url('acme/widget')
    // What changed in the middle of a pack is found when it is read: by the client, or by the daily check.
    if ((await tryGit(['clone', '--bare', from, join(work, 'first')])).status !== 0) await (await next.mirror('acme/widget')).maintain()
    await git(['clone', '-q', '--bare', from, join(work, 'second')])
    expect(await git(['rev-list', '--count', '--all'], { cwd: join(work, 'second') })).toBe('40')
    await next.close()
  })

  test('a rebuild waits for nobody: who reads the old one goes on', async () => {
    const mirror = await mirrorOf(url)
    const view = await mirror.open()
    await mirror.reportDamage(view, 'for the test')
    expect(mirror.tips.size).toBe(0)
    const id = await widget.git(['rev-parse', 'main'])
    const found = await runGit(gateway.git, { command: 'cat-file', gitDir: view.gitDir, flags: { '--batch-check': true } }, { input: `${id}\n` })
    expect(found.stdout.toString()).toContain('commit')
    view.release()
    await vi.waitFor(async () => expect(await readdir(mirrorDirectory(gateway.directory, mirror.repo.id))).toHaveLength(1))
  })

  test('what was built on a mirror that is gone is not taken over', async () => {
    const mirror = await mirrorOf(url)
    const view = await mirror.open()
    await mirror.reportDamage(view, 'for the test')
    await mirror.adopt({ view, objects: join(work, 'nothing'), tips: ['a'.repeat(40)] })
    expect(mirror.tips.size).toBe(0)
    view.release()
  })
})

async function writable(path: string, change: (path: string) => Promise<void>): Promise<void> {
  await chmod(path, 0o600)
  await change(path)
}

/** Changes bytes in the middle of a file and leaves its length and, to the millisecond, its time. */
async function rot(path: string): Promise<void> {
  const { mtimeMs } = await stat(path)
  await writable(path, scramble)
  // In the middle of the millisecond: seconds with a fraction are rounded on their way to the file.
  const seconds = (Math.trunc(mtimeMs) + 0.5) / 1000
  await utimes(path, seconds, seconds)
}

/** Changes bytes in the middle of a file and leaves its length. */
async function scramble(path: string): Promise<void> {
  const bytes = await readFile(path)
  for (let at = 200; at < bytes.length - 200; at += 50) bytes[at] = (bytes[at] ?? 0) ^ 0x5a
  await writeFile(path, bytes)
}

describe('maintenance', () => {
  test('makes one pack with a bitmap and a commit-graph while clients read, and loses nothing', async () => {
    await clone()
    const mirror = await mirrorOf(url)
    for (let at = 0; at < 4; at += 1) {
      const other = await upstream.createRepository(`acme/other-${at}`)
      await buildHistoryOf({ commits: 3 + at, bytesPerCommit: 50 + at })(other.gitDir)
      await widget.git(['fetch', '-q', other.gitDir, `main:side-${at}`])
      await clone()
    }
    const old = await mirror.open()
    const before = await readdir(join(old.objects, 'pack'))
    const [directory] = await Promise.all([clone(), mirror.maintain(), clone()])
    const now = await openDirectory()
    const files = await readdir(join(now, 'objects/pack'))
    expect(files.filter((name) => name.endsWith('.pack')).length).toBeLessThan(before.filter((name) => name.endsWith('.pack')).length)
    expect(files.some((name) => /^multi-pack-index-.*\.bitmap$/.test(name))).toBe(true)
    expect(await readdir(join(now, 'objects/info'))).toContain('commit-graph')
    expect(await readdir(join(old.objects, 'pack'))).toEqual(before)
    old.release()
    await vi.waitFor(async () => expect(await readdir(mirrorDirectory(gateway.directory, mirror.repo.id))).toHaveLength(1))
    expect(await git(['for-each-ref'], { cwd: await clone() })).toBe(await git(['for-each-ref'], { cwd: directory }))
    await runGit(gateway.git, { command: 'fsck', gitDir: now, flags: { '--no-dangling': true } })
  })

  test('takes along what comes in while it works', async () => {
    await clone()
    const mirror = await mirrorOf(url)
    const maintained = mirror.maintain()
    await buildWidget((await upstream.createRepository('acme/other')).gitDir)
    await widget.git(['fetch', '-q', join(upstream.root, 'acme/other.git'), 'main:new'])
    await Promise.all([clone(), maintained])
    const view = await mirror.open()
    expect(view.tips.has(await widget.git(['rev-parse', 'new']))).toBe(true)
    await runGit(gateway.git, { command: 'fsck', gitDir: view.gitDir, flags: { '--no-dangling': true } })
    view.release()
  })

  test('comes by itself after the first fetch, and not again without a reason', async () => {
    await restart({ maintenanceDelayMs: 50 })
    await clone()
    await vi.waitFor(() => expect(gateway.events.map(({ kind }) => kind)).toEqual(['fetched', 'maintained']), { timeout: 10_000 })
    expect((await mirrorOf(url)).needsMaintenance).toBe(false)
  })

  test('survives a restart: the mirror is taken up as it was left', async () => {
    await clone()
    const mirror = await mirrorOf(url)
    await mirror.keep(await widget.git(['rev-parse', 'main~7']))
    await mirror.maintain()
    const again = await createMirrorStore({ ...storeOptions, directory: gateway.directory, git: gateway.git }).mirror(mirror.repo)
    expect([...again.tips]).toEqual([...mirror.tips])
    expect(again.hasKeptTips).toBe(true)
    expect(again.bytes).toBe(mirror.bytes)
  })
})

describe('the bound on all mirrors', () => {
  async function repositories(count: number): Promise<readonly string[]> {
    for (let at = 0; at < count; at += 1) {
      await buildBlobsOf({ count: 1, bytes: 100_000 + at })((await upstream.createRepository(`acme/big-${at}`)).gitDir)
    }
    return Array.from({ length: count }, (_, at) => gateway.url(`acme/big-${at}`))
  }

  test('evicts the least recently used ones first, and serves them again', async () => {
    let now = Date.now()
    await restart({ maxBytes: 250_000, clock: () => (now += 61_000) })
    const [a = '', b = '', c = ''] = await repositories(3)
    for (const from of [a, b, a, c]) await clone(from)
    await gateway.mirrors.enforceBound()
    expect((await mirrorOf(b)).tips.size).toBe(0)
    expect((await mirrorOf(a)).tips.size).toBe(1)
    expect((await mirrorOf(c)).tips.size).toBe(1)
    await clone(b)
  })

  test('spares what undo needs as long as it can', async () => {
    let now = Date.now()
    await restart({ maxBytes: 250_000, clock: () => (now += 61_000) })
    const [a = '', b = '', c = ''] = await repositories(3)
    await clone(a)
    const kept = await mirrorOf(a)
    await kept.keep([...kept.tips][0] ?? '')
    await clone(b)
    await clone(c)
    await gateway.mirrors.enforceBound()
    expect(kept.tips.size).toBe(1)
    expect((await mirrorOf(b)).tips.size).toBe(0)
  })

  test('a repository that is larger than allowed is refused, and nothing of it stays', async () => {
    await restart({ limits: { packBytes: 50_000, objectBytes: 1 << 30, timeMs: 60_000 } })
    const [big = ''] = await repositories(1)
    const result = await tryGit(['clone', big, join(work, 'big')])
    expect(result.stderr).toContain('RW_MIRROR_UNAVAILABLE')
    expect(result.stderr).toContain('larger than this gateway may hold')
    expect((await mirrorOf(big)).bytes).toBe(0)
  })
})

describe.each(['cold', 'warm'])('an upstream that leaves something out, %s', (warmth) => {
  test('does not make a mirror that believes to be whole', async () => {
    if (warmth === 'warm') {
      await clone()
      await buildWidget((await upstream.createRepository('acme/other')).gitDir)
      await widget.git(['fetch', '-q', join(upstream.root, 'acme/other.git'), 'main:new'])
    }
    const mirror = await mirrorOf(url)
    const honest = gateway.source('acme/widget')
    const listing = await honest.list(AbortSignal.timeout(5000))
    const source = { ...honest, fetch: (request: FetchRequest, signal: AbortSignal) => honest.fetch({ ...request, filter: 'tree:0' }, signal) }
    const needed = listing.refs.map(({ id }) => id)
    await expect(mirror.refresh({ listing, needed, source })).rejects.toMatchObject({ code: 'RW_MIRROR_UNAVAILABLE' })
    for (const id of needed) expect(mirror.tips.has(id)).toBe(false)
    await mirror.refresh({ listing, needed, source: honest })
    expect(needed.every((id) => mirror.tips.has(id))).toBe(true)
  })
})

test('kept tips are let go again', async () => {
  await clone()
  const mirror = await mirrorOf(url)
  const id = await widget.git(['rev-parse', 'main~3'])
  expect(await mirror.keep(id)).toBe(true)
  expect(await mirror.keep('b'.repeat(40))).toBe(false)
  await mirror.unkeep(id)
  expect(mirror.hasKeptTips).toBe(false)
})

test('names of repositories never become paths', async () => {
  await clone()
  const files = await readdir(gateway.directory, { recursive: true })
  expect(files.some((file) => /acme|widget|gitea/i.test(file))).toBe(false)
  expect(files.some((file) => /heads|tags/.test(file))).toBe(false)
})

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildBlobsOf, buildHistoryOf, buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { mirrorDirectory } from '../mirror/mirror-layout.ts'
import { type TestGateway, startTestGateway } from './testing/test-gateway.ts'
import { PASSWORD } from './testing/test-source.ts'

let work: string
let upstream: HttpUpstream
let widget: HostedRepository
let gateway: TestGateway
let url: string

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'refward-client-'))
  upstream = await startHttpUpstream({ password: PASSWORD })
  widget = await upstream.createRepository('acme/widget')
  await buildHistoryOf({ commits: 60, bytesPerCommit: 300 })(widget.gitDir)
  await widget.git(['branch', 'topic', 'main~10'])
  await widget.git(['tag', 'light', 'main~20'])
  await widget.git(['tag', '-a', '-m', 'first', 'v1', 'main~30'])
  await widget.git(['tag', '-a', '-m', 'of a tag', 'v1-again', 'v1'])
  gateway = await startTestGateway({ upstream })
  url = gateway.url('acme/widget')
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
  await rm(work, { recursive: true, force: true })
})

const VERSIONS = ['0', '1', '2'] as const
const WARMTH = ['cold', 'warm'] as const
const SHAPES = [
  { name: 'full', flags: [] },
  { name: 'depth', flags: ['--depth=3'] },
  { name: 'depth of every branch', flags: ['--depth=2', '--no-single-branch'] },
  { name: 'since a date', flags: ['--shallow-since=1700000030'] },
  { name: 'without a tag', flags: ['--shallow-exclude=light'] },
  { name: 'no blobs', flags: ['--filter=blob:none', '--no-checkout'] },
  { name: 'no trees', flags: ['--filter=tree:0', '--no-checkout'] },
  { name: 'one branch', flags: ['--single-branch', '--branch=topic'] },
  { name: 'mirror', flags: ['--mirror'] },
] as const

function refsOf(directory: string): Promise<string> {
  return git(['for-each-ref', '--format=%(refname) %(objectname)'], { cwd: directory })
}

async function warmUp(): Promise<void> {
  await git(['clone', '-q', '--mirror', url, join(work, 'warm-up')])
  await (await gateway.mirror('acme/widget')).settled()
}

describe.each(WARMTH)('a %s mirror', (warmth) => {
  describe.each(VERSIONS)('protocol v%s', (version) => {
    // Version 1 is version 0 with one line more.
    test.each(version === '1' ? SHAPES.slice(0, 2) : SHAPES)('a clone is what a direct one is: $name', async ({ flags }) => {
      if (warmth === 'warm') await warmUp()
      const [direct, ours] = [join(work, 'direct'), join(work, 'ours')]
      const clone = ['-c', `protocol.version=${version}`, 'clone', '-q', ...flags]
      await git([...clone, widget.urlWithPassword, direct])
      await git([...clone, url, ours])
      expect(await refsOf(ours)).toBe(await refsOf(direct))
      expect(await git(['rev-list', '--all', '--objects', '--missing=print'], { cwd: ours })).toBe(
        await git(['rev-list', '--all', '--objects', '--missing=print'], { cwd: direct }),
      )
      await git(['fsck', '--no-dangling'], { cwd: ours })
      expect(gateway.outcomes.every(({ kind }) => kind === 'served')).toBe(true)
    })
  })
})

describe('a clone of exactly what the first one brought', () => {
  const packsIn = async (gitDir: string): Promise<readonly string[]> => (await readdir(join(gitDir, 'objects/pack'))).filter((name) => name.endsWith('.pack'))

  test.each(VERSIONS)('gets the same pack, in protocol v%s', async (version) => {
    await warmUp()
    const view = await (await gateway.mirror('acme/widget')).open()
    view.release()
    // git would put these into another order.
    await git(['-c', `protocol.version=${version}`, '-c', 'fetch.unpackLimit=1', 'clone', '-q', '--mirror', url, join(work, 'same')])
    expect(await packsIn(join(work, 'same'))).toEqual(await packsIn(view.gitDir))
    await git(['fsck', '--no-dangling'], { cwd: join(work, 'same') })
  })

  test('is served by git again once another branch is there, or one is hidden', async () => {
    await warmUp()
    gateway.show((ref) => ref !== 'refs/heads/topic')
    await git(['clone', '-q', '--mirror', url, join(work, 'less')])
    expect(await refsOf(join(work, 'less'))).not.toContain('topic')
    gateway.show(() => true)
    await widget.git(['branch', 'more', 'main~1'])
    await git(['clone', '-q', '--mirror', url, join(work, 'more')])
    expect(await refsOf(join(work, 'more'))).toBe(await refsOf(widget.gitDir))
    await git(['fsck', '--no-dangling'], { cwd: join(work, 'more') })
  })

  test('is served by git again once packs were joined', async () => {
    await warmUp()
    const mirror = await gateway.mirror('acme/widget')
    for (const name of ['one', 'two', 'three']) {
      await buildHistoryOf({ commits: 8, bytesPerCommit: 40 })((await upstream.createRepository(`acme/${name}`)).gitDir)
      await widget.git(['fetch', '-q', join(upstream.root, `acme/${name}.git`), `main:${name}`])
      await git(['ls-remote', '-q', url], { cwd: work })
      await git(['clone', '-q', '--mirror', url, join(work, name)])
      await widget.git(['branch', '-D', name])
    }
    await mirror.maintain()
    await git(['clone', '-q', '--mirror', url, join(work, 'again')])
    expect(await refsOf(join(work, 'again'))).toBe(await refsOf(widget.gitDir))
    await git(['fsck', '--no-dangling'], { cwd: join(work, 'again') })
  })
})

describe('after a clone', () => {
  test.each(VERSIONS)('what is new is fetched, and what is gone is pruned, in protocol v%s', async (version) => {
    const ours = join(work, 'ours')
    await git(['clone', '-q', url, ours])
    await buildHistoryOf({ commits: 5, bytesPerCommit: 50 })((await upstream.createRepository('acme/other')).gitDir)
    await widget.git(['fetch', '-q', join(upstream.root, 'acme/other.git'), 'main:unrelated'])
    await widget.git(['branch', '-D', '-q', 'topic'])
    await widget.git(['branch', 'topic/deeper', 'main~3'])
    await widget.git(['tag', '-a', '-m', 'new', 'v2', 'unrelated~1'])
    await git(['-c', `protocol.version=${version}`, 'fetch', '-q', '--prune', '--tags', 'origin'], { cwd: ours })
    const expected = [...(await widget.refs())].map(([name, id]) => [name.replace('refs/heads/', 'refs/remotes/origin/'), id])
    const found = new Map((await refsOf(ours)).split('\n').map((line) => line.split(' ') as [string, string]))
    for (const [name = '', id] of expected) expect([name, found.get(name)]).toEqual([name, id])
    expect(found.has('refs/remotes/origin/topic')).toBe(false)
    await git(['fsck', '--no-dangling'], { cwd: ours })
  })

  test('tags that point into what is fetched are followed', async () => {
    const ours = join(work, 'ours')
    await git(['clone', '-q', '--single-branch', '--no-tags', '--depth=1', '--branch=topic', url, ours])
    await git(['config', '--unset', 'remote.origin.tagOpt'], { cwd: ours })
    await git(['fetch', '-q', '--unshallow', 'origin', '+refs/heads/*:refs/remotes/origin/*'], { cwd: ours })
    expect(await git(['tag'], { cwd: ours })).toBe('light\nv1\nv1-again')
  })

  test.each(VERSIONS)('a shallow clone is deepened and made whole in protocol v%s', async (version) => {
    const ours = join(work, 'ours')
    const run = (...args: string[]): Promise<string> => git(['-c', `protocol.version=${version}`, ...args], { cwd: ours })
    await git(['clone', '-q', '--depth=2', url, ours])
    await run('fetch', '-q', '--deepen=3', 'origin')
    expect(await run('rev-list', '--count', 'HEAD')).toBe('5')
    await run('fetch', '-q', '--unshallow', 'origin')
    expect(await run('rev-list', '--count', 'HEAD')).toBe('60')
    await run('fsck', '--no-dangling')
  })

  test.each(VERSIONS)('a partial clone gets what it left out when it needs it, in protocol v%s', async (version) => {
    const ours = join(work, 'ours')
    const run = (...args: string[]): Promise<string> => git(['-c', `protocol.version=${version}`, ...args], { cwd: ours })
    await git(['clone', '-q', '--filter=tree:0', '--no-checkout', url, ours])
    await run('checkout', '-q', 'main~40')
    await run('checkout', '-q', 'v1-again')
    expect(await run('status', '--porcelain')).toBe('')
    await run('log', '-p', '-2')
  })

  test('a fetch of nothing new asks the upstream for no objects', async () => {
    const ours = join(work, 'ours')
    await git(['clone', '-q', url, ours])
    upstream.clear()
    await git(['fetch', '-q', 'origin'], { cwd: ours })
    expect(upstream.requests.map(({ operation }) => operation)).toEqual(['list'])
  })

  test('a clone of a warm mirror asks the upstream for no objects', async () => {
    await warmUp()
    upstream.clear()
    await git(['clone', '-q', url, join(work, 'ours')])
    expect(upstream.requests.map(({ operation }) => operation)).toEqual(['list'])
    expect(gateway.outcomes.at(-1)).toMatchObject({ kind: 'served', from: 'mirror' })
  })
})

describe('one upstream fetch', () => {
  test('serves 50 clones that begin at once', async () => {
    upstream.plan({ kind: 'drip', bytes: 512, milliseconds: 5 }, { operation: 'fetch' })
    const clones = Array.from({ length: 50 }, (_, at) => git(['clone', '-q', '--bare', url, join(work, `c${at}`)]))
    await Promise.all(clones)
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
    const refs = await refsOf(join(work, 'c0'))
    for (const at of [17, 49]) expect(await refsOf(join(work, `c${at}`))).toBe(refs)
  }, 60_000)

  test('serves clones of different parts, with one more for what the first did not bring', async () => {
    upstream.plan({ kind: 'drip', bytes: 512, milliseconds: 5 }, { operation: 'fetch' })
    const parts = [[], ['--single-branch', '--branch=topic'], ['--mirror'], ['--single-branch', '--no-tags']]
    await Promise.all(parts.map((flags, at) => git(['clone', '-q', ...flags, url, join(work, `c${at}`)])))
    expect(upstream.count({ operation: 'fetch' })).toBeLessThanOrEqual(2)
  })

  test('of new commits serves everybody who waits', async () => {
    await Promise.all([0, 1, 2, 3].map((at) => git(['clone', '-q', url, join(work, `c${at}`)])))
    await buildWidget((await upstream.createRepository('acme/other')).gitDir)
    await widget.git(['fetch', '-q', join(upstream.root, 'acme/other.git'), 'main:refs/heads/new'])
    upstream.clear()
    upstream.plan({ kind: 'delay', milliseconds: 300 }, { operation: 'fetch' })
    await Promise.all([0, 1, 2, 3].map((at) => git(['fetch', '-q', 'origin'], { cwd: join(work, `c${at}`) })))
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
  })

  test('goes on when the client that began it goes away', async () => {
    upstream.plan({ kind: 'drip', bytes: 256, milliseconds: 5 }, { operation: 'fetch' })
    const gone = new AbortController()
    const request = fetch(`${url}/git-upload-pack`, {
      method: 'POST',
      headers: { 'git-protocol': 'version=2' },
      body: await cloneRequest(),
      signal: gone.signal,
    })
    const { body } = await request
    await body?.getReader().read()
    gone.abort()
    await git(['clone', '-q', url, join(work, 'ours')])
    expect(upstream.count({ operation: 'fetch' })).toBe(1)
    expect(gateway.outcomes[0]).toMatchObject({ kind: 'abandoned' })
  })
})

describe('a client that goes away in the middle', () => {
  test.each([
    { from: 'the first pack', more: [] },
    { from: 'upload-pack', more: ['filter blob:limit=2m'] },
  ])('holds nothing of the mirror any more: $from', async ({ more }) => {
    const large = await upstream.createRepository('acme/large')
    // More than the buffers between the two take.
    await buildBlobsOf({ count: 24, bytes: 1_000_000 })(large.gitDir)
    await git(['clone', '-q', '--mirror', gateway.url('acme/large'), join(work, 'warm-up')])
    const mirror = await gateway.mirror('acme/large')
    await mirror.settled()
    const gone = new AbortController()
    const answer = await fetch(`${gateway.url('acme/large')}/git-upload-pack`, { method: 'POST', headers: { 'git-protocol': 'version=2' }, body: await cloneRequest(large, more), signal: gone.signal })
    await answer.body?.getReader().read()
    gone.abort()
    await vi.waitFor(() => expect(gateway.outcomes.at(-1)).toMatchObject({ kind: 'abandoned' }), WAIT)
    await mirror.evict()
    await vi.waitFor(async () => expect(await readdir(mirrorDirectory(gateway.directory, mirror.repo.id))).toHaveLength(1), WAIT)
  })
})

const WAIT = { timeout: 30_000, interval: 20 }

/** What git sends for a clone of all that the upstream shows. */
async function cloneRequest(repository: HostedRepository = widget, more: readonly string[] = []): Promise<Buffer> {
  const ids = new Set((await repository.refs()).values())
  const lines = ['command=fetch', '0001', 'thin-pack', 'ofs-delta', ...more, ...[...ids].map((id) => `want ${id}`), 'done']
  const packets = lines.map((line) => (line === '0001' ? line : `${(line.length + 4).toString(16).padStart(4, '0')}${line}`))
  return Buffer.from(`${packets.join('')}0000`)
}

describe('what goes wrong is said', () => {
  test('an upstream that breaks off is never a clone that looks whole', async () => {
    upstream.plan({ kind: 'truncate', afterBytes: 9000 }, { operation: 'fetch' })
    const result = await tryGit(['clone', url, join(work, 'ours')])
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain('refward: ')
    expect(result.stderr).toContain('RW_UPSTREAM_PROTOCOL')
    await git(['clone', '-q', url, join(work, 'again')])
    await git(['fsck'], { cwd: join(work, 'again') })
  })

  test('an upstream that fails before its first byte', async () => {
    upstream.plan({ kind: 'status', status: 500 }, { operation: 'fetch' }, 10)
    const result = await tryGit(['clone', url, join(work, 'ours')])
    expect(result.stderr).toContain('fatal: remote error: refward: ')
    expect(result.stderr).toContain('RW_UPSTREAM_FAILED')
  })

  test('nothing is left of a fetch that failed', async () => {
    upstream.plan({ kind: 'truncate', afterBytes: 9000 }, { operation: 'fetch' })
    await tryGit(['clone', url, join(work, 'ours')])
    const files = await filesBeneath(gateway.directory)
    expect(files.filter((file) => /pack|spool|incoming\//.test(file) && !file.endsWith('objects/pack'))).toEqual([])
  })

  test('a repository that is itself shallow is refused', async () => {
    const shallow = await upstream.createRepository('acme/shallow')
    await git(['clone', '-q', '--bare', '--depth=3', `file://${widget.gitDir}`, join(work, 'shallow.git')])
    await rm(shallow.gitDir, { recursive: true })
    await git(['clone', '-q', '--bare', '--depth=3', `file://${widget.gitDir}`, shallow.gitDir])
    const result = await tryGit(['clone', gateway.url('acme/shallow'), join(work, 'ours')])
    expect(result.stderr).toContain('the repository on the forge is itself a shallow clone')
  })
})

async function filesBeneath(directory: string): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises')
  return readdir(directory, { recursive: true })
}

test('a client that must wait is told so, and then served', async () => {
  await warmUp()
  await buildWidget((await upstream.createRepository('acme/other')).gitDir)
  await widget.git(['fetch', '-q', join(upstream.root, 'acme/other.git'), 'main:refs/heads/new'])
  upstream.plan({ kind: 'delay', milliseconds: 6500 }, { operation: 'fetch' })
  const result = await tryGit(['clone', '--progress', url, join(work, 'ours')])
  expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining('remote: refward: waiting for the mirror to fill') as string })
  await git(['fsck'], { cwd: join(work, 'ours') })
}, 30_000)

test('what the upstream says while it packs reaches the client, without the credential in it', async () => {
  const result = await tryGit(['clone', '--progress', url, join(work, 'ours')])
  expect(result.stderr).toContain('remote: Enumerating objects')
})

test('a shallow boundary that leaves nothing is an error of the request, not of the mirror', async () => {
  await warmUp()
  const result = await tryGit(['clone', '--shallow-since=2100-01-01', url, join(work, 'ours')])
  expect(result.stderr).toContain('RW_FETCH_UNSUPPORTED')
  expect(gateway.events.map(({ kind }) => kind)).not.toContain('rebuilt')
})

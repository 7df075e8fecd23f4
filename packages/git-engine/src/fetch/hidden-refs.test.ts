import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { buildHistoryOf, buildWidget, git, tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { packIn, rawFetch } from './testing/raw-client.ts'
import { type TestGateway, startTestGateway } from './testing/test-gateway.ts'
import { PASSWORD } from './testing/test-source.ts'

/** One agent may see main and the tags that begin with v. Everything else is another agent's. */
const shows = (ref: string): boolean => ref === 'refs/heads/main' || ref.startsWith('refs/tags/v')

const HIDDEN = ['commit', 'tree', 'blob', 'tag', 'deleted', 'kept'] as const

let work: string
let upstream: HttpUpstream
let widget: HostedRepository
let gateway: TestGateway
let url: string
let hidden: Readonly<Record<(typeof HIDDEN)[number], string>>

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'refward-client-'))
  upstream = await startHttpUpstream({ password: PASSWORD })
  widget = await upstream.createRepository('acme/widget')
  await buildWidget(widget.gitDir)
  await widget.git(['branch', '-D', '-q', 'topic'])
  const other = await upstream.createRepository('acme/other')
  await buildHistoryOf({ commits: 12, bytesPerCommit: 100 })(other.gitDir)
  await widget.git(['fetch', '-q', other.gitDir, 'main:secret'])
  await widget.git(['update-ref', 'refs/heads/doomed', 'secret~3'])
  await widget.git(['tag', '-a', '-m', 'hidden tag of a visible commit', 'internal', 'main'])
  const parse = (name: string): Promise<string> => widget.git(['rev-parse', name])
  hidden = {
    commit: await parse('secret~1'),
    tree: await parse('secret:packages'),
    blob: (await widget.git(['ls-tree', '-r', 'secret'])).split(/\s/)[2] ?? '',
    tag: await parse('internal'),
    deleted: await parse('doomed'),
    kept: await parse('secret~5'),
  }
  gateway = await startTestGateway({ upstream })
  url = gateway.url('acme/widget')
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
  await rm(work, { recursive: true, force: true })
})

/** Another session, which sees everything, has filled the mirror; then a branch went, and a tip was kept for undo. */
async function fillMirror(): Promise<void> {
  gateway.show(() => true)
  await git(['clone', '-q', '--mirror', url, join(work, 'other')])
  const mirror = await gateway.mirror('acme/widget')
  await mirror.settled()
  await mirror.keep(hidden.kept)
  await widget.git(['update-ref', '-d', 'refs/heads/doomed'])
  gateway.show(shows)
}

async function emptyClone(): Promise<string> {
  const directory = join(work, 'agent')
  await git(['init', '-q', directory])
  await git(['remote', 'add', 'origin', url], { cwd: directory })
  return directory
}

test('only visible refs are listed, in every protocol version', async () => {
  gateway.show(shows)
  for (const version of ['0', '1', '2']) {
    const listed = await git(['-c', `protocol.version=${version}`, 'ls-remote', url])
    expect(listed.split('\n').map((line) => line.split('\t')[1])).toEqual(
      ['HEAD', 'refs/heads/main', 'refs/tags/v1', 'refs/tags/v1^{}', 'refs/tags/v1-light'],
    )
  }
})

test('HEAD is hidden with the branch that it names', async () => {
  gateway.show((ref) => ref.startsWith('refs/tags/'))
  expect(await git(['ls-remote', url])).not.toContain('HEAD')
  await widget.git(['symbolic-ref', 'HEAD', 'refs/heads/unborn'])
  expect(await git(['ls-remote', '--symref', url])).not.toContain('unborn')
  await widget.git(['update-ref', '--no-deref', 'HEAD', hidden.commit])
  expect(await git(['ls-remote', url])).not.toContain(hidden.commit)
})

describe.each(['cold', 'warm'] as const)('a %s mirror', (warmth) => {
  test.each(['0', '1', '2'])('a clone holds nothing that is hidden, in protocol v%s', async (version) => {
    if (warmth === 'warm') await fillMirror()
    gateway.show(shows)
    const directory = join(work, 'agent')
    await git(['-c', `protocol.version=${version}`, 'clone', '-q', '--mirror', url, directory])
    expect(await git(['for-each-ref', '--format=%(refname)'], { cwd: directory })).toBe('refs/heads/main\nrefs/tags/v1\nrefs/tags/v1-light')
    for (const kind of HIDDEN) expect([kind, (await tryGit(['cat-file', '-e', hidden[kind]], { cwd: directory })).status]).toEqual([kind, 1])
  })
})

describe('an object by its id', () => {
  beforeEach(fillMirror)

  describe.each(HIDDEN)('hidden %s', (kind) => {
    test.each(['0', '1', '2'])('is not served in protocol v%s', async (version) => {
      const directory = await emptyClone()
      const result = await tryGit(['-c', `protocol.version=${version}`, 'fetch', 'origin', hidden[kind]], { cwd: directory })
      expect(result.status).toBe(128)
      expect(result.stderr).toContain(`upload-pack: not our ref ${hidden[kind]}`)
      expect(result.stderr).toContain('RW_WANT_DENIED')
      expect(await git(['count-objects'], { cwd: directory })).toMatch(/^0 objects/)
      expect(gateway.outcomes.at(-1)).toMatchObject({ kind: 'refused', error: { code: 'RW_WANT_DENIED' } })
    })
  })

  test('an id that exists nowhere reads like a hidden one', async () => {
    const nowhere = 'dead'.repeat(10)
    const [unknown, secret] = [await rawFetch(url, [`want ${nowhere}`, 'done']), await rawFetch(url, [`want ${hidden.blob}`, 'done'])]
    expect(secret.replaceAll(hidden.blob, 'ID')).toBe(unknown.replaceAll(nowhere, 'ID'))
  })

  test.each(['main~1', 'main:src', 'main~2:README.md', 'v1'])('%s, which a visible ref reaches, is served', async (name) => {
    const id = await widget.git(['rev-parse', name])
    expect(await rawFetch(url, [`want ${id}`, 'done'])).toMatch(/^000dpackfile\n/)
  })

  test('one hidden among visible ones refuses them all', async () => {
    const answer = await rawFetch(url, [`want ${await widget.git(['rev-parse', 'main'])}`, `want ${hidden.blob}`, 'done'])
    expect(answer).toContain('not our ref')
    expect(answer).not.toContain('PACK')
  })

  test('the patterns of a sparse filter are wanted too', async () => {
    const main = await widget.git(['rev-parse', 'main'])
    expect(await rawFetch(url, [`want ${main}`, `filter sparse:oid=${hidden.blob}`, 'done'])).toContain('not our ref')
    expect(await rawFetch(url, [`want ${main}`, `filter combine:blob:none+sparse:oid=${hidden.blob}`, 'done'])).toContain('not our ref')
  })
})

describe('what a client says to have', () => {
  beforeEach(fillMirror)

  test.each(HIDDEN)('does not tell whether a hidden %s exists', async (kind) => {
    const main = await widget.git(['rev-parse', 'main'])
    expect(await rawFetch(url, [`want ${main}`, `have ${hidden[kind]}`])).toBe('0014acknowledgments\n0008NAK\n0000')
    const shallow = await rawFetch(url, [`want ${main}`, `shallow ${hidden[kind]}`, 'deepen 1', 'done'])
    expect(shallow).toMatch(/^0011shallow-info\n0034shallow [0-9a-f]{40}0001000dpackfile/)
    expect(shallow).not.toContain('ERR')
  })

  test('is heeded when a visible ref reaches it', async () => {
    const [main, old] = [await widget.git(['rev-parse', 'main']), await widget.git(['rev-parse', 'main~2'])]
    expect(await rawFetch(url, [`want ${main}`, `have ${old}`])).toContain(`ACK ${old}`)
  })

  test('does not make a pack leave out what only a hidden commit shares', async () => {
    const [main, base] = [await widget.git(['rev-parse', 'main']), await widget.git(['rev-parse', 'main~1'])]
    const whole = packIn(await rawFetch(url, [`want ${main}`, 'done']))
    expect(packIn(await rawFetch(url, [`want ${main}`, `have ${hidden.commit}`, 'done']))).toEqual(whole)
    expect(packIn(await rawFetch(url, [`want ${main}`, `have ${base}`, 'done'])).length).toBeLessThan(whole.length)
  })
})

test('a hidden ref cannot be named', async () => {
  await fillMirror()
  const main = await widget.git(['rev-parse', 'main'])
  for (const name of ['secret', 'refs/heads/secret', 'internal', `refs/refward/keep/${hidden.kept}`, `refs/refward/tip/${hidden.commit}`]) {
    const answer = await rawFetch(url, [`want ${main}`, `deepen-not ${name}`, 'done'])
    expect(answer).toContain('RW_FETCH_UNSUPPORTED')
    expect(answer).not.toContain('packfile')
  }
})

test.each(['cold', 'warm'])('a tag that is hidden does not come along with what it points to, from a %s mirror', async (warmth) => {
  if (warmth === 'warm') await fillMirror()
  gateway.show(shows)
  const directory = join(work, 'agent')
  await git(['clone', '-q', '--single-branch', url, directory])
  expect((await tryGit(['cat-file', '-e', hidden.tag], { cwd: directory })).status).toBe(1)
  expect(await git(['tag'], { cwd: directory })).toBe('v1\nv1-light')
})

describe('the pack that the first fetch brought, which is given as it lies', () => {
  let wants: readonly string[]

  const want = (ids: readonly string[]): Promise<string> => rawFetch(url, [...ids.map((id) => `want ${id}`), 'ofs-delta', 'done'])

  beforeEach(async () => {
    await fillMirror()
    await widget.git(['update-ref', 'refs/heads/doomed', hidden.deleted])
    wants = [...new Set((await widget.git(['for-each-ref', '--format=%(objectname)'])).split('\n'))]
    gateway.show(() => true)
  })

  /** Whether the answer is that pack, byte for byte. */
  async function isFirstPack(answer: string): Promise<boolean> {
    const mirror = await gateway.mirror('acme/widget')
    const first = mirror.firstPack.for(new Set(wants))
    return first !== undefined && packIn(answer).subarray(-20).toString('hex') === first.name
  }

  test('is for who is shown all of it, in whatever order it is asked for', async () => {
    expect(await isFirstPack(await want(wants.toReversed()))).toBe(true)
    gateway.show(shows)
    for (const ids of [wants, wants.toReversed(), [...wants, ...wants]]) {
      const answer = await want(ids)
      expect(answer).toContain('not our ref')
      expect(answer).not.toContain('PACK')
    }
  })

  test('is for nobody any more when one of its refs has gone', async () => {
    await widget.git(['update-ref', '-d', 'refs/heads/doomed'])
    await widget.git(['update-ref', '-d', 'refs/heads/secret'])
    // Whoever has been told of them may act on that listing for a while, so it is told the new one first.
    await git(['ls-remote', url])
    expect(await want(wants)).toContain('not our ref')
  })

  test('does not come back with a mirror that was begun anew for somebody who sees less', async () => {
    const mirror = await gateway.mirror('acme/widget')
    await mirror.evict()
    gateway.show(shows)
    const visible = [...new Set((await git(['ls-remote', '--refs', url])).split('\n').map((line) => line.slice(0, 40)))]
    const first = await want(visible)
    await mirror.settled()
    const again = await want(visible)
    for (const answer of [first, again]) {
      const directory = await mkdtemp(join(work, 'pack-'))
      await git(['init', '-q', directory])
      await writeFile(join(directory, 'p.pack'), packIn(answer))
      await git(['index-pack', 'p.pack'], { cwd: directory })
      const listed = await git(['verify-pack', '-v', 'p.idx'], { cwd: directory })
      for (const kind of HIDDEN) expect(listed).not.toContain(hidden[kind])
    }
    expect(await want(wants)).toContain('not our ref')
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createRepository, git, gitOutput, temporaryDirectory } from './testing/git.ts'
import { type RelayLog, startRelay } from './testing/relay.ts'

let directory: string
let repository: string
let url: string
let log: RelayLog

beforeEach(async () => {
  directory = temporaryDirectory(onTestFinished)
  repository = await createRepository(directory)
  const relay = await startRelay(repository)
  onTestFinished(relay.stop)
  url = relay.url
  log = relay.log
})

async function clone(name: string, version: number, ...options: readonly string[]): Promise<string> {
  const target = join(directory, name)
  await gitOutput('-c', `protocol.version=${version}`, 'clone', '--quiet', ...options, url, target)
  await gitOutput('-C', target, 'config', 'protocol.version', String(version))
  return target
}

async function commitCount(target: string, revision = 'HEAD'): Promise<number> {
  return Number(await gitOutput('-C', target, 'rev-list', '--count', revision))
}

describe.each([0, 1, 2])('git with protocol version %i', (version) => {
  it('clones, fetches what is new, and lists', async () => {
    const target = await clone('clone', version)
    expect(await commitCount(target)).toBe(5)
    expect(await gitOutput('-C', target, 'tag')).toBe('v1')
    await gitOutput('-C', join(directory, 'work'), 'commit', '--quiet', '--allow-empty', '--message', 'six')
    await gitOutput('-C', join(directory, 'work'), 'push', '--quiet', repository, 'main')
    await gitOutput('-C', target, 'fetch', '--quiet')
    expect(await commitCount(target, 'origin/main')).toBe(6)
    expect(log.fetches.at(-1)?.haves.length).toBeGreaterThan(0)
    expect(await gitOutput('ls-remote', url)).toBe(await gitOutput('ls-remote', repository))
    await gitOutput('-C', target, 'fsck', '--strict')
  })

  it('clones shallow, deepens, unshallows', async () => {
    const target = await clone('shallow', version, '--depth=1')
    expect(await commitCount(target)).toBe(1)
    await gitOutput('-C', target, 'fetch', '--quiet', '--deepen=2')
    expect(await commitCount(target)).toBe(3)
    expect(log.fetches).toContainEqual(expect.objectContaining({ deepen: 2, deepenRelative: true }))
    await gitOutput('-C', target, 'fetch', '--quiet', '--unshallow')
    expect(await commitCount(target)).toBe(5)
    expect(log.fetches).toContainEqual(expect.objectContaining({ deepen: 2_147_483_647 }))
  })

  it('clones up to a tag and since a time', async () => {
    expect(await commitCount(await clone('excluded', version, '--shallow-exclude=v1'))).toBe(2)
    expect(log.fetches.at(-1)?.deepenNot).toEqual(['v1'])
    expect(await commitCount(await clone('since', version, '--shallow-since=2000-01-01'))).toBe(5)
    expect(log.fetches.at(-1)?.deepenSince).toBeGreaterThan(0)
  })

  it('clones in part', async () => {
    await clone('partial', version, '--no-checkout', '--filter=combine:blob:none+tree:0')
    expect(log.fetches[0]?.filter).toEqual({ kind: 'combine', filters: [{ kind: 'blob-none' }, { kind: 'tree-depth', depth: 0 }] })
  })

  it('clones an empty repository', async () => {
    const empty = join(directory, 'empty.git')
    await gitOutput('init', '--quiet', '--bare', '--initial-branch=trunk', empty)
    const relay = await startRelay(empty)
    onTestFinished(relay.stop)
    const target = join(directory, 'empty')
    await gitOutput('-c', `protocol.version=${version}`, 'clone', '--quiet', relay.url, target)
    expect(await gitOutput('-C', target, 'rev-parse', '--is-inside-work-tree')).toBe('true')
  })

  it('pushes branches, a tag and a deletion at once', async () => {
    const target = await clone('push', version)
    writeFileSync(join(target, 'file'), 'content\n')
    await gitOutput('-C', target, 'add', 'file')
    await gitOutput('-C', target, 'commit', '--quiet', '--message', 'six')
    await gitOutput('-C', target, 'push', '--quiet', '--atomic', 'origin', 'HEAD:main', 'HEAD:refs/heads/new', 'HEAD:refs/tags/v2', ':topic')
    expect(await gitOutput('-C', repository, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/new\nrefs/tags/v1\nrefs/tags/v2')
    expect(await commitCount(repository, 'main')).toBe(6)
    expect(log.pushes[0]).toMatchObject({ capabilities: { atomic: true, reportStatus: 'report-status-v2', sideband: true }, shallow: [] })
  })

  it('pushes a deletion alone, and from a shallow clone', async () => {
    const target = await clone('shallow-push', version, '--depth=2')
    await gitOutput('-C', target, 'push', '--quiet', 'origin', ':topic')
    await gitOutput('-C', target, 'commit', '--quiet', '--allow-empty', '--message', 'six')
    await gitOutput('-C', target, 'push', '--quiet', 'origin', 'HEAD:main')
    expect(await commitCount(repository, 'main')).toBe(6)
    expect(log.pushes.at(-1)?.shallow.length).toBe(1)
  })

  it('pushes so much that git probes first', async () => {
    const target = await clone('large', version)
    const random = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index * 7919) % 251))
    writeFileSync(join(target, 'file'), random)
    await gitOutput('-C', target, 'add', 'file')
    await gitOutput('-C', target, 'commit', '--quiet', '--message', 'six')
    await gitOutput('-C', target, '-c', 'http.postBuffer=1024', '-c', 'core.compression=0', 'push', '--quiet', 'origin', 'HEAD:main')
    expect(await commitCount(repository, 'main')).toBe(6)
    expect(log.probes).toEqual(['git-receive-pack'])
  })

  it('is shown the words of a hook and its refusal', async () => {
    writeFileSync(join(repository, 'hooks', 'update'), '#!/bin/sh\necho "not on $1" >&2\ntest "$1" != refs/heads/main\n', { mode: 0o755 })
    const target = await clone('refused', version)
    await gitOutput('-C', target, 'commit', '--quiet', '--allow-empty', '--message', 'six')
    const { code, stderr } = await git(['-C', target, 'push', 'origin', 'HEAD:main', 'HEAD:refs/heads/new'])
    expect(code).toBe(1)
    expect(stderr).toContain('remote: not on refs/heads/main')
    expect(stderr).toContain('! [remote rejected] HEAD -> main (hook declined)')
    expect(stderr).toContain('* [new branch]      HEAD -> new')
  })
})

describe('git with protocol version 2', () => {
  it('negotiates a push by a fetch that wants nothing', async () => {
    const target = await clone('negotiate', 2)
    await gitOutput('-C', target, 'commit', '--quiet', '--allow-empty', '--message', 'six')
    await gitOutput('-C', target, '-c', 'push.negotiate=true', 'push', '--quiet', 'origin', 'HEAD:main')
    expect(log.fetches.at(-1)).toMatchObject({ waitForDone: true, wants: [] })
    expect(await commitCount(repository, 'main')).toBe(6)
  })

  it('reads and shows branches in another script', async () => {
    await gitOutput('-C', repository, 'branch', '功能', 'main')
    await gitOutput('-C', repository, 'symbolic-ref', 'HEAD', 'refs/heads/功能')
    for (const version of [0, 2]) {
      const target = await clone(`script-${version}`, version)
      expect(await gitOutput('-C', target, 'symbolic-ref', 'HEAD')).toBe('refs/heads/功能')
    }
  })
})

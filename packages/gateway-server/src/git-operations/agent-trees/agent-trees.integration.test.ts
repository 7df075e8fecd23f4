import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RepoId } from '@refward/core-policy'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { callControl } from '../../testing/call-control.ts'
import { type TestGateway, startTestGateway } from '../../testing/start-test-gateway.ts'

const REPO = 'forge/acme/widget' as RepoId

let gateway: TestGateway
let repository: HostedRepository
let base: string
let token: string

beforeEach(async () => {
  gateway = await startTestGateway(`repositories:
  forge/acme/widget: { read: ["*"], push: ["*"] }
  forge/acme/narrow: { read: ["*"], push: ["*"], visible: [refs/heads/main, "refs/heads/agent/**"] }
  forge/acme/secret: { read: [nobody], push: [nobody] }
`)
  repository = await gateway.upstream.createRepository('acme/widget')
  await buildWidget(repository.gitDir)
  base = await realpath(await mkdtemp(join(tmpdir(), 'refward-trees-')))
  token = await gateway.addAgent('fixer', ['forge/acme/*'])
})

afterEach(async () => {
  await gateway.close()
  await rm(base, { recursive: true, force: true, maxRetries: 3 })
})

interface Answer {
  readonly status: number
  readonly body: {
    readonly worktree?: { readonly path: string; readonly ref: string }
    readonly worktrees?: readonly Record<string, unknown>[]
    readonly directory?: string
    readonly lost?: readonly { readonly kind: string }[]
    readonly error?: { readonly code: string; readonly problems?: readonly { readonly path: string; readonly message: string }[] }
  }
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await callControl(gateway.controlPath, method, path, body)
  return { status: answer.status, body: JSON.parse(answer.body) as Answer['body'] }
}

const add = (name: string, more: object = {}): Promise<Answer> => call('POST', '/v1/worktrees', { agent: 'fixer', repository: REPO, path: join(base, name), ...more })
const list = async (): Promise<readonly Record<string, unknown>[]> => (await call('GET', '/v1/worktrees')).body.worktrees ?? []
const remove = (name: string, more = ''): Promise<Answer> => call('DELETE', `/v1/worktrees?path=${encodeURIComponent(join(base, name))}${more}`)

async function audit(): Promise<readonly Record<string, unknown>[]> {
  return (await gateway.ledger.readAudit({ from: 1, limit: 1000 })).map(({ text }) => JSON.parse(text) as Record<string, unknown>)
}

async function commit(name: string, message = 'mine'): Promise<void> {
  await git(['commit', '-q', '--allow-empty', '-m', message], { cwd: join(base, name) })
}

describe('a work tree for an agent', () => {
  test('is made on a branch of the agent, pushed out of by the exec plane, found clean, and removed', async () => {
    const { status, body } = await add('one')
    expect({ status, body }).toMatchObject({ status: 201, body: { worktree: { path: join(base, 'one'), agent: 'fixer', repo: REPO, ref: 'refs/heads/agent/fixer/one' } } })
    await commit('one')
    expect(await list()).toMatchObject([{ state: 'dirty', unpushedCommits: 1, losses: [{ kind: 'commits', name: 'refs/heads/agent/fixer/one' }] }])

    const session = await gateway.addSession('fixer', { roots: [{ path: join(base, 'one'), repository: REPO }] })
    const origin = await git(['config', 'remote.origin.url'], { cwd: join(base, 'one') })
    const push = await fetch(`${gateway.origin}/api/v1/git/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      body: JSON.stringify({ repo_path: join(base, 'one'), remote: origin, refspecs: ['HEAD'] }),
    })
    expect(await push.json()).toMatchObject({ success: true, refs: [{ ref: 'refs/heads/agent/fixer/one', status: 'created' }] })
    expect(await list()).toMatchObject([{ state: 'clean', unpushedCommits: 0, losses: [] }])

    const held = await remove('one')
    expect(held).toMatchObject({ status: 409, body: { error: { code: 'RW_WORKTREE_HOLDS_WORK', problems: [{}, { message: expect.stringMatching(/^session: a live session of fixer/) as string }] } } })
    for (const { id } of await gateway.ledger.listSessions()) await gateway.ledger.revokeSession(id)
    expect(await remove('one')).toMatchObject({ status: 200, body: { directory: 'deleted', lost: [] } })
    expect(await readdir(base)).toEqual([])
    expect(await list()).toEqual([])
  })

  test('its origin leads through the gateway where it is rewritten', async () => {
    await add('one')
    const url = gateway.url('', token).replace(/\/$/, '')
    await commit('one')
    const rewrite = ['-c', `url.${url}/.insteadOf=${gateway.upstream.origin}/`]
    const pushed = await tryGit([...rewrite, 'push', '-q', 'origin', 'HEAD'], { cwd: join(base, 'one') })
    expect(pushed).toMatchObject({ status: 0 })
    expect(await list()).toMatchObject([{ state: 'clean' }])
  })

  test('begins where the forge has the branch, or where it is told to', async () => {
    await git(['--git-dir', repository.gitDir, 'branch', 'agent/fixer/old', 'main^'])
    const old = await git(['--git-dir', repository.gitDir, 'rev-parse', 'main^'])
    await add('old', { branch: 'agent/fixer/old' })
    await add('new', { branch: 'refs/heads/agent/fixer/new', from: 'agent/fixer/old' })
    for (const name of ['old', 'new']) expect(await git(['rev-parse', 'HEAD'], { cwd: join(base, name) })).toBe(old)
    expect(await git(['rev-parse', '--abbrev-ref', '@{upstream}'], { cwd: join(base, 'old') })).toBe('origin/agent/fixer/old')
  })

  test.each<[string, object, number, string]>([
    ['on a branch of somebody else', { branch: 'agent/other/x' }, 403, 'RW_REF_NOT_OWNED'],
    ['on the default branch', { branch: 'main' }, 403, 'RW_REF_PROTECTED'],
    ['on a tag', { branch: 'refs/tags/agent/fixer/x' }, 400, 'RW_ARGUMENT_INVALID'],
    ['on what is no name', { branch: 'agent/fixer/..' }, 400, 'RW_ARGUMENT_INVALID'],
    ['from a branch that is not there', { from: 'nowhere' }, 400, 'RW_ARGUMENT_INVALID'],
    ['of a repository that it may not read', { repository: 'forge/acme/secret' }, 404, 'RW_REPOSITORY_NOT_VISIBLE'],
    ['for an agent that is none', { agent: 'nobody' }, 404, 'RW_AGENT_UNKNOWN'],
    ['at a relative path', { path: 'x' }, 409, 'RW_WORKTREE_PLACE'],
    ['at a name that is too long', { path: `/tmp/${'x'.repeat(300)}` }, 409, 'RW_WORKTREE_PLACE'],
    ['at the place of a git directory', { path: '/tmp/.Git' }, 409, 'RW_WORKTREE_PLACE'],
    ['for a group without a user', { gid: 5 }, 400, 'RW_ARGUMENT_INVALID'],
    ['with an unknown field', { credential: 'x' }, 400, 'RW_ARGUMENT_INVALID'],
  ])('%s is refused, and nothing is made or on record', async (_, more, status, code) => {
    expect(await add('one', more)).toMatchObject({ status, body: { error: { code } } })
    expect(await readdir(base)).toEqual([])
    expect(await readdir(join(gateway.directory, 'quarantine'))).toEqual([])
    expect(await list()).toEqual([])
    expect((await audit()).filter(({ kind }) => String(kind).startsWith('worktree-'))).toEqual([])
  })

  test('is not put into that of another agent, with which it would go', async () => {
    await gateway.addAgent('other', ['forge/acme/*'])
    await add('one')
    await mkdir(join(base, 'one/node_modules'))
    expect(await add('one/node_modules/two', { agent: 'other' })).toMatchObject({ status: 409, body: { error: { code: 'RW_WORKTREE_PLACE' } } })
    expect(await readdir(join(base, 'one/node_modules'))).toEqual([])
    expect(await readdir(join(gateway.directory, 'quarantine'))).toEqual([])
  })

  test('is not put into the data directory', async () => {
    expect(await add('one', { path: join(await realpath(gateway.directory), 'tree') })).toMatchObject({ status: 409, body: { error: { code: 'RW_WORKTREE_PLACE' } } })
  })

  test('holds nothing of what its agent is not shown, and no credential', async () => {
    const narrow = await gateway.upstream.createRepository('acme/narrow')
    await git(['push', '-q', narrow.gitDir, 'main'], { cwd: repository.gitDir })
    const secret = await git(['commit-tree', '-m', 'secret', 'main^{tree}'], { cwd: narrow.gitDir })
    await git(['update-ref', 'refs/heads/secret', secret], { cwd: narrow.gitDir })
    await add('one', { repository: 'forge/acme/narrow' })
    expect((await git(['for-each-ref', '--format=%(refname)'], { cwd: join(base, 'one') })).split('\n')).toEqual(['refs/heads/agent/fixer/one', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main'])
    expect(await tryGit(['cat-file', '-e', secret], { cwd: join(base, 'one') })).not.toMatchObject({ status: 0 })
    const found = await tryGit(['grep', '--no-index', '-r', '-F', '-l', 'refward', join(base, 'one/.git')])
    expect(found.stdout).toBe('')
    expect((await audit()).filter(({ kind }) => kind === 'worktree-added')).toMatchObject([{ agent: 'fixer', repo: 'forge/acme/narrow', ref: 'refs/heads/agent/fixer/one', path: join(base, 'one') }])
    expect(await gateway.ledger.history({ limit: 1 })).toMatchObject([{ agent: 'fixer', operation: 'fetch', outcome: 'permit', result: 'done' }])
  })
})

describe('what is in it and nowhere else', () => {
  beforeEach(async () => {
    await add('one')
    for (const { id } of await gateway.ledger.listSessions()) await gateway.ledger.revokeSession(id)
  })

  test('keeps it from being removed, each by its name; it goes all the same when that is said', async () => {
    await commit('one')
    await writeFile(join(base, 'one/notes.txt'), 'mine')
    const before = await git(['rev-parse', 'HEAD'], { cwd: join(base, 'one') })
    const refused = await remove('one')
    expect(refused.body.error?.problems?.map(({ path, message }) => [path, message.split(':')[0]])).toEqual([
      [join(base, 'one'), `${join(base, 'one')} holds what is nowhere else`],
      ['refs/heads/agent/fixer/one', 'commits'],
      ['notes.txt', 'untracked'],
    ])
    expect(await git(['rev-parse', 'HEAD'], { cwd: join(base, 'one') })).toBe(before)

    expect(await remove('one', '&lose_work=true')).toMatchObject({ status: 200, body: { directory: 'deleted', lost: [{ kind: 'commits' }, { kind: 'untracked' }] } })
    expect(await readdir(base)).toEqual([])
    expect((await audit()).at(-1)).toMatchObject({ kind: 'worktree-removed', path: join(base, 'one'), lost: [expect.stringContaining('commits refs/heads/agent/fixer/one: one commit') as string, 'untracked notes.txt: it was never committed'] })
  })

  test('is not known while the forge does not answer: it stays, but for who gives it up', async () => {
    await rm(repository.gitDir, { recursive: true })
    expect(await list()).toMatchObject([{ state: 'unknown' }])
    expect((await remove('one')).status).toBeGreaterThanOrEqual(400)
    expect(await readdir(base)).toEqual(['one'])
    expect(await remove('one', '&lose_work=true')).toMatchObject({ status: 200, body: { lost: [{ kind: 'unseen' }] } })
  })

  test('of a directory that is gone is nothing; it is listed until it is removed from the record', async () => {
    await rm(join(base, 'one'), { recursive: true })
    expect(await list()).toMatchObject([{ path: join(base, 'one'), state: 'absent' }])
    expect(await remove('one')).toMatchObject({ status: 200, body: { directory: 'absent' } })
    expect(await remove('one')).toMatchObject({ status: 404, body: { error: { code: 'RW_WORKTREE_UNKNOWN' } } })
  })

  test('behind a link in its place is never deleted', async () => {
    await rm(join(base, 'one'), { recursive: true })
    await mkdir(join(base, 'precious/inner'), { recursive: true })
    await symlink(join(base, 'precious'), join(base, 'one'))
    expect(await remove('one')).toMatchObject({ status: 409 })
    expect(await remove('one', '&lose_work=true')).toMatchObject({ status: 200, body: { directory: 'not-ours' } })
    expect(await readdir(join(base, 'precious'))).toEqual(['inner'])
  })

  test('what refward did not make is not removed', async () => {
    await mkdir(join(base, 'theirs'))
    expect(await remove('theirs', '&lose_work=true')).toMatchObject({ status: 404 })
    expect(await readdir(base)).toEqual(['one', 'theirs'])
  })
})

import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { API_ROUTES, type RepoId, renderOpenApi } from '@refward/core-policy'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { HostedRepository } from '@refward/testing-http-upstream'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { callControl } from '../testing/call-control.ts'
import { findAnswerProblems, findRequestProblems } from '../testing/openapi-check.ts'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

const REPO = 'forge/acme/widget' as RepoId
const ZERO = '0'.repeat(40)
const OWN = 'refs/heads/agent/fixer'

let gateway: TestGateway
let repository: HostedRepository
let base: string
let root: string
let token: string
let count = 0
let work: string

beforeAll(async () => {
  gateway = await startTestGateway(`repositories:
  forge/acme/widget: { read: ["*"], push: ["*"], visibility: private, tags: { create: ["v*"] } }
  forge/acme/other: { read: ["*"], push: [nobody] }
  forge/acme/secret: { read: [nobody], push: [nobody] }
`)
  repository = await gateway.upstream.createRepository('acme/widget')
  await buildWidget(repository.gitDir)
  await gateway.upstream.createRepository('acme/other')
  base = await realpath(await mkdtemp(join(tmpdir(), 'refward-exec-')))
  root = join(base, 'root')
  await mkdir(root)
  await gateway.addAgent('fixer', ['forge/acme/*'])
  token = await gateway.addSession('fixer', { roots: [{ path: root, repository: REPO }] })
})

beforeEach(async () => {
  work = join(root, `work-${(count += 1)}`)
  await git(['clone', '-q', repository.urlWithPassword, work])
  await git(['remote', 'set-url', 'origin', 'https://nowhere.invalid/x'], { cwd: work })
})

afterAll(async () => {
  await gateway.close()
  await rm(base, { recursive: true, force: true, maxRetries: 3 })
})

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> & { readonly error?: { readonly code: string; readonly problems?: readonly { readonly path: string; readonly code: string }[] }; readonly refs?: readonly Record<string, string>[] }
}

async function call(path: string, body: unknown, bearer: string = token): Promise<Answer> {
  const response = await fetch(`${gateway.origin}/api/v1/git/${path}`, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const answer = { status: response.status, body: (await response.json()) as Answer['body'] }
  const route = `/api/v1/git/${path}`
  // Every answer of these tests is as it is described, and what is done was asked for as it is described.
  expect(findAnswerProblems(route, answer.status, answer.body)).toEqual([])
  expect(answer.status === 200 ? findRequestProblems(route, body) : []).toEqual([])
  return answer
}

function push(refspecs: readonly string[], more: object = {}): Promise<Answer> {
  return call('push', { repo_path: work, refspecs, ...more })
}

async function commit(files: Readonly<Record<string, string>>, message = 'change'): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(work, name), text)
  await git(['add', '.'], { cwd: work })
  await git(['commit', '-q', '--allow-empty', '-m', message], { cwd: work })
  return git(['rev-parse', 'HEAD'], { cwd: work })
}

const own = (name: string): string => `${OWN}/${name}-${count}`

async function decisions(): Promise<readonly { readonly outcome: string; readonly operation: string; readonly codes: readonly string[] }[]> {
  return gateway.ledger.history({ limit: 500 })
}

/** What nobody may have touched. */
async function state(): Promise<object> {
  return { refs: await repository.refs(), quarantine: await readdir(join(gateway.directory, 'quarantine')), work: await git(['for-each-ref'], { cwd: work }), config: await git(['config', '--list', '--local'], { cwd: work }) }
}

describe('push', () => {
  test('a branch of its own', async () => {
    const head = await commit({ 'a.txt': 'one\n' })
    const answer = await push([`HEAD:${own('x')}`])
    expect(answer).toEqual({
      status: 200,
      body: {
        success: true,
        request_id: expect.any(String) as string,
        repository: REPO,
        dry_run: false,
        refs: [{ ref: own('x'), source: 'refs/heads/main', old_id: ZERO, new_id: head, status: 'created' }],
        messages: [],
        set_upstream: [],
      },
    })
    expect((await repository.refs()).get(own('x'))).toBe(head)
    expect((await decisions())[0]).toMatchObject({ operation: 'push', outcome: 'permit', result: 'done', agent: 'fixer', refs: [{ ref: own('x'), result: 'accepted' }] })
  })

  test('a protected branch is refused, and nothing is done', async () => {
    await commit({ 'a.txt': 'one\n' })
    const before = await state()
    const answer = await push(['HEAD:refs/heads/main'])
    expect(answer).toMatchObject({ status: 403, body: { success: false, error: { code: 'RW_REF_PROTECTED', rule: 'branches.default', hint: expect.stringContaining('agent/fixer/main') as string }, refs: [{ ref: 'refs/heads/main', status: 'refused', code: 'RW_REF_PROTECTED' }] } })
    expect(await state()).toEqual(before)
    expect((await decisions())[0]).toMatchObject({ operation: 'push', outcome: 'deny', codes: ['RW_REF_PROTECTED'] })
  })

  test('a secret is found, whatever it is in', async () => {
    await commit({ 'key.txt': `${['gh', 'p_'].join('')}aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cF2hJ4\n` })
    const before = await state()
    expect(await push([`HEAD:${own('x')}`])).toMatchObject({ status: 422, body: { error: { code: 'RW_SECRET_FOUND' } } })
    expect(await state()).toEqual(before)
  })

  test('several refspecs are several, together or not at all', async () => {
    const head = await commit({ 'a.txt': 'one\n' })
    expect(await push([`HEAD:${own('a')}`, `${head}:${own('b')}`])).toMatchObject({ status: 200, body: { refs: [{ ref: own('a'), status: 'created' }, { ref: own('b'), status: 'created' }] } })
    const second = await commit({ 'a.txt': 'two\n' })
    const answer = await push([`HEAD:${own('a')}`, 'HEAD:refs/heads/main'])
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_PROTECTED' }, refs: [{ ref: own('a'), code: 'RW_PUSH_REFUSED_TOGETHER' }, { ref: 'refs/heads/main', code: 'RW_REF_PROTECTED' }] } })
    expect([...(await repository.refs()).values()]).not.toContain(second)
  })

  test('what the forge has already is said to be so, and nothing is sent', async () => {
    await commit({ 'a.txt': 'one\n' })
    await push([`HEAD:${own('x')}`])
    const before = (await decisions()).length
    expect(await push([`HEAD:${own('x')}`])).toMatchObject({ status: 200, body: { refs: [{ ref: own('x'), status: 'up-to-date' }] } })
    expect(await decisions()).toHaveLength(before)
  })

  test('what was pushed is there for a fetch over the git plane', async () => {
    const head = await commit({ 'a.txt': 'one\n' })
    await push([`HEAD:${own('x')}`])
    const copy = join(base, `copy-${count}`)
    await git(['clone', '-q', '-b', own('x').replace('refs/heads/', ''), gateway.url('acme/widget', token), copy])
    expect(await git(['rev-parse', 'HEAD'], { cwd: copy })).toBe(head)
  })

  test('set_upstream is told, and not done', async () => {
    await git(['checkout', '-q', '-b', `topic-${count}`], { cwd: work })
    await commit({ 'a.txt': 'one\n' })
    const answer = await push([`topic-${count}:${own('x')}`], { set_upstream: true })
    expect(answer.body).toMatchObject({ set_upstream: [{ branch: `topic-${count}`, remote: 'origin', merge: own('x') }] })
    expect((await tryGit(['config', `branch.topic-${count}.merge`], { cwd: work })).status).toBe(1)
  })
})

describe('force, lease, delete, tags, dry run', () => {
  test('a rewrite needs force, and has it', async () => {
    await commit({ 'a.txt': 'one\n' })
    await push([`HEAD:${own('x')}`])
    await git(['commit', '-q', '--amend', '-m', 'other'], { cwd: work })
    const before = await state()
    expect(await push([`HEAD:${own('x')}`])).toMatchObject({ status: 409, body: { error: { code: 'RW_PUSH_NOT_FORWARD' }, refs: [{ ref: own('x'), status: 'refused' }] } })
    expect(await state()).toEqual(before)
    expect(await push([`+HEAD:${own('x')}`])).toMatchObject({ status: 200, body: { refs: [{ status: 'forced' }] } })
    await git(['commit', '-q', '--amend', '-m', 'another'], { cwd: work })
    expect(await push([`HEAD:${own('x')}`], { force: true })).toMatchObject({ status: 200, body: { refs: [{ status: 'forced' }] } })
  })

  test('a lease is a lease', async () => {
    const first = await commit({ 'a.txt': 'one\n' })
    await push([`HEAD:${own('x')}`])
    const second = await commit({ 'a.txt': 'two\n' })
    const before = await state()
    const name = own('x').replace('refs/heads/', '')
    expect(await push([`HEAD:${own('x')}`], { force_with_lease: [`${name}:${second}`] })).toMatchObject({ status: 409, body: { error: { code: 'RW_REF_STALE' } } })
    expect(await push([`HEAD:${own('x')}`], { force_with_lease: [`${name}:`] })).toMatchObject({ status: 409 })
    expect(await push([`HEAD:${own('x')}`], { force_with_lease: true })).toMatchObject({ status: 409, body: { error: { code: 'RW_REF_STALE' } } })
    expect(await state()).toEqual(before)
    await git(['update-ref', `refs/remotes/origin/${name}`, first], { cwd: work })
    expect(await push([`HEAD:${own('x')}`], { force_with_lease: true })).toMatchObject({ status: 200 })
    await git(['commit', '-q', '--amend', '-m', 'other'], { cwd: work })
    expect(await push([`HEAD:${own('x')}`], { force_with_lease: [`${name}:${second}`] })).toMatchObject({ status: 200, body: { refs: [{ status: 'forced' }] } })
  })

  test('a delete deletes', async () => {
    const head = await commit({ 'a.txt': 'one\n' })
    await push([`HEAD:${own('x')}`, `HEAD:${own('y')}`])
    const name = own('x').replace('refs/heads/', '')
    expect(await push([name], { delete: true })).toMatchObject({ status: 200, body: { refs: [{ ref: own('x'), old_id: head, new_id: ZERO, status: 'deleted' }] } })
    expect(await push([`:${own('y')}`])).toMatchObject({ status: 200 })
    expect([...(await repository.refs()).keys()]).not.toContain(own('x'))
    expect(await push([name], { delete: true })).toMatchObject({ status: 409, body: { error: { code: 'RW_REF_MISSING' } } })
    expect(await push(['main'], { delete: true })).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_PROTECTED' } } })
  })

  test('tags: those that are new, and none that moved', async () => {
    await git(['tag', '-a', '-m', 'two', `v2-${count}`], { cwd: work })
    expect(await push([], { tags: true })).toMatchObject({ status: 200, body: { refs: expect.arrayContaining([expect.objectContaining({ ref: `refs/tags/v2-${count}`, status: 'created' }), expect.objectContaining({ ref: 'refs/tags/v1', status: 'up-to-date' })]) as object } })
    await git(['tag', '-d', `v2-${count}`], { cwd: work })
    await commit({ 'a.txt': 'one\n' })
    await git(['tag', `v2-${count}`], { cwd: work })
    expect(await push([`v2-${count}`])).toMatchObject({ body: { success: false } })
  })

  test('a dry run changes nothing anywhere, and says what would be', async () => {
    await commit({ 'a.txt': 'one\n' })
    const before = await state()
    expect(await push([`HEAD:${own('x')}`], { dry_run: true })).toMatchObject({ status: 200, body: { dry_run: true, refs: [{ ref: own('x'), status: 'created' }] } })
    expect(await push(['HEAD:refs/heads/main'], { dry_run: true })).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_PROTECTED' } } })
    expect(await state()).toEqual(before)
    expect((await decisions()).filter(({ operation }) => operation === 'push').some((decision) => JSON.stringify(decision).includes(own('x')))).toBe(false)
  })

  test('atomic reaches a forge that has it, and is refused by one that has not', async () => {
    await commit({ 'a.txt': 'one\n' })
    expect(await push([`HEAD:${own('a')}`, `HEAD:${own('b')}`], { atomic: true })).toMatchObject({ status: 200 })
    await repository.git(['config', 'receive.advertiseAtomic', 'false'])
    expect(await push([`HEAD:${own('c')}`, `HEAD:${own('d')}`], { atomic: true })).toMatchObject({ status: 400, body: { success: false } })
    await repository.git(['config', '--unset', 'receive.advertiseAtomic'])
  })

  test('what a hook of the forge says is passed on, and its no is a no', async () => {
    await commit({ 'a.txt': 'one\n' })
    await repository.setHook('pre-receive', "echo 'not on a Wednesday'; exit 1")
    const answer = await push([`HEAD:${own('x')}`])
    await repository.setHook('pre-receive', 'exit 0')
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'RW_UPSTREAM_REJECTED' }, refs: [{ ref: own('x'), status: 'refused', code: 'RW_UPSTREAM_REJECTED' }], messages: [expect.stringContaining('not on a Wednesday')] } })
  })
})

describe('where it goes', () => {
  test('origin is what the session says, whatever .git/config says', async () => {
    const head = await commit({ 'a.txt': 'one\n' })
    const evil = await gateway.upstream.createRepository(`evil/x${count}`)
    await git(['remote', 'set-url', 'origin', evil.urlWithPassword], { cwd: work })
    await git(['config', 'remote.origin.pushurl', evil.urlWithPassword], { cwd: work })
    await git(['config', `url.${evil.urlWithPassword}.insteadOf`, gateway.upstream.origin], { cwd: work })
    expect(await push([`HEAD:${own('x')}`])).toMatchObject({ status: 200, body: { repository: REPO } })
    expect((await repository.refs()).get(own('x'))).toBe(head)
    expect((await evil.refs()).size).toBe(0)
  })

  test.each([
    ['a remote that was added', 'backup', 403, 'RW_REMOTE_UNKNOWN'],
    ['an address of another host', 'https://nowhere.invalid/acme/widget', 403, 'RW_REMOTE_UNKNOWN'],
    ['an address with credentials', 'https://a:b@nowhere.invalid/acme/widget', 400, 'RW_ARGUMENT_VALUE'],
    ['a helper', 'ext::sh -c id', 403, 'RW_ARGUMENT_TRANSPORT'],
    ['a path', '/tmp/x', 403, 'RW_ARGUMENT_TRANSPORT'],
    ['a file address', 'file:///tmp/x', 403, 'RW_ARGUMENT_TRANSPORT'],
    ['an option', '--receive-pack=touch /tmp/x', 400, 'RW_ARGUMENT_DASH'],
    ['a repository that it may not read', 'forge/acme/secret', 404, 'RW_REPOSITORY_NOT_VISIBLE'],
    ['a repository that it may not push to', 'forge/acme/other', 403, 'RW_PUSH_NOT_ALLOWED'],
    ['a repository that was not granted', 'forge/elsewhere/x', 404, 'RW_REPOSITORY_NOT_VISIBLE'],
  ])('%s', async (_, remote, status, code) => {
    await commit({ 'a.txt': 'one\n' })
    await git(['remote', 'add', 'backup', gateway.upstream.origin], { cwd: work })
    const before = await state()
    const answer = await push([`HEAD:${own('x')}`], { remote })
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(await state()).toEqual(before)
  })

  test('the address of the repository on its forge, and its id', async () => {
    await commit({ 'a.txt': 'one\n' })
    expect(await push([`HEAD:${own('a')}`], { remote: `${gateway.upstream.origin}/acme/widget.git` })).toMatchObject({ status: 200, body: { repository: REPO } })
    expect(await push([`HEAD:${own('b')}`], { remote: 'forge/acme/widget' })).toMatchObject({ status: 200, body: { repository: REPO } })
  })
})

describe('requests', () => {
  test('every mistake is told', async () => {
    const answer = await call('push', { repo_path: '', refspecs: [1, ''], forze: true, atomic: 'yes' })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'RW_ARGUMENT_INVALID' } } })
    expect(answer.body.error?.problems?.map(({ path }) => path).toSorted()).toEqual(['atomic', 'body', 'refspecs.0', 'refspecs.1', 'repo_path'])
  })

  test('every refspec that cannot be used is told', async () => {
    const answer = await push(['nothing:refs/heads/agent/fixer/a', 'HEAD~1:refs/heads/agent/fixer/b', 'main'])
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'RW_REFSPEC_INVALID' } } })
    expect(answer.body.error?.problems).toHaveLength(2)
  })

  test.each([
    ['no refspec', [], {}],
    ['a refspec that is an option', ['--force'], {}],
    ['delete with a colon', ['a:b'], { delete: true }],
    ['delete with tags', ['a'], { delete: true, tags: true }],
    ['a refspec with a control character', ['a\nb'], {}],
  ])('%s', async (_, refspecs, more) => {
    expect((await push(refspecs, more)).status).toBe(400)
  })

  test('no session, and one of another agent', async () => {
    expect((await call('push', { repo_path: work, refspecs: ['HEAD'] }, 'rfw_nothing')).status).toBe(401)
    await gateway.ledger.addAgent({ name: `other-${count}` as never, repositories: ['forge/acme/*'] })
    const theirs = await gateway.addSession(`other-${count}`, { roots: [{ path: base }] })
    expect(await call('push', { repo_path: work, refspecs: ['HEAD:refs/heads/agent/fixer/stolen'] }, theirs)).toMatchObject({ status: 403 })
    const rootless = await gateway.addSession('fixer', {})
    expect(await call('push', { repo_path: work, refspecs: ['HEAD'] }, rootless)).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
  })

  test('a path outside is refused, and the refusal is in the audit', async () => {
    const answer = await call('push', { repo_path: '/etc/passwd', refspecs: ['HEAD'] })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
    const lines = await gateway.ledger.readAudit({ from: 1, limit: 10_000 })
    expect(JSON.parse(lines.at(-1)?.text ?? '')).toMatchObject({ kind: 'request-refused', agent: 'fixer', operation: 'push', code: 'RW_WORKTREE_OUTSIDE', request: answer.body['request_id'] })
  })

  test('a session that is bound to an address, or to repositories of the other kind', async () => {
    const elsewhere = await gateway.addSession('fixer', { roots: [{ path: root, repository: REPO }], peer: '192.0.2.7' })
    expect(await call('push', { repo_path: work, refspecs: ['HEAD'] }, elsewhere)).toMatchObject({ status: 401, body: { error: { code: 'RW_SESSION_PEER' } } })
    const open = await gateway.addSession('fixer', { roots: [{ path: root, repository: REPO }], mode: 'public' })
    expect(await call('push', { repo_path: work, refspecs: ['HEAD'] }, open)).toMatchObject({ status: 404, body: { error: { code: 'RW_REPOSITORY_NOT_VISIBLE' } } })
    const here = await gateway.addSession('fixer', { roots: [{ path: root, repository: REPO }], mode: 'private', peer: '127.0.0.1' })
    await commit({ 'a.txt': 'one\n' })
    expect(await call('push', { repo_path: work, refspecs: [`HEAD:${own('x')}`] }, here)).toMatchObject({ status: 200 })
  })
})

describe('fetch and ls-remote', () => {
  test('a fetch lists the refs and brings the mirror up to them', async () => {
    const before = gateway.upstream.count({ operation: 'fetch' })
    const refs = await repository.refs()
    await repository.git(['update-ref', `refs/heads/new-${count}`, refs.get('refs/heads/main') ?? ''])
    const answer = await call('fetch', { repo_path: work, operation: 'fetch', args: ['--prune', '--tags'] })
    expect(answer.status).toBe(200)
    expect(answer.body.refs?.[0]).toMatchObject({ ref: 'HEAD', symref: 'refs/heads/main' })
    expect(new Map(answer.body.refs?.slice(1).map(({ ref, id }) => [ref, id]))).toEqual(await repository.refs())
    expect(answer.body.refs?.find(({ ref }) => ref === 'refs/tags/v1')?.['peeled']).toBe(await repository.git(['rev-parse', 'refs/tags/v1^{}']))
    await git(['clone', '-q', gateway.url('acme/widget', token), join(base, `after-${count}`)])
    expect(gateway.upstream.count({ operation: 'fetch' }) - before).toBeLessThanOrEqual(1)
  })

  test('a listing is that of ls-remote', async () => {
    for (const args of [['--heads'], ['--tags', '--refs'], ['main'], ['v*'], ['v[0-9]*'], ['refs/heads/*'], ['--heads', 'topic', 'main']]) {
      const answer = await call('ls-remote', { repo_path: work, args, remote: 'origin' })
      const shown = answer.body.refs?.flatMap(({ ref = '', id = '', peeled }) => (peeled === undefined ? [`${id}\t${ref}`] : [`${id}\t${ref}`, `${peeled}\t${ref}^{}`]))
      const options = args.filter((arg) => arg.startsWith('-'))
      const patterns = args.filter((arg) => !arg.startsWith('-'))
      expect(shown?.join('\n')).toBe(await git(['ls-remote', ...options, repository.urlWithPassword, ...patterns]))
    }
  })

  test.each([
    ['--upload-pack=evil', 403, 'RW_ARGUMENT_DENIED'],
    ['--upload-pa=evil', 403, 'RW_ARGUMENT_DENIED'],
    ['--dep=3', 400, 'RW_ARGUMENT_ABBREVIATED'],
    ['-c', 403, 'RW_ARGUMENT_DENIED'],
    ['--nonsense', 400, 'RW_ARGUMENT_UNKNOWN'],
  ])('%s is refused', async (arg, status, code) => {
    expect(await call('fetch', { repo_path: work, operation: 'fetch', args: [arg, 'origin'] })).toMatchObject({ status, body: { error: { code } } })
  })

  test('a path outside is refused for them too', async () => {
    for (const operation of ['fetch', 'ls-remote']) {
      expect(await call('fetch', { repo_path: '/etc', operation, args: [] })).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
    }
    await writeFile(join(work, '.git/objects/info/alternates'), '/var/lib/other\n')
    expect(await call('fetch', { repo_path: work, operation: 'fetch', args: [] })).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_LEADS_OUT' } } })
  })
})

describe('the description', () => {
  test('is served to everybody, and is valid', async () => {
    const response = await fetch(`${gateway.origin}/api/v1/openapi.json`)
    const document = (await response.json()) as ReturnType<typeof renderOpenApi>
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(document).toEqual(renderOpenApi())
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true })
    expect(await new Validator().validate({ ...document, paths: { 'no-slash': {} } })).toMatchObject({ valid: false })
  })

  test('names no route that is not served, and takes what the routes take', async () => {
    for (const { path } of API_ROUTES) expect((await fetch(`${gateway.origin}${path}`, { method: 'POST' })).status).toBe(401)
    expect(findRequestProblems('/api/v1/git/push', { repo_path: '/x', refspecs: ['x'], forze: true })).toHaveLength(1)
    expect(findRequestProblems('/api/v1/git/push', { repo_path: '/x', refspecs: ['x'], force_with_lease: ['x:'] })).toEqual([])
    expect(findAnswerProblems('/api/v1/git/push', 200, { success: true })).toHaveLength(1)
  })
})

describe('sessions of launchers', () => {
  const control = async (method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await callControl(gateway.controlPath, method, path, body)
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> }
  }

  test('made, used, listed, extended, revoked', async () => {
    await commit({ 'a.txt': 'one\n' })
    const made = await control('POST', '/v1/sessions', { agent: 'fixer', repositories: [REPO], roots: [{ path: root, repository: REPO }], mode: 'private', lifetime_seconds: 600 })
    expect(made).toMatchObject({ status: 201, body: { agent: 'fixer', session: { roots: [{ path: root, repository: REPO }], mode: 'private', repositories: [REPO] } } })
    const { token: own_, session } = made.body as { token: string; session: { id: string; expiresAt: number } }
    expect(await call('push', { repo_path: work, refspecs: [`HEAD:${own('x')}`] }, own_)).toMatchObject({ status: 200 })
    const listed = await control('GET', '/v1/sessions?agent=fixer')
    expect(JSON.stringify(listed.body)).toContain(session.id)
    expect(JSON.stringify(listed.body)).not.toContain(own_)
    const extended = await control('POST', `/v1/sessions/${session.id}/extend`, { lifetime_seconds: 6000 })
    expect((extended.body['session'] as { expiresAt: number }).expiresAt).toBeGreaterThan(session.expiresAt)
    expect(await control('DELETE', `/v1/sessions/${session.id}`)).toMatchObject({ status: 200 })
    expect(await call('push', { repo_path: work, refspecs: [`HEAD:${own('x')}`] }, own_)).toMatchObject({ status: 401, body: { error: { code: 'RW_SESSION_REVOKED' } } })
    expect(await control('POST', `/v1/sessions/${session.id}/extend`, { lifetime_seconds: 6000 })).toMatchObject({ status: 401 })
  })

  test.each([
    ['a root that is not there', { roots: [{ path: '/nothing/here' }] }],
    ['the whole machine', { roots: [{ path: '/' }] }],
    ['a relative root', { roots: [{ path: 'work' }] }],
    ['an unknown member', { roots: [{ path: '/tmp', readonly: true }] }],
    ['a peer that is no address', { peer: 'localhost' }],
    ['a mode that is none', { mode: 'internal' }],
  ])('%s is refused', async (_, scope) => {
    expect(await control('POST', '/v1/sessions', { agent: 'fixer', ...scope })).toMatchObject({ status: 400, body: { success: false } })
  })
})

import { GithubFake, type FakeRepository } from '@refward/testing-github-fake'
import type { ForgeChange, ForgeRead } from '@refward/core-policy'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiFixture, createApiFixture } from './testing/api-fixture.ts'
import type { ForgeAnswers, ReadOf, Written } from './types.ts'

const TOKEN = 'ghs_tokenOfTheGateway0123456789abcdefghi'
const ALL = { state: 'all', limit: 1000, labels: [] } as const
let fake: GithubFake
let repository: FakeRepository
let fixture: ApiFixture

beforeAll(async () => {
  fake = await GithubFake.start({ token: TOKEN, login: 'refward-bot' })
  fixture = await createApiFixture('github', fake.origin, TOKEN)
})

beforeEach(() => {
  fake.repositories.length = 0
  fake.seen.length = 0
  repository = fake.addRepository('acme', 'widget', ['main', 'agent/fixer/x', 'agent/fixer/y'])
})

afterAll(async () => {
  await fixture.api.close()
  await fake.close()
})

async function read<K extends ForgeRead['kind']>(read: ReadOf<K>): Promise<ForgeAnswers[K]> {
  return fixture.api.read<K>(fixture.reading, await fixture.lease('read'), read, fixture.signal)
}

async function write(change: ForgeChange): Promise<Written> {
  return fixture.api.write(fixture.permit(change), await fixture.lease('write'), fixture.signal)
}

const CREATE: ForgeChange = { kind: 'pull.create', title: 'mend it', body: 'It was broken.', head: 'agent/fixer/x', base: 'main', draft: false }

describe('a fake of GitHub, by its own description', () => {
  it('opens, reads, edits, comments, reviews, closes and merges pull requests', async () => {
    expect(await write(CREATE)).toMatchObject({ kind: 'pull', pull: { number: 1, title: 'mend it', author: 'refward-bot', head: { branch: 'agent/fixer/x', isSameRepository: true }, base: 'main', state: 'open' } })
    await write({ kind: 'pull.edit', number: 1, title: 'mend it well' })
    await write({ kind: 'pull.comment', number: 1, body: 'hello' })
    await write({ kind: 'pull.review', number: 1, body: 'looked', comments: [{ path: 'x', line: 1, body: 'here' }] })
    expect(repository.reviews).toMatchObject([{ event: 'COMMENT', body: 'looked' }])
    const pull = await read<'pull.view'>({ kind: 'pull.view', number: 1 })
    expect(pull).toMatchObject({ title: 'mend it well', body: 'It was broken.' })
    expect(await read<'pull.comments'>({ kind: 'pull.comments', number: 1, limit: 10 })).toMatchObject([{ body: 'hello', author: 'refward-bot' }])
    expect(await read<'pull.reviews'>({ kind: 'pull.reviews', number: 1, limit: 10 })).toMatchObject([{ state: 'commented' }])
    expect(await read<'pull.line-comments'>({ kind: 'pull.line-comments', number: 1, limit: 10 })).toEqual([])
    expect(await read<'pull.diff'>({ kind: 'pull.diff', number: 1 })).toContain('+mend it well')
    expect(await read<'pull.checks'>({ kind: 'pull.checks', number: 1 })).toMatchObject([{ name: 'build', state: 'pass' }, { name: 'lint', state: 'pending' }])
    await write({ kind: 'pull.state', number: 1, state: 'closed' })
    expect(await read<'pull.list'>({ kind: 'pull.list', query: { ...ALL, state: 'open' } })).toEqual([])
    await write({ kind: 'pull.state', number: 1, state: 'open' })
    expect(await write({ kind: 'pull.merge', number: 1, method: 'squash', headId: pull.head.id })).toMatchObject({ pull: { state: 'merged' } })
    expect(fake.violations).toEqual([])
  })

  it('opens, reads, edits and closes issues, and keeps pull requests out of them', async () => {
    await write(CREATE)
    expect(await write({ kind: 'issue.create', title: 'it squeaks', body: '' })).toMatchObject({ issue: { number: 2, title: 'it squeaks' } })
    await write({ kind: 'issue.edit', number: 2, body: 'always' })
    await write({ kind: 'issue.comment', number: 2, body: 'oil' })
    expect(await read<'issue.list'>({ kind: 'issue.list', query: ALL })).toMatchObject([{ number: 2, body: 'always', comments: 1 }])
    await write({ kind: 'issue.state', number: 2, state: 'closed' })
    expect(await read<'issue.view'>({ kind: 'issue.view', number: 2 })).toMatchObject({ state: 'closed' })
    await expect(read<'issue.view'>({ kind: 'issue.view', number: 1 })).rejects.toMatchObject({ code: 'RW_FORGE_NOT_FOUND' })
    expect(fake.violations).toEqual([])
  })

  it('reads the repository, branches, commits and runs', async () => {
    expect(await read<'repository.view'>({ kind: 'repository.view' })).toMatchObject({ owner: 'acme', name: 'widget', defaultBranch: 'main', isPrivate: true })
    expect(await read<'branch.list'>({ kind: 'branch.list', limit: 10 })).toHaveLength(3)
    expect(await read<'commit.list'>({ kind: 'commit.list', limit: 1, branch: 'agent/fixer/x' })).toMatchObject([{ id: '2'.repeat(40), message: 'write it' }])
    // To the forge that is another name of the same commit; here it is the name of a branch, and there is none.
    await expect(read<'commit.list'>({ kind: 'commit.list', limit: 1, branch: 'agent/fixer/any-1-g2222222' })).rejects.toMatchObject({ code: 'RW_FORGE_NOT_FOUND' })
    expect(await read<'run.list'>({ kind: 'run.list', query: { limit: 5 } })).toMatchObject([{ id: 55, workflow: 'build', conclusion: 'success' }])
    expect(await read<'run.view'>({ kind: 'run.view', id: 55 })).toMatchObject({ branch: 'main' })
    expect(fake.violations).toEqual([])
  })

  it('reads every page, and no more than it was asked for', async () => {
    for (let count = 0; count < 230; count++) await write({ kind: 'issue.create', title: `issue ${count}`, body: '' })
    fake.seen.length = 0
    expect(await read<'issue.list'>({ kind: 'issue.list', query: ALL })).toHaveLength(230)
    expect(fake.seen).toHaveLength(3)
    expect(await read<'issue.comments'>({ kind: 'issue.comments', number: 1, limit: 1 })).toHaveLength(0)
    expect(fake.violations).toEqual([])
  })

  it('shows the credential to the API, as a bearer, and nothing of it elsewhere', async () => {
    await read<'repository.view'>({ kind: 'repository.view' })
    expect(fake.seen.map(({ authorization }) => authorization)).toEqual([`Bearer ${TOKEN}`])
    expect(fake.seen.map(({ path }) => path).join()).not.toContain(TOKEN)
  })
})

describe('errors of GitHub', () => {
  it('says that there is a pull request already', async () => {
    await write(CREATE)
    await expect(write(CREATE)).rejects.toMatchObject({ code: 'RW_FORGE_CONFLICT', message: expect.stringContaining('A pull request already exists for acme:agent/fixer/x.') as string })
    expect(repository.objects).toHaveLength(1)
  })

  it('says what was not valid', async () => {
    await expect(write({ ...CREATE, base: 'nowhere' })).rejects.toMatchObject({ code: 'RW_FORGE_REJECTED', message: expect.stringMatching(/Validation Failed.*base/) as string })
  })

  it('does not merge another head than the one that was decided on', async () => {
    await write(CREATE)
    await expect(write({ kind: 'pull.merge', number: 1, method: 'merge', headId: 'f'.repeat(40) })).rejects.toMatchObject({ code: 'RW_FORGE_CONFLICT' })
    expect(repository.objects[0]?.merged).toBe(false)
  })

  it('tells the new name after a rename, sends nothing there, and follows no redirect', async () => {
    fake.rename(repository, 'gadget')
    await expect(write({ kind: 'issue.create', title: 'x', body: '' })).rejects.toMatchObject({ code: 'RW_FORGE_RENAMED', message: expect.stringContaining('acme/gadget') as string })
    expect(repository.objects).toEqual([])
    expect(fake.seen.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  it.each([
    { name: 'another host', location: 'http://127.0.0.2:1/api/v3/repos/acme/gadget' },
    { name: 'another port', location: 'http://127.0.0.1:1/api/v3/repos/acme/gadget' },
    { name: 'a host in user info', location: 'http://127.0.0.1@evil.example/api/v3/repos/acme/gadget' },
    { name: 'another scheme', location: 'file:///etc/passwd' },
    { name: 'nothing', location: '' },
    { name: 'something else of the API', location: '/api/v3/user' },
  ])('does not follow a redirect to $name', async ({ location }) => {
    fake.failNext({ status: 302, headers: { location }, body: '{}' })
    await expect(read<'repository.view'>({ kind: 'repository.view' })).rejects.toMatchObject({ code: 'RW_UPSTREAM_REDIRECT' })
    expect(fake.seen).toHaveLength(1)
  })

  it.each([
    { name: 'the first limit', fault: { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: '{"message":"API rate limit exceeded for user ID 1.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api","status":"403"}' }, code: 'RW_UPSTREAM_RATE_LIMITED' },
    { name: 'the second limit', fault: { status: 403, headers: { 'retry-after': '60' }, body: '{"message":"You have exceeded a secondary rate limit."}' }, code: 'RW_UPSTREAM_RATE_LIMITED' },
    { name: 'too many requests', fault: { status: 429, body: '{}' }, code: 'RW_UPSTREAM_RATE_LIMITED' },
    { name: 'an expired credential', fault: { status: 401, body: '{"message":"Bad credentials"}' }, code: 'RW_CREDENTIAL_REJECTED' },
    { name: 'a credential without the right', fault: { status: 403, body: '{"message":"Resource not accessible by integration"}' }, code: 'RW_CREDENTIAL_FORBIDDEN' },
    { name: 'a right that the account has not', fault: { status: 403, body: '{"message":"Must have admin rights to Repository."}' }, code: 'RW_UPSTREAM_REFUSED' },
    { name: 'a failure', fault: { status: 502, body: '<html>Unicorn!</html>' }, code: 'RW_UPSTREAM_FAILED' },
    { name: 'a page in place of an answer', fault: { status: 200, body: '<html>login</html>' }, code: 'RW_FORGE_PROTOCOL' },
    { name: 'an answer of another shape', fault: { status: 200, body: '{"id":"seven"}' }, code: 'RW_FORGE_PROTOCOL' },
    { name: 'an answer that is nested without end', fault: { status: 200, body: `${'['.repeat(50)}${']'.repeat(50)}` }, code: 'RW_FORGE_PROTOCOL' },
    { name: 'an answer beyond the bound', fault: { status: 200, body: `"${'a'.repeat(9_000_000)}"` }, code: 'RW_FORGE_PROTOCOL' },
    { name: 'another encoding', fault: { status: 200, headers: { 'content-encoding': 'br' }, body: 'x' }, code: 'RW_FORGE_PROTOCOL' },
  ])('tells $name', async ({ fault, code }) => {
    fake.failNext(fault)
    await expect(read<'repository.view'>({ kind: 'repository.view' })).rejects.toMatchObject({ code })
  })

  it('takes the credential out of what GitHub says', async () => {
    for (const echo of [TOKEN, Buffer.from(TOKEN).toString('base64'), Buffer.from(TOKEN).toString('hex')]) {
      fake.failNext({ status: 422, body: JSON.stringify({ message: `no: ${echo}` }) })
      const error = await write(CREATE).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'RW_FORGE_REJECTED', message: expect.stringContaining('[credential]') as string })
      expect(String(error)).not.toContain(echo)
    }
  })

  it('takes the credential out of where GitHub leads', async () => {
    fake.failNext({ status: 301, headers: { location: `/api/v3/repos/acme/${TOKEN}` }, body: '{}' })
    const error = await read<'repository.view'>({ kind: 'repository.view' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'RW_FORGE_RENAMED', message: expect.stringContaining('acme/[credential]') as string })
  })

  it('takes a page with more in it than there are', async () => {
    fake.failNext({ status: 200, body: JSON.stringify(Array.from({ length: 140_000 }, () => ({ name: 'a', commit: { sha: 'b' } }))) })
    expect(await read<'branch.list'>({ kind: 'branch.list', limit: 10 })).toHaveLength(10)
  })

  it('says where the operator has to look when the credential is not taken', async () => {
    fake.failNext({ status: 401, body: '{"message":"Bad credentials"}' })
    await expect(read<'repository.view'>({ kind: 'repository.view' })).rejects.toMatchObject({ status: 503, hint: expect.stringContaining('environment variable TOKEN') as string })
  })
})

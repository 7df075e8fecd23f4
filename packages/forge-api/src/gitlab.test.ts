import type { ForgeChange, ForgeRead } from '@refward/core-policy'
import { type FakeProject, GitlabFake } from '@refward/testing-gitlab-fake'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiFixture, createApiFixture } from './testing/api-fixture.ts'
import type { ForgeAnswers, ReadOf, Written } from './types.ts'

const TOKEN = 'glpat-tokenOfTheGateway1'
const ALL = { state: 'all', limit: 1000, labels: [] } as const
const CREATE: ForgeChange = { kind: 'pull.create', title: 'mend it', body: 'It was broken.', head: 'agent/fixer/x', base: 'main', draft: true }
let fake: GitlabFake
let project: FakeProject
let fixture: ApiFixture

beforeAll(async () => {
  fake = await GitlabFake.start({ token: TOKEN, username: 'refward-bot' })
  fixture = await createApiFixture('gitlab', fake.origin, TOKEN)
})

beforeEach(() => {
  fake.projects.length = 0
  fake.seen.length = 0
  project = fake.addProject('acme/widget', ['main', 'agent/fixer/x'])
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

describe('a fake of GitLab', () => {
  it('opens, reads, edits, comments, closes and merges merge requests', async () => {
    expect(await write(CREATE)).toMatchObject({ pull: { number: 1, title: 'Draft: mend it', isDraft: true, author: 'refward-bot', head: { branch: 'agent/fixer/x', isSameRepository: true }, base: 'main', state: 'open' } })
    expect(await write({ kind: 'pull.draft', number: 1, draft: false })).toMatchObject({ pull: { title: 'mend it', isDraft: false } })
    await write({ kind: 'pull.edit', number: 1, body: 'It is whole.' })
    expect(await write({ kind: 'pull.comment', number: 1, body: 'hello' })).toMatchObject({ comment: { body: 'hello', url: expect.stringMatching(/merge_requests\/1#note_\d+$/) as string } })
    project.notes.push({ id: 9, on: 'merge_requests/1', body: 'added 1 commit', author: 'x', system: true })
    expect(await read<'pull.comments'>({ kind: 'pull.comments', number: 1, limit: 10 })).toMatchObject([{ body: 'hello' }])
    expect(await read<'pull.list'>({ kind: 'pull.list', query: { ...ALL, head: 'agent/fixer/x' } })).toMatchObject([{ number: 1, body: 'It is whole.' }])
    expect(await read<'pull.diff'>({ kind: 'pull.diff', number: 1 })).toContain('+mend it')
    expect(await read<'pull.checks'>({ kind: 'pull.checks', number: 1 })).toMatchObject([{ name: 'build', state: 'pass' }, { name: 'lint', state: 'pending' }])
    await write({ kind: 'pull.state', number: 1, state: 'closed' })
    expect(await write({ kind: 'pull.state', number: 1, state: 'open' })).toMatchObject({ pull: { state: 'open' } })
    await expect(write({ kind: 'pull.merge', number: 1, method: 'merge', headId: 'f'.repeat(40) })).rejects.toMatchObject({ code: 'RW_FORGE_CONFLICT' })
    expect(await write({ kind: 'pull.merge', number: 1, method: 'merge', headId: '2'.repeat(40) })).toMatchObject({ pull: { state: 'merged' } })
  })

  it('opens, reads, edits, comments and closes issues, whose numbers are their own', async () => {
    await write(CREATE)
    expect(await write({ kind: 'issue.create', title: 'it squeaks', body: '' })).toMatchObject({ issue: { number: 1, title: 'it squeaks' } })
    await write({ kind: 'issue.edit', number: 1, title: 'it squeaks loudly' })
    await write({ kind: 'issue.comment', number: 1, body: 'oil' })
    expect(await read<'issue.comments'>({ kind: 'issue.comments', number: 1, limit: 10 })).toMatchObject([{ body: 'oil' }])
    await write({ kind: 'issue.state', number: 1, state: 'closed' })
    expect(await read<'issue.list'>({ kind: 'issue.list', query: ALL })).toMatchObject([{ number: 1, title: 'it squeaks loudly', state: 'closed' }])
  })

  it('reads the project, branches, commits and pipelines, in the words of the others', async () => {
    expect(await read<'repository.view'>({ kind: 'repository.view' })).toMatchObject({ owner: 'acme', name: 'widget', defaultBranch: 'main', isPrivate: true })
    expect(await read<'branch.list'>({ kind: 'branch.list', limit: 10 })).toHaveLength(2)
    expect(await read<'commit.list'>({ kind: 'commit.list', limit: 1, branch: 'agent/fixer/x' })).toMatchObject([{ id: '2'.repeat(40) }])
    // To the forge that is another name of the same commit; here it is the name of a branch, and there is none.
    await expect(read<'commit.list'>({ kind: 'commit.list', limit: 1, branch: 'agent/fixer/any-1-g2222222' })).rejects.toMatchObject({ code: 'RW_FORGE_NOT_FOUND' })
    expect(await read<'run.list'>({ kind: 'run.list', query: { limit: 5 } })).toMatchObject([{ id: 55, status: 'completed', conclusion: 'failure' }])
    expect(await read<'run.view'>({ kind: 'run.view', id: 55 })).toMatchObject({ status: 'in_progress', conclusion: '' })
    expect(fake.seen.every(({ authorization, path }) => authorization === `Bearer ${TOKEN}` && path.startsWith('/api/v4/projects/acme%2Fwidget'))).toBe(true)
  })

  it('reads every page', async () => {
    for (let count = 0; count < 230; count++) await write({ kind: 'issue.create', title: `issue ${count}`, body: '' })
    expect(await read<'issue.list'>({ kind: 'issue.list', query: ALL })).toHaveLength(230)
  })

  it('tells errors in the words of GitLab, which nests them', async () => {
    await write(CREATE)
    await expect(write(CREATE)).rejects.toMatchObject({ code: 'RW_FORGE_CONFLICT', message: expect.stringContaining('Another open merge request already exists for this source branch: !1') as string })
    await expect(write({ ...CREATE, head: 'agent/fixer/none' })).rejects.toMatchObject({ code: 'RW_FORGE_REJECTED', message: expect.stringContaining('does not exist') as string })
    await expect(read<'pull.view'>({ kind: 'pull.view', number: 99 })).rejects.toMatchObject({ code: 'RW_FORGE_NOT_FOUND' })
    fake.failNext({ status: 401, body: '{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}' })
    await expect(read<'repository.view'>({ kind: 'repository.view' })).rejects.toMatchObject({ code: 'RW_CREDENTIAL_REJECTED', status: 503 })
    fake.failNext({ status: 429, headers: { 'retry-after': '60' }, body: 'Retry later\n' })
    await expect(read<'repository.view'>({ kind: 'repository.view' })).rejects.toMatchObject({ code: 'RW_UPSTREAM_RATE_LIMITED' })
  })

  it('tells the new path after a rename, and sends nothing there', async () => {
    fake.rename(project, 'acme/gadget')
    await expect(write({ kind: 'issue.create', title: 'x', body: '' })).rejects.toMatchObject({ code: 'RW_FORGE_RENAMED', message: expect.stringContaining('acme/gadget') as string })
    expect(project.issues).toEqual([])
  })
})

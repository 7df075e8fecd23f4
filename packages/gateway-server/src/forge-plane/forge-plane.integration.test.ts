import { API_ROUTES, type ForgeQuestion, type RepoId } from '@refward/core-policy'
import { type FakeRepository, GithubFake } from '@refward/testing-github-fake'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callControl } from '../testing/call-control.ts'
import { findAnswerProblems, findRequestProblems } from '../testing/openapi-check.ts'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

const REPO = 'hub/acme/widget' as RepoId
const TOKEN = 'ghs_tokenOfTheGateway0123456789abcdefghi'
const OWN = 'agent/fixer/topic'

let fake: GithubFake
let repository: FakeRepository
let gateway: TestGateway
let token: string

beforeAll(async () => {
  fake = await GithubFake.start({ token: TOKEN, login: 'refward-bot' })
  gateway = await startTestGateway('repositories:\n  hub/acme/widget: { read: ["*"], push: ["*"] }\n', {
    forges: `  hub: { kind: github, url: "${fake.origin}", credential: { env: HUB } }\n`,
    environment: { HUB: TOKEN },
  })
  token = await gateway.addAgent('fixer', [REPO])
})

beforeEach(() => {
  fake.repositories.length = 0
  fake.seen.length = 0
  repository = fake.addRepository('acme', 'widget', ['main', OWN, 'agent/fixer/second', 'agent/other/topic'])
})

afterAll(async () => {
  await gateway.close()
  await fake.close()
})

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> & { readonly error?: { readonly code: string; readonly problems?: readonly { readonly path: string }[] } }
}

async function call(path: string, body: unknown, bearer: string | undefined = token): Promise<Answer> {
  const route = `/api/v1/gh/${path}`
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${gateway.origin}${route}`, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }, body: text })
  const answer = { status: response.status, body: (await response.json()) as Answer['body'] }
  // Every answer of these tests is as it is described, and what is done was asked for as it is described.
  expect(findAnswerProblems(route, answer.status, answer.body)).toEqual([])
  expect(answer.status === 200 ? findRequestProblems(route, body) : []).toEqual([])
  return answer
}

const gh = (...args: readonly string[]): Promise<Answer> => call('execute', { args, repo: REPO, cwd_branch: OWN })

function writes(): number {
  return fake.seen.filter(({ method }) => method !== 'GET').length
}

describe('pull requests as JSON', () => {
  test('opened, commented on, edited, closed', async () => {
    const made = await call('pr/create', { repo: REPO, title: 'mend it', body: 'It was broken.', head: OWN })
    expect(made).toMatchObject({ status: 200, body: { success: true, request_id: expect.any(String) as string, pull_request: { number: 1, title: 'mend it', state: 'open', draft: false, head: { ref: OWN }, base: { ref: 'main' }, user: { login: 'refward-bot' } } } })
    expect(await call('pr/comment', { repo: REPO, number: 1, body: 'hello' })).toMatchObject({ status: 200, body: { comment: { body: 'hello' } } })
    expect(await call('pr/edit', { repo: REPO, number: 1, title: 'mend it well' })).toMatchObject({ status: 200, body: { pull_request: { title: 'mend it well', body: 'It was broken.' } } })
    expect(await call('pr/close', { repo: REPO, number: 1, comment: 'done' })).toMatchObject({ status: 200, body: { pull_request: { state: 'closed', merged: false } } })
    expect(repository.comments.map(({ body }) => body)).toEqual(['hello', 'done'])
  })

  test('what the policy, the forge and the scanner refuse', async () => {
    const pull = { repo: REPO, title: 'mend it', body: '', head: OWN, base: 'main' }
    expect(await call('pr/create', { ...pull, head: 'agent/other/topic' })).toMatchObject({ status: 403, body: { success: false, error: { code: 'RW_FORGE_BRANCH', rule: 'forge.pulls.create', hint: expect.stringContaining('git push') as string } } })
    expect(await call('pr/create', { ...pull, body: `${['gh', 'p_'].join('')}aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cF2hJ4` })).toMatchObject({ status: 422, body: { error: { code: 'RW_FORGE_SECRET' } } })
    expect(writes()).toBe(0)
    expect(await call('pr/create', { ...pull, base: 'nowhere' })).toMatchObject({ status: 502, body: { error: { code: 'RW_FORGE_REJECTED' } } })
    expect(await call('pr/comment', { repo: REPO, number: 99, body: 'x' })).toMatchObject({ status: 404 })
    expect(await call('pr/comment', { repo: 'hub/acme/other', number: 1, body: 'x' })).toMatchObject({ status: 404 })
    expect(await call('pr/comment', { repo: REPO, number: 1, body: 'x' }, 'rws_nothing')).toMatchObject({ status: 401 })
  })

  test.each([
    ['create', { repo: REPO, title: 7, body: 'x', head: OWN, merge: true }, ['title', 'body']],
    ['create', { repo: '', title: 'x', body: 'x', head: '', base: 'main', draft: 'yes' }, ['repo', 'head', 'draft']],
    ['comment', { repo: REPO, number: '1', body: '', as: 'admin' }, ['number', 'body', 'body']],
    ['comment', { repo: REPO, number: 0.5, body: 'x' }, ['number']],
    ['edit', { repo: REPO, number: 1 }, ['body']],
    ['edit', { repo: REPO, number: 1, state: 'closed' }, ['body', 'body']],
    ['edit', { repo: 7, number: -1, labels: [] }, ['repo', 'number', 'body']],
    ['close', { repo: REPO, number: 1, comment: '', reason: 'x' }, ['comment', 'body']],
    ['close', [], ['body']],
  ])('%s of %j: everything that is wrong is told, and nothing is sent', async (word, body, paths) => {
    const answer = await call(`pr/${word}`, body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'RW_ARGUMENT_INVALID' } } })
    expect(answer.body.error?.problems?.map(({ path }) => path).toSorted()).toEqual(paths.toSorted())
    expect(fake.seen).toEqual([])
    // The description refuses what the route refuses.
    expect(findRequestProblems(`/api/v1/gh/pr/${word}`, body)).not.toEqual([])
  })
})

describe('command lines of gh', () => {
  test('what is done is answered as gh would print it', async () => {
    expect(await gh('pr', 'create', '--title', 'mend it', '--body', 'x')).toMatchObject({ status: 200, body: { success: true, exit_code: 0, stdout: expect.stringContaining('/acme/widget/pull/1\n') as string, stderr: '' } })
    expect((await gh('pr', 'view', '1', '--json', 'number,state')).body['stdout']).toBe('{"number":1,"state":"OPEN"}\n')
  })

  test('a command that ends with another status is no refusal', async () => {
    await gh('pr', 'create', '--title', 'mend it', '--body', 'x')
    expect(await gh('pr', 'checks', '1')).toMatchObject({ status: 200, body: { success: false, exit_code: 8 } })
  })

  test('a refusal is an error, and what gh would print', async () => {
    expect(await gh('pr', 'merge', '1')).toMatchObject({ status: 404, body: { success: false, exit_code: 1 } })
    expect(await gh('pr', 'merge', '--auto')).toMatchObject({ status: 403, body: { exit_code: 1, stdout: '', stderr: expect.stringMatching(/^refward: /) as string } })
    expect(await gh('pr', 'list', '--nonsense', '--json')).toMatchObject({ status: 400, body: { exit_code: 1, error: { code: 'RW_ARGUMENT_UNKNOWN' } } })
    expect(await call('execute', { args: ['auth', 'status'] }, 'rws_nothing')).toMatchObject({ status: 401, body: { exit_code: 4 } })
    expect(writes()).toBe(0)
  })

  test.each([
    ['an unknown member', { args: ['auth', 'status'], cwd: '/work', env: {} }, ['body']],
    ['members of other types', { args: 'auth status', repo: 7, tty: 'yes' }, ['args', 'repo', 'tty']],
    ['an argument that is none', { args: ['auth', 7] }, ['args.1']],
    ['no arguments', {}, ['args']],
  ])('%s is refused', async (_, body, paths) => {
    const answer = await call('execute', body)
    expect(answer).toMatchObject({ status: 400, body: { exit_code: 1 } })
    expect(answer.body.error?.problems?.map(({ path }) => path).toSorted()).toEqual(paths)
    expect(findRequestProblems('/api/v1/gh/execute', body)).not.toEqual([])
  })

  test.each([
    ['what is no JSON', 'args=auth'],
    ['a member twice', '{"args":["auth","status"],"args":["pr","merge","1"]}'],
  ])('%s is refused, as it is described', async (_, body) => {
    expect(await call('execute', body)).toMatchObject({ status: 400, body: { error: { code: 'RW_REQUEST_MALFORMED' } } })
  })
})

describe('explained', () => {
  interface Explained {
    readonly status: number
    readonly body: { readonly error?: { readonly code: string }; readonly explanation?: { readonly outcome: string; readonly access: readonly object[]; readonly forge: readonly { readonly rule: string; readonly outcome: string; readonly rules: readonly object[] }[]; readonly assumptions: readonly string[] } }
  }

  async function explain(forge: readonly ForgeQuestion[], more: object = {}): Promise<Explained> {
    const response = await fetch(`${gateway.origin}/api/v1/explain`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ repository: REPO, forge, ...more }) })
    return { status: response.status, body: (await response.json()) as Explained['body'] }
  }

  async function explainToOperator(forge: readonly ForgeQuestion[]): Promise<Explained['body']> {
    return JSON.parse((await callControl(gateway.controlPath, 'POST', '/v1/agents/fixer/explain', { repository: REPO, forge })).body) as Explained['body']
  }

  test('what would happen happens', async () => {
    expect((await explain([{ action: 'pull.create', head: OWN }])).body.explanation).toMatchObject({ operation: 'forge', outcome: 'allow', forge: [{ action: 'pull.create', target: `${OWN} -> main`, outcome: 'allow', rule: 'branches.own[0]' }], assumptions: [] })
    await call('pr/create', { repo: REPO, title: 'x', body: '', head: OWN })
    repository.objects.push({ ...repository.objects[0], number: 2, id: 77, head: 'agent/other/topic' } as FakeRepository['objects'][number])
    const { body } = await explain([
      { action: 'pull.edit', number: 1 },
      { action: 'pull.edit', number: 2 },
      { action: 'pull.merge', number: 1 },
      { action: 'issue.comment', number: 1 },
      { action: 'pull.comment', number: 9 },
    ])
    expect(body.explanation?.forge.map(({ outcome, rule }) => `${outcome} ${rule}`)).toEqual(['allow ledger', 'deny forge.pulls.edit', 'deny forge.pulls.merge', 'deny forge.object', 'deny forge.object'])
    expect(await call('pr/edit', { repo: REPO, number: 2, title: 'x' })).toMatchObject({ body: { error: { code: 'RW_FORGE_NOT_OWNED', rule: 'forge.pulls.edit' } } })
  })

  test('the operator is told the same about the agent, and every rule', async () => {
    const questions: readonly ForgeQuestion[] = [{ action: 'pull.create', head: 'agent/other/topic', base: 'main' }]
    const self = (await explain(questions)).body.explanation
    const told = (await explainToOperator(questions)).explanation
    expect(told).toMatchObject({ agent: 'fixer', outcome: 'deny', forge: [{ rule: 'forge.pulls.create' }] })
    expect(self?.forge[0]?.rules).toMatchObject([{ outcome: 'allows' }, { outcome: 'refuses', code: 'RW_FORGE_BRANCH' }])
    expect(told?.forge[0]?.rules).toMatchObject([{ outcome: 'allows' }, { outcome: 'refuses' }, { rule: 'forge.pulls.base[0]', outcome: 'allows' }])
  })

  test('nothing is written, and what is never allowed costs the forge nothing', async () => {
    await explain([{ action: 'pull.merge', number: 1 }, { action: 'read' }])
    expect(fake.seen).toEqual([])
    await explain([{ action: 'pull.edit', number: 1 }])
    expect(writes()).toBe(0)
  })

  test('a repository that is not granted is not there', async () => {
    expect((await explain([{ action: 'read' }], { repository: 'hub/acme/other' })).body.explanation).toMatchObject({ outcome: 'deny', access: [{ code: 'RW_REPOSITORY_NOT_VISIBLE' }], forge: [] })
    expect(fake.seen).toEqual([])
  })

  test('a forge that cannot be asked is told', async () => {
    fake.failNext({ status: 500, body: '{}' })
    expect((await explain([{ action: 'pull.comment', number: 1 }])).body.explanation).toMatchObject({ outcome: 'allow', assumptions: [expect.stringContaining('the forge was not asked') as string, expect.anything(), expect.anything()] })
  })

  test.each([
    ['an action that is none', [{ action: 'pull.approve', number: 1 }], {}],
    ['a number that is missing', [{ action: 'pull.edit' }], {}],
    ['a member of another action', [{ action: 'issue.create', number: 1 }], {}],
    ['a push besides', [{ action: 'read' }], { push: [{ ref: 'refs/heads/x', action: 'push' }] }],
    ['too many', Array.from({ length: 21 }, () => ({ action: 'read' })), {}],
  ])('%s is refused', async (_, questions, more) => {
    const { status, body } = await explain(questions as readonly ForgeQuestion[], more)
    expect({ status, code: body.error?.code }).toEqual({ status: 400, code: 'RW_ARGUMENT_INVALID' })
    expect(fake.seen).toEqual([])
  })
})

test('every route of the forge plane is described', () => {
  const described = API_ROUTES.map(({ path }) => path).filter((path) => path.startsWith('/api/v1/gh/'))
  expect(described).toEqual(['execute', 'pr/create', 'pr/comment', 'pr/edit', 'pr/close'].map((path) => `/api/v1/gh/${path}`))
})

test('nothing was asked of GitHub, by all tests before, but what it describes', () => {
  expect(fake.violations).toEqual([])
})

import type { RepoId } from '@refward/core-policy'
import { type FakeRepository, GithubFake } from '@refward/testing-github-fake'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

const REPO = 'hub/acme/widget' as RepoId
const TOKEN = 'ghs_tokenOfTheGateway0123456789abcdefghi'
const OWN = 'agent/fixer/topic'
const LONG_MS = 200_000

let fake: GithubFake
let repository: FakeRepository
let gateway: TestGateway
let token: string

beforeAll(async () => {
  fake = await GithubFake.start({ token: TOKEN, login: 'refward-bot' })
})

beforeEach(async () => {
  fake.repositories.length = 0
  fake.clearFaults()
  repository = fake.addRepository('acme', 'widget', ['main', OWN, 'agent/fixer/second'])
  gateway = await startTestGateway('repositories:\n  hub/acme/widget: { read: ["*"], push: ["*"], forge: { pulls: { merge: own } } }\n', {
    forges: `  hub: { kind: github, url: "${fake.origin}", credential: { env: HUB } }\n`,
    environment: { HUB: TOKEN },
  })
  token = await gateway.addAgent('fixer', [REPO])
  return () => gateway.close()
})

afterAll(async () => {
  await fake.close()
})

interface Answer {
  readonly status: number
  readonly body: { readonly exit_code?: number; readonly stdout?: string; readonly error?: { readonly code: string } }
}

const gh = (...args: readonly string[]): Promise<Answer> => ghOf(token, ...args)

async function ghOf(session: string, ...args: readonly string[]): Promise<Answer> {
  const response = await fetch(`${gateway.origin}/api/v1/gh/execute`, { method: 'POST', headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' }, body: JSON.stringify({ args, repo: REPO, cwd_branch: OWN }) })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

const create = (): Promise<Answer> => gh('pr', 'create', '--title', 'mend it', '--body', 'It was\r\nbroken. ', '--base', 'main')

async function records(): Promise<readonly string[]> {
  const found = await gateway.ledger.history({ operation: 'forge-write', limit: 50 })
  return found.map(({ action = '', result = 'open', finishCode }) => [action, result, ...(finishCode === undefined ? [] : [finishCode])].join(' '))
}

const owned = (): Promise<readonly object[]> => gateway.ledger.ownedObjects('fixer' as never, REPO)
const settle = async (): Promise<readonly string[]> => (await gateway.forge.settle(AbortSignal.timeout(30_000))).map((one) => (one.kind === 'open' ? 'open' : one.outcome.result))

/** What a crash leaves: a decision that nobody sees to its end. */
async function crashDuring(work: () => Promise<unknown>): Promise<void> {
  const finished = gateway.ledger.finished
  Object.assign(gateway.ledger, { finished: () => Promise.reject(new Error('the machine stopped')) })
  try {
    await work()
  } finally {
    Object.assign(gateway.ledger, { finished })
  }
}

describe('the answer of the forge is lost, and the client still waits', () => {
  test.each(['after', 'cut'] as const)('a pull request that was made is told as made, and is the agent’s own (%s)', async (loss) => {
    fake.loseNext(loss)
    expect(await create()).toMatchObject({ status: 200, body: { exit_code: 0, stdout: expect.stringContaining('/pull/1\n') as string } })
    expect(repository.objects).toHaveLength(1)
    expect(await records()).toEqual(['pull.create done'])
    expect(await owned()).toEqual([{ kind: 'pull', number: 1, id: String(repository.objects[0]?.id) }])
  })

  test('an issue, a comment, an edit, a state and a merge', async () => {
    await create()
    fake.loseNext('after')
    expect((await gh('issue', 'create', '--title', ' it is broken ', '--body', '')).body.stdout).toContain('/issues/2')
    fake.loseNext('cut')
    expect((await gh('issue', 'comment', '2', '--body', 'hello')).body.stdout).toContain('#issuecomment-')
    fake.loseNext('after')
    expect((await gh('pr', 'review', '1', '--comment', '--body', 'looked')).body.exit_code).toBe(0)
    fake.loseNext('after')
    expect((await gh('pr', 'edit', '1', '--title', 'mend it well')).body.exit_code).toBe(0)
    fake.loseNext('after')
    expect((await gh('issue', 'close', '2')).body.exit_code).toBe(0)
    fake.loseNext('after')
    expect((await gh('pr', 'merge', '1')).body.exit_code).toBe(0)
    expect(await records()).toEqual(['pull.merge done', 'issue.state done', 'pull.edit done', 'pull.review done', 'issue.comment done', 'issue.create done', 'pull.create done'])
    expect(await owned()).toHaveLength(2)
  })

  test('what is not there is not told as made, nor as not made, and nothing is sent again', async () => {
    fake.loseNext('before')
    expect(await create()).toMatchObject({ status: 502, body: { exit_code: 1, error: { code: 'RW_FORGE_OUTCOME_UNKNOWN' } } })
    expect(repository.objects).toEqual([])
    expect(await records()).toEqual(['pull.create open'])
    expect(await settle()).toEqual(['open'])
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
    expect(await records()).toEqual(['pull.create unknown RW_FORGE_OUTCOME_UNKNOWN'])
    expect(await owned()).toEqual([])
  })

  test('what becomes visible later is the agent’s own from then on', async () => {
    fake.loseNext('before')
    await create()
    repository.objects.push({ number: 1, id: 4711, kind: 'pull', title: 'mend it', body: 'It was\nbroken.', state: 'open', base: 'main', head: OWN, headId: '2'.repeat(40), draft: false, author: 'refward-bot', createdAt: new Date().toISOString(), merged: false })
    expect(await settle()).toEqual(['done'])
    expect(await owned()).toEqual([{ kind: 'pull', number: 1, id: '4711' }])
  })
})

describe('a crash between the decision and its end', () => {
  test('is settled by what the forge has', async () => {
    await crashDuring(() => create())
    await crashDuring(() => gh('issue', 'create', '--title', 'it is broken', '--body', 'very'))
    await crashDuring(() => gh('issue', 'comment', '2', '--body', 'hello'))
    expect(await records()).toEqual(['issue.comment open', 'issue.create open', 'pull.create open'])
    expect(await settle()).toEqual(['done', 'done', 'done'])
    expect(await owned()).toEqual([{ kind: 'issue', number: 2, id: String(repository.objects[1]?.id) }, { kind: 'pull', number: 1, id: String(repository.objects[0]?.id) }])
    expect(JSON.stringify(await gateway.ledger.readAudit({ from: 1, limit: 100 }))).not.toContain('It was')
  })

  test('stays open while the forge cannot be asked', async () => {
    await crashDuring(() => create())
    for (let count = 0; count < 3; count++) fake.failNext({ status: 503, body: '{}' })
    expect(await settle()).toEqual(['open'])
    fake.clearFaults()
    expect(await settle()).toEqual(['done'])
  })
})

describe('what cannot be told is not told', () => {
  const pull = { number: 1, id: 4711, kind: 'pull', title: 'mend it', body: 'It was\nbroken.', state: 'open', base: 'main', head: OWN, headId: '2'.repeat(40), draft: false, author: 'refward-bot', createdAt: new Date().toISOString(), merged: false } as const

  test.each([
    ['somebody else opened it', { author: 'a-person' }],
    ['it has another text', { body: 'It was broken!' }],
    ['it goes elsewhere', { base: 'agent/fixer/second' }],
    ['it was there before', { createdAt: '2026-11-01T00:00:00Z' }],
    ['it says no time', { createdAt: '' }],
  ])('%s', async (_, other) => {
    fake.loseNext('before')
    await create()
    repository.objects.push({ ...pull, createdAt: new Date().toISOString(), ...other })
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
    expect(await owned()).toEqual([])
  })

  test('two that are alike', async () => {
    fake.loseNext('before')
    await gh('issue', 'create', '--title', 'x', '--body', '')
    for (const number of [1, 2]) repository.objects.push({ ...pull, kind: 'issue', number, id: 4000 + number, title: 'x', body: '', createdAt: new Date().toISOString() })
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
  })

  test('the same comment was asked for by somebody else at that time', async () => {
    await create()
    fake.loseNext('before')
    await gh('pr', 'comment', '1', '--body', 'ping')
    expect((await gh('pr', 'comment', '1', '--body', 'ping')).status).toBe(200)
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
    expect(repository.comments).toHaveLength(1)
  })

  test('another agent’s issue was given the same words later', async () => {
    const other = await gateway.addAgent('other', [REPO])
    fake.loseNext('before')
    await gh('issue', 'create', '--title', 'x', '--body', 'y')
    await ghOf(other, 'issue', 'create', '--title', 'of the other', '--body', '')
    await ghOf(other, 'issue', 'edit', '1', '--title', 'x', '--body', 'y')
    expect(repository.objects).toMatchObject([{ title: 'x', body: 'y', author: 'refward-bot' }])
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
    expect(await owned()).toEqual([])
    expect(await gateway.ledger.ownedObjects('other' as never, REPO)).toHaveLength(1)
  })

  test('so much was done since that nobody can see who else asked for the same', async () => {
    await create()
    fake.loseNext('before')
    await gh('pr', 'comment', '1', '--body', 'ping')
    const other = await gateway.addAgent('other', [REPO])
    expect((await ghOf(other, 'pr', 'comment', '1', '--body', 'ping')).status).toBe(200)
    const [last] = await gateway.ledger.history({ operation: 'forge-write', limit: 1 })
    if (last?.session === undefined || last.policy === undefined) throw new Error('nothing was recorded')
    const { request, agent, session, policy } = last
    const denied = { request, agent, session, policy, repo: REPO, operation: 'forge-write', refs: [], action: 'pull.merge', outcome: 'deny', rules: ['forge.pulls.merge'], codes: ['RW_FORGE_DENIED'] } as const
    for (let count = 0; count < 500; count++) await gateway.ledger.decided(denied)
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
  })

  test('the credential may not say whose it is', async () => {
    await crashDuring(() => create())
    fake.hideAccount = true
    gateway.passTime(LONG_MS)
    expect(await settle()).toEqual(['unknown'])
  })
})

test('a look that fails after a merge does not say that nothing was merged', async () => {
  await create()
  fake.failAfterNextChange({ status: 404, body: '{"message":"Not Found"}' })
  expect(await gh('pr', 'merge', '1')).toMatchObject({ status: 200 })
  expect(repository.objects[0]?.merged).toBe(true)
  expect((await records())[0]).toBe('pull.merge done')
})

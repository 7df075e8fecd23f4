import type { RepoId } from '@refward/core-policy'
import { type FakeRepository, GithubFake } from '@refward/testing-github-fake'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../testing/start-test-gateway.ts'

// Members of the classes "forge API that goes round the branch rules" and "gh tricks". Each row is tried on a forge that would do it, and after
// each the forge has seen no change, nothing of another repository, and the agent no credential.

const REPO = 'hub/acme/widget' as RepoId
const TOKEN = 'ghs_tokenOfTheGateway0123456789abcdefghi'
const OWN = 'agent/fixer/topic'
const HERE = 'repos/acme/widget'

let fake: GithubFake
let repository: FakeRepository
let gateway: TestGateway
let token: string

beforeAll(async () => {
  fake = await GithubFake.start({ token: TOKEN, login: 'refward-bot' })
  gateway = await startTestGateway('limits: { agent_per_minute: 10000 }\nrepositories:\n  hub/acme/widget: { read: ["*"], push: ["*"], forge: { pulls: { merge: own, base: [main] } } }\n  hub/acme/closed: { read: [nobody], push: [nobody] }\n', {
    forges: `  hub: { kind: github, url: "${fake.origin}", credential: { env: HUB } }\n`,
    environment: { HUB: TOKEN },
  })
  token = await gateway.addAgent('fixer', ['hub/acme/*'])
})

beforeEach(async () => {
  fake.repositories.length = 0
  fake.clearFaults()
  repository = fake.addRepository('acme', 'widget', ['main', 'release', OWN, 'agent/other/topic'])
  fake.addRepository('acme', 'closed', ['main'])
  await gh('pr', 'create', '--title', 'one', '--body', '', '--base', 'main')
  await gh('issue', 'create', '--title', 'two', '--body', '')
  add({ number: 3, head: 'agent/other/topic' })
  add({ number: 4, fork: 'stranger/widget' })
  fake.seen.length = 0
})

afterAll(async () => {
  await gateway.close()
  await fake.close()
})

type FakeObject = FakeRepository['objects'][number]

function add(members: Partial<FakeObject>): void {
  repository.objects.push({ number: 9, id: 5000 + repository.objects.length, kind: 'pull', title: 'a title', body: '', state: 'open', base: 'main', head: OWN, headId: '3'.repeat(40), draft: false, author: 'somebody', createdAt: '2026-11-01T00:00:00Z', merged: false, ...members })
}

interface Seen {
  readonly status: number
  readonly code: string | undefined
  readonly text: string
}

async function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const response = await fetch(`${gateway.origin}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }, body })
  const text = await response.text()
  return { status: response.status, code: (JSON.parse(text) as { error?: { code: string } }).error?.code, text }
}

const gh = (...args: readonly string[]): Promise<Seen> => post('/api/v1/gh/execute', JSON.stringify({ args, repo: REPO, cwd_branch: OWN }))

/** Nothing was changed, nothing of another repository was looked at, and no credential was told. */
function expectNothingGained({ text }: Seen): void {
  expect(fake.seen.filter(({ method }) => method !== 'GET')).toEqual([])
  expect(fake.seen.filter(({ path }) => !/^\/repos\/acme\/widget(?:\/|$)/.test(path))).toEqual([])
  expect(text).not.toContain(TOKEN)
}

const LONG = 'a'.repeat(5000)

describe('a command line that is written in another way', () => {
  test.each([
    ['the method in one word', ['api', '-XDELETE', HERE]],
    ['the method with a sign', ['api', '-X=DELETE', HERE]],
    ['the method behind the route', ['api', HERE, '-X', 'delete']],
    ['the method with a blank', ['api', '-X', ' GET', HERE]],
    ['a method that is longer', ['api', '-X', 'GETDELETE', HERE]],
    ['a method of look-alikes', ['api', '-X', 'РOST', `${HERE}/issues`, '-f', 'title=x']],
    ['a method with a NUL', ['api', '-X', 'GET\0DELETE', HERE]],
    ['the method of WebDAV', ['api', '-X', 'MOVE', HERE]],
    ['two routes', ['api', HERE, `${HERE}/hooks`]],
    ['an option as the route', ['api', '--', '-XDELETE']],
    ['the repository in one word', ['pr', 'list', '-Racme/closed']],
    ['the repository with a sign', ['pr', 'list', '--repo=acme/closed']],
    ['the repository twice', ['pr', 'list', '--repo=acme/widget', '-R', 'acme/closed']],
    ['a repository before the command', ['-Racme/closed', 'pr', 'list']],
    ['a repository with another host', ['pr', 'list', '-R', 'github.com/acme/widget']],
    ['a host that ends alike', ['pr', 'list', '-R', '127.0.0.1.evil.example/acme/widget']],
    ['a host with user info', ['pr', 'list', '-R', 'https://127.0.0.1@evil.example/acme/widget']],
    ['a host of look-alikes', ['pr', 'list', '-R', '１27.0.0.1/acme/widget']],
    ['a repository of look-alikes', ['pr', 'list', '-R', 'аcme/widget']],
    ['a repository that climbs', ['pr', 'list', '-R', 'acme/widget/../closed']],
    ['a repository with a backslash', ['pr', 'list', '-R', String.raw`acme\closed`]],
    ['an address as the number', ['pr', 'close', 'https://github.com/acme/widget/pull/1']],
    ['an address that climbs', ['pr', 'close', 'https://127.0.0.1/acme/widget/../closed/pull/1']],
    ['a number with a path', ['pr', 'close', '1/../../../closed/pulls/1']],
    ['a number in another base', ['pr', 'close', '0x1']],
    ['a number with an exponent', ['issue', 'close', '1e0']],
    ['a number of full-width digits', ['issue', 'close', '１']],
    ['a number that overflows', ['issue', 'close', '18446744073709551617']],
    ['two hashes', ['issue', 'close', '##1']],
    ['an abbreviated option', ['pr', 'merge', '1', '--adm']],
    ['an option with another dash', ['pr', 'merge', '1', '–admin']],
    ['an option in capitals', ['pr', 'merge', '1', '--ADMIN']],
    ['an option behind the end of options', ['pr', 'merge', '--', '--admin']],
    ['a cluster with a refused one', ['pr', 'merge', '1', '-sd']],
    ['a command in capitals', ['PR', 'merge', '1']],
    ['a command with a blank', ['pr ', 'merge', '1']],
    ['an alias that gh brings', ['co', '1']],
    ['an empty argument', ['', 'pr', 'list']],
    ['a text that is too long', ['pr', 'comment', '1', '-b', 'a'.repeat(70_001)]],
    ['a file by its descriptor', ['pr', 'comment', '1', '-F', '/dev/stdin']],
    ['a file as a field', ['api', `${HERE}/issues`, '-f', 'title=x', '-Fbody=@/proc/self/environ']],
    ['the standard input as a field', ['api', `${HERE}/issues`, '-f', 'title=x', '-F', 'body=@-']],
    ['a body of its own', ['api', `${HERE}/issues`, '--input', '-']],
    ['a header', ['api', HERE, '-HX-HTTP-Method-Override:DELETE']],
    ['a preview', ['api', HERE, '-p', 'merge-queue']],
    ['a cache', ['api', HERE, '--cache', '1h']],
    ['another host by its flag', ['api', HERE, '--hostname=evil.example']],
  ])('%s', async (_, args) => {
    const seen = await gh(...args)
    expect({ args, refused: seen.status >= 400 }).toEqual({ args, refused: true })
    expectNothingGained(seen)
  })
})

describe('a route that is written in another way', () => {
  test.each([
    ['an encoded slash', `${HERE}%2Fhooks`],
    ['an encoded slash in capitals', `${HERE}%2fhooks`],
    ['a doubly encoded one', `${HERE}%252Fhooks`],
    ['an overlong encoding', `${HERE}%c0%afhooks`],
    ['an encoded dot segment', `${HERE}/%2e%2e/closed`],
    ['a half encoded dot segment', `${HERE}/.%2e/closed`],
    ['a dot segment at the end', `${HERE}/..`],
    ['a dot segment with a blank', `${HERE}/.. /closed`],
    ['a dot segment with matrix parameters', `${HERE}/..;/closed`],
    ['matrix parameters on a route', `${HERE}/pulls;state=all`],
    ['matrix parameters on a number', `${HERE}/pulls/1;/merge`],
    ['a doubled slash within', `${HERE}//pulls`],
    ['three slashes in front', `///${HERE}`],
    ['a backslash within', `${HERE}/pulls\\1`],
    ['a backslash that climbs', `${HERE}\\..\\closed`],
    ['a tab', `${HERE}/pulls\t`],
    ['a line end', `${HERE}/pulls\nX-A: b`],
    ['a NUL', `${HERE}/pulls\0/hooks`],
    ['a soft hyphen', `${HERE}/pul\u00adls`],
    ['a slash of another script', `${HERE}∕hooks`],
    ['letters of another script', `${HERE}/рulls`],
    ['another form of the repository', 'repos/acme/widget.git/pulls'],
    ['the number of the repository', `repositories/1001/pulls`],
    ['the address of the API', '/api/v3/repos/acme/widget'],
    ['an address of the forge itself', `http://127.0.0.1/api/v3/${HERE}`],
    ['a placeholder for another', 'repos/{owner}/closed'],
    ['a placeholder within a word', 'repos/{owner}x/{repo}'],
    ['a placeholder of a branch', `${HERE}/branches/{branch}`],
    ['a query that names the method', `${HERE}/pulls?_method=PUT`],
    ['a query with an encoded name', `${HERE}/pulls?%5fmethod=PUT`],
    ['a query with a nested name', `${HERE}/pulls?a[b]=c`],
    ['a query with a credential', `${HERE}/pulls?private_token=x`],
    ['a query with another repository', `${HERE}/issues?repo=acme/closed`],
    ['a page of another kind', `${HERE}/pulls?page=0`],
    ['a page with a sign', `${HERE}/pulls?page=-1`],
    ['a page without end', `${HERE}/pulls?per_page=1000000`],
    ['a fragment', `${HERE}/pulls#x`],
    ['a suffix of a format', `${HERE}/pulls/1.patch`],
    ['a search over all', 'search/issues'],
    ['notifications', 'notifications'],
    ['the user of the credential', 'user'],
    ['the repositories of the credential', 'user/repos'],
    ['the rate of the credential', 'rate_limit'],
    ['an archive', `${HERE}/tarball/main`],
    ['a comparison', `${HERE}/compare/main...agent`],
    ['a file', `${HERE}/contents/x`],
    ['a tree', `${HERE}/git/trees/main`],
    ['a collaborator', `${HERE}/collaborators`],
    ['a route without end', `${HERE}/${LONG}`],
  ])('%s', async (_, endpoint) => {
    for (const args of [['api', endpoint], ['api', endpoint, '-f', 'title=x'], ['api', '-XPOST', endpoint]]) {
      const seen = await gh(...args)
      expect({ args, refused: seen.status >= 400 }).toEqual({ args, refused: true })
      expectNothingGained(seen)
    }
  })
})

describe('fields that are written in another way', () => {
  test.each([
    ['a prototype', ['__proto__=x']],
    ['a constructor', ['constructor=x']],
    ['a member of the prototype', ['toString=x']],
    ['a nested prototype', ['a[__proto__][b]=x']],
    ['a nested field', ['labels[]=merge']],
    ['a nested name', ['title[x]=y']],
    ['a name with a dot', ['title.x=y']],
    ['a name of look-alikes', ['tіtle=y']],
    ['a name in capitals', ['TITLE=y']],
    ['a name twice', ['title=y']],
    ['an assignee', ['assignees=x']],
    ['a milestone', ['milestone=1']],
    ['no name', ['=x']],
    ['a NUL', ['body=a\0b']],
  ])('%s', async (_, fields) => {
    const seen = await gh('api', `${HERE}/issues`, '-f', 'title=x', ...fields.flatMap((field) => ['-f', field]))
    expect({ refused: seen.status >= 400 }).toEqual({ refused: true })
    expectNothingGained(seen)
  })

  test.each([
    ['a member of the prototype', `{"args":["auth","status"],"__proto__":{"tty":true}}`],
    ['a member twice within', `{"args":["auth","status"],"repo":"hub/acme/widget","repo":"hub/acme/closed"}`],
    ['a member twice, once encoded', String.raw`{"repo":"hub/acme/widget","args":["pr","list"],"r\u0065po":"hub/acme/closed"}`],
    ['a byte order mark', '\ufeff{"args":["auth","status"]}'],
    ['something behind it', '{"args":["auth","status"]} {"args":["pr","merge","1"]}'],
    ['a comment', '{"args":["auth","status"]/**/}'],
    ['a list', '[{"args":["auth","status"]}]'],
    ['a text', '"args"'],
  ])('a body with %s', async (_, body) => {
    const seen = await post('/api/v1/gh/execute', body)
    expect(seen.status).toBe(400)
    expectNothingGained(seen)
  })

  test.each([
    ['x-http-method-override', 'DELETE'],
    ['x-method-override', 'PUT'],
    ['x-rewrite-url', '/v1/agents'],
    ['x-original-url', '/v1/agents'],
  ])('a header %s', async (name, value) => {
    const seen = await post('/api/v1/gh/execute', '{"args":["auth","status"]}', { [name]: value })
    expect(seen.status).toBe(400)
    expectNothingGained(seen)
  })

  test.each(['/api/v1/gh//execute', '/api/v1/gh/execute/', '/api/v1/gh/./execute', '/api/v1//gh/execute', '/API/v1/gh/execute', '/api/v1/gh/execute;x', '/api/v1/gh/pr/merge', '/api/v1/gh/pr/create?repo=hub/acme/closed'])('the address %s', async (path) => {
    const response = await fetch(`${gateway.origin}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '{"args":["pr","list"]}' })
    // What stands between may fold dots; then it is the one spelling that there is.
    expect(path.includes('/./') ? 200 : response.status).toBeOneOf(path.includes('/./') ? [200] : [400, 404])
    expect(fake.seen.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

describe('numbers of something else', () => {
  test.each([
    ['an issue as a pull request', ['pr', 'view', '2']],
    ['closing an issue as a pull request', ['pr', 'close', '2']],
    ['commenting on an issue as a pull request', ['pr', 'comment', '2', '-b', 'x']],
    ['reviewing an issue', ['pr', 'review', '2', '-c', '-b', 'x']],
    ['a pull request as an issue', ['issue', 'view', '1']],
    ['closing a pull request as an issue', ['issue', 'close', '1']],
    ['editing the pull request of another as an issue', ['issue', 'edit', '3', '-t', 'x']],
    ['commenting on a pull request as an issue', ['issue', 'comment', '1', '-b', 'x']],
    ['the issue by the route of pull requests', ['api', `${HERE}/pulls/2`]],
    ['the pull request by the route of issues', ['api', `${HERE}/issues/1`]],
    ['a review on an issue by route', ['api', `${HERE}/pulls/2/reviews`, '-f', 'body=x', '-f', 'event=COMMENT']],
    ['one that is not there', ['pr', 'close', '77']],
  ])('%s', async (_, args) => {
    const seen = await gh(...args)
    expect(seen).toMatchObject({ status: 404, code: 'RW_FORGE_NOT_FOUND' })
    expectNothingGained(seen)
  })
})

describe('what is not the agent’s own', () => {
  test.each([
    ['the pull request of another agent', '3'],
    ['one of a fork whose branch has the agent’s name', '4'],
  ])('%s is not edited, closed, marked or merged', async (_, number) => {
    for (const args of [['pr', 'edit', number, '-t', 'x'], ['pr', 'close', number], ['pr', 'reopen', number], ['pr', 'ready', number], ['pr', 'merge', number]]) {
      const seen = await gh(...args)
      expect({ args, code: seen.code }).toEqual({ args, code: 'RW_FORGE_NOT_OWNED' })
      expectNothingGained(seen)
    }
  })

  test('a pull request that somebody opened from the agent’s branch into another one is not merged there', async () => {
    add({ number: 5, base: 'release' })
    const seen = await gh('pr', 'merge', '5')
    expect(seen).toMatchObject({ status: 403, code: 'RW_FORGE_BRANCH' })
    expectNothingGained(seen)
  })

  test('a number of the ledger in a repository that was made again is another’s', async () => {
    repository.objects.length = 0
    add({ number: 1, head: 'agent/other/topic' })
    const seen = await gh('pr', 'close', '1')
    expect(seen.code).toBe('RW_FORGE_NOT_OWNED')
    expectNothingGained(seen)
  })
})

describe('a text that is not what it looks like', () => {
  const [first, second] = [TOKEN.slice(0, 20), TOKEN.slice(20)]

  test.each([
    ['a credential over title and body', ['-t', first, '-b', second], 'RW_OWN_CREDENTIAL'],
    ['a credential over body and title', ['-t', second, '-b', first], 'RW_OWN_CREDENTIAL'],
    ['a control of eight bits in the body', ['-t', 'x', '-b', 'a\u009b2Jb'], 'RW_FORGE_TEXT'],
    ['words turned round in the title', ['-t', 'safe \u202egnihton', '-b', ''], 'RW_FORGE_TEXT'],
    ['words turned round in the body', ['-t', 'x', '-b', 'a \u2066b'], 'RW_FORGE_TEXT'],
  ])('%s', async (_, texts, code) => {
    const seen = await gh('issue', 'create', ...texts)
    expect(seen.code).toBe(code)
    expectNothingGained(seen)
  })
})

describe('a forge that says the credential in its answer', () => {
  /** Every text of the answer, whatever stands between its letters. */
  const letters = ({ text }: Seen): string => (JSON.parse(text) as { readonly stdout: string }).stdout.replaceAll(/[^A-Za-z0-9_]/g, '')

  test.each([
    ['as it is', '.body'],
    ['letter by letter', '.body | split("") | join("-")'],
    ['in two halves', '.body | .[0:20], .[20:]'],
    ['from behind', '.body | split("") | reverse | join(" ")'],
    ['in capitals', '.body | ascii_upcase'],
    ['by a comparison', '.body | startswith("ghs_tokenOf")'],
    ['as a member', '[.body | split("")[] | {key: ., value: 1}] | map(.key) | join(".")'],
  ])('does not tell it to an expression: %s', async (_, expression) => {
    const [, issue] = repository.objects
    Object.assign(issue ?? {}, { body: TOKEN })
    const seen = await gh('issue', 'view', '2', '--json', 'body', '--jq', expression)
    expect(seen.status).toBe(200)
    for (const form of [TOKEN, TOKEN.toUpperCase(), Array.from(TOKEN).toReversed().join('')]) expect(letters(seen)).not.toContain(form)
    expect(letters(seen)).not.toContain('true')
  })
})

describe('something happens between the look and the change', () => {
  test('a branch that moved is not merged', async () => {
    fake.interfereWithNextChange(() => void Object.assign(repository.objects[0] ?? {}, { headId: '9'.repeat(40) }))
    expect(await gh('pr', 'merge', '1')).toMatchObject({ status: 409, code: 'RW_FORGE_CONFLICT' })
    expect(repository.objects[0]?.merged).toBe(false)
  })

  test('a repository that goes to another owner is not followed', async () => {
    fake.interfereWithNextChange(() => fake.rename(repository, 'widget', 'evil'))
    const seen = await gh('pr', 'comment', '1', '-b', 'x')
    expect(seen.status).toBeGreaterThanOrEqual(400)
    expect(repository.comments).toEqual([])
    fake.seen.length = 0
    const after = await gh('pr', 'list')
    expect(after).toMatchObject({ code: 'RW_FORGE_RENAMED' })
    expect(fake.seen.every(({ path }) => /^\/(?:repos\/acme\/widget|repositories\/\d+)(?:\/|$)/.test(path))).toBe(true)
  })

  test.each([301, 302, 303, 307, 308])('a change is not sent after a redirect (%i)', async (status) => {
    fake.redirectNextChange(status, '/api/v3/repos/acme/closed/issues')
    const seen = await gh('issue', 'create', '-t', 'x', '-b', 'y')
    expect(seen.status).toBeGreaterThanOrEqual(400)
    expect(fake.repositories.every(({ objects }) => objects.every(({ title }) => title !== 'x'))).toBe(true)
    expect(fake.seen.filter(({ path }) => path.includes('closed'))).toEqual([])
  })

  test('the next page is a number and no address', async () => {
    fake.failNext({ status: 200, headers: { link: `<${fake.origin}/api/v3/repos/acme/closed/pulls?page=2>; rel="next"` }, body: '[]' })
    const seen = await gh('api', `${HERE}/pulls`, '--paginate')
    expect(seen.status).toBe(200)
    expectNothingGained(seen)
  })

  test('a pull request that was merged or closed meanwhile stays so', async () => {
    fake.interfereWithNextChange(() => void Object.assign(repository.objects[0] ?? {}, { merged: true, state: 'closed' }))
    await gh('pr', 'edit', '1', '-t', 'another title')
    expect(repository.objects[0]).toMatchObject({ merged: true, state: 'closed' })
    expect((await gh('pr', 'view', '1', '--json', 'state')).text).toContain('MERGED')
  })
})

test('nothing was asked of GitHub, by all tests before, but what it describes', () => {
  expect(fake.violations).toEqual([])
})

import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { GhClient, readDeeds } from './world/gh-client.ts'
import { GiteaWorld } from './world/gitea-world.ts'

let world: GiteaWorld
let repository: GiteaRepository
let agent: GhClient

const CONFIG = `defaults: { read: ["*"], push: ["*"] }
repositories:
  forge/acme/widget:
    visible: [refs/heads/main, "refs/heads/agent/**"]
    forge: { routes: [{ method: GET, path: labels }, { method: GET, path: hooks/missing }] }
  forge/acme/unbound: { credential: { env: NOT_SET } }
  forge/acme/expired: { credential: { file: expired.token, username: refward, mode: user } }
  forge/acme/closed: { read: [nobody], push: [nobody] }
`

/** Names a terminal's window, and wipes it. */
const STEERING = '\u001b]0;gone\u0007\u001b[2J'

beforeAll(async () => {
  world = await GiteaWorld.create({ botScopes: ['write:repository', 'write:issue'], config: CONFIG, tokenFiles: { 'expired.token': ['write:repository'] } })
  repository = await world.createEmpty('widget', { hasCommit: true })
  for (const name of ['unbound', 'expired', 'closed']) await world.createEmpty(name, { hasCommit: true })
  await vi.waitUntil(async () => (await repository.refs()).size > 0, { timeout: 20_000 })
  for (const branch of ['agent/fixer/topic', 'agent/other/topic', 'hidden/plan']) {
    await world.onForge(repository, 'POST', '/branches', { new_branch_name: branch, old_branch_name: 'main' })
    await world.commitOnForge(repository, `${branch.replaceAll('/', '-')}.txt`, branch)
  }
  await world.onForge(repository, 'POST', '/contents/steering.txt', { branch: 'agent/other/topic', content: Buffer.from(`a ${STEERING}\n`).toString('base64'), message: 'write' })
  for (const head of ['agent/fixer/topic', 'agent/other/topic', 'hidden/plan']) await world.onForge(repository, 'POST', '/pulls', { title: `from ${head}`, body: 'x', head, base: 'main' })
  agent = new GhClient(world.gateway, await world.gateway.addAgent('fixer', ['forge/acme/*']), { repo: 'forge/acme/widget', branch: 'agent/fixer/topic' })
}, 60_000)

afterAll(() => world.close())

/** Everything on the forge that an agent could have changed. */
async function stateOfForge(): Promise<string> {
  const paths = ['', '/branches', '/pulls?state=all', '/issues?state=all&type=all', '/issues/comments', '/keys', '/hooks', '/releases', '/labels', '/collaborators']
  const parts = await Promise.all(paths.map((path) => world.gitea.api.try({ method: 'GET', path: `/repos/acme/widget${path}` })))
  return JSON.stringify([parts.map(({ body }) => body), [...(await repository.refs())]])
}

async function expectRefused(args: readonly string[], codes: readonly string[]): Promise<void> {
  const seen = await agent.gh(args)
  expect({ args, code: seen.code, stdout: seen.stdout, refused: seen.status >= 400 && seen.exitCode !== 0 }).toEqual({ args, code: expect.toBeOneOf([...codes]) as string, stdout: '', refused: true })
}

const HERE = 'repos/acme/widget'

describe('an agent that goes round the rules', () => {
  it.each([
    { name: 'merging by route', args: ['api', '-X', 'PUT', `${HERE}/pulls/1/merge`] },
    { name: 'merging by Gitea own route', args: ['api', '-XPOST', `${HERE}/pulls/1/merge`, '-f', 'Do=merge'] },
    { name: 'deleting in a cluster', args: ['api', '-XDELETE', HERE] },
    { name: 'deleting with the method behind the route', args: ['api', `${HERE}/branches/main`, '--method=DELETE'] },
    { name: 'an encoded route', args: ['api', `${HERE}%2Fhooks`] },
    { name: 'a doubled slash', args: ['api', `${HERE}//hooks`] },
    { name: 'a climb', args: ['api', `${HERE}/pulls/../hooks`] },
    { name: 'a climb into another repository', args: ['api', `${HERE}/../closed`] },
    { name: 'a method in a header', args: ['api', HERE, '-H', 'X-HTTP-Method-Override: DELETE'] },
    { name: 'a method in the query', args: ['api', `${HERE}?_method=DELETE`] },
    { name: 'an approval', args: ['api', `${HERE}/pulls/1/reviews`, '-f', 'event=APPROVED', '-f', 'body=x'] },
    { name: 'a pending review', args: ['api', `${HERE}/pulls/1/reviews`, '-f', 'body=x'] },
    { name: 'a mutation', args: ['api', 'graphql', '-f', 'query=mutation{x}'] },
    { name: 'a key', args: ['api', `${HERE}/keys`, '-f', 'title=x', '-f', 'key=y'] },
    { name: 'a file of the gateway as a field', args: ['api', `${HERE}/issues`, '-f', 'title=x', '-F', 'body=@/etc/passwd'] },
    { name: 'a file of the gateway as a body', args: ['pr', 'comment', '1', '--body-file', '/etc/passwd'] },
    { name: 'another host', args: ['pr', 'list', '-R', 'evil.example/acme/widget'] },
    { name: 'another host by option', args: ['api', HERE, '--hostname', 'evil.example'] },
    { name: 'an address as a number', args: ['pr', 'comment', 'https://evil.example/acme/widget/pull/1', '-b', 'x'] },
    { name: 'an address of another repository', args: ['pr', 'comment', 'https://127.0.0.1/acme/closed/pull/1', '-b', 'x'] },
    { name: 'the token', args: ['auth', 'token'] },
    { name: 'the token by option', args: ['auth', 'status', '-t'] },
    { name: 'an alias', args: ['alias', 'set', 'x', '!sh'] },
    { name: 'an extension', args: ['extension', 'exec', 'x'] },
    { name: 'an option before the command', args: ['--repo', 'acme/closed', 'pr', 'list'] },
    { name: 'admin rights', args: ['pr', 'merge', '1', '--admin'] },
    { name: 'merging later', args: ['pr', 'merge', '1', '--auto'] },
    { name: 'merging', args: ['pr', 'merge', '1'] },
    { name: 'approving', args: ['pr', 'review', '1', '-a'] },
    { name: 'a label that merges', args: ['pr', 'edit', '1', '--add-label', 'automerge'] },
    { name: 'deleting a branch by closing', args: ['pr', 'close', '1', '-d'] },
    { name: 'a release', args: ['release', 'create', 'v1'] },
    { name: 'a workflow', args: ['workflow', 'run', 'x'] },
    { name: 'a secret', args: ['secret', 'set', 'X', '-b', 'y'] },
    { name: 'a method with a sign', args: ['api', '-X=DELETE', `${HERE}/branches/main`] },
    { name: 'a method in lower case behind the route', args: ['api', `${HERE}/pulls/1/merge`, '-X', 'post', '-f', 'Do=merge'] },
    { name: 'an encoded climb', args: ['api', `${HERE}/%2e%2e/closed`] },
    { name: 'a climb with matrix parameters', args: ['api', `${HERE}/..;/closed`] },
    { name: 'a backslash', args: ['api', `${HERE}\\..\\closed`] },
    { name: 'matrix parameters', args: ['api', `${HERE}/pulls/1;/merge`, '-f', 'Do=merge'] },
    { name: 'a method in a field', args: ['api', `${HERE}/pulls/1`, '-f', '_method=DELETE'] },
    { name: 'the number of the repository', args: ['api', 'repositories/1'] },
    { name: 'Gitea own route to dispatch a workflow', args: ['api', `${HERE}/actions/workflows/x.yml/dispatches`, '-f', 'ref=main'] },
    { name: 'Gitea own route to update a pull request', args: ['api', '-XPOST', `${HERE}/pulls/1/update`] },
    { name: 'Gitea own route to hand the repository on', args: ['api', `${HERE}/transfer`, '-f', 'new_owner=refward'] },
    { name: 'Gitea own route to act as somebody', args: ['api', `${HERE}/issues?sudo=acme`] },
    { name: 'Gitea own parameter for a credential', args: ['api', `${HERE}/issues?token=x`] },
  ])('gains nothing by $name', async ({ args }) => {
    const before = await stateOfForge()
    await expectRefused(args, ['RW_FORGE_ROUTE', 'RW_GH_REFUSED', 'RW_GH_USAGE', 'RW_ARGUMENT_DENIED', 'RW_ARGUMENT_VALUE', 'RW_ARGUMENT_COMMAND', 'RW_ARGUMENT_UNKNOWN', 'RW_FORGE_DENIED'])
    expect(await stateOfForge()).toBe(before)
  })

  it('cannot touch what is anothers, by any spelling of its number', async () => {
    const before = await stateOfForge()
    for (const select of ['2', '#2', 'agent/other/topic', `${world.gitea.origin}/acme/widget/pulls/2`]) await expectRefused(['pr', 'close', select], ['RW_FORGE_NOT_OWNED'])
    await expectRefused(['api', `${HERE}/issues/2`, '-X', 'PATCH', '-f', 'state=closed'], ['RW_FORGE_ROUTE'])
    expect(await stateOfForge()).toBe(before)
    expect(readDeeds(await world.gateway.audit()).filter((deed) => deed === 'deny pull.state RW_FORGE_NOT_OWNED')).toHaveLength(4)
  })

  it('does not touch what a fork offers from a branch of its name, nor take an issue for a pull request or the other way round', async () => {
    const stranger = await world.gitea.createUser('stranger')
    await world.gitea.api.call({ method: 'PUT', path: '/repos/acme/widget/collaborators/stranger', body: { permission: 'read' } })
    const authorization = `Basic ${Buffer.from(`${stranger.name}:${stranger.password}`).toString('base64')}`
    await world.gitea.api.call({ method: 'POST', path: '/repos/acme/widget/forks', body: { name: 'widget' }, authorization })
    await world.gitea.api.call({ method: 'POST', path: '/repos/stranger/widget/contents/fork.txt', body: { branch: 'main', new_branch: 'agent/fixer/fork', content: 'eAo=', message: 'x' }, authorization })
    const pull = (await world.gitea.api.call({ method: 'POST', path: '/repos/acme/widget/pulls', body: { title: 'from a fork', head: 'stranger:agent/fixer/fork', base: 'main' }, authorization })) as { readonly number: number }
    const issue = (await world.gitea.api.call({ method: 'POST', path: '/repos/acme/widget/issues', body: { title: 'an issue' }, authorization })) as { readonly number: number }
    // The forge itself goes on with a pull request for a moment after it was opened.
    const state = async (): Promise<unknown> => ((await world.gitea.api.call({ method: 'GET', path: '/repos/acme/widget/issues?state=all&type=all' })) as readonly Record<string, unknown>[]).map(({ title, state: stands, comments }) => [title, stands, comments])
    const before = await state()
    for (const args of [['pr', 'close', `${pull.number}`], ['pr', 'edit', `${pull.number}`, '-t', 'x'], ['pr', 'ready', `${pull.number}`, '--undo']]) await expectRefused(args, ['RW_FORGE_NOT_OWNED'])
    for (const args of [['pr', 'close', `${issue.number}`], ['pr', 'comment', `${issue.number}`, '-b', 'x'], ['issue', 'close', `${pull.number}`], ['issue', 'comment', '1', '-b', 'x'], ['api', `${HERE}/pulls/${issue.number}`], ['api', `${HERE}/issues/1`]]) await expectRefused(args, ['RW_FORGE_NOT_FOUND'])
    expect(await state()).toEqual(before)
  })

  it('sees nothing of branches that it is not shown', async () => {
    expect((await agent.gh(['pr', 'list'])).stdout).not.toContain('hidden')
    expect((await agent.gh(['api', `${HERE}/pulls`])).stdout).not.toContain('hidden')
    expect((await agent.gh(['api', `${HERE}/branches`])).stdout).not.toContain('hidden')
    for (const args of [['pr', 'view', '3'], ['pr', 'diff', '3'], ['pr', 'checks', '3'], ['pr', 'view', 'hidden/plan'], ['pr', 'comment', '3', '-b', 'x'], ['api', `${HERE}/pulls/3`], ['api', `${HERE}/pulls/3/reviews`], ['api', `${HERE}/issues/3`], ['api', `${HERE}/issues/3/comments`], ['api', `${HERE}/commits?sha=hidden/plan`]]) {
      await expectRefused(args, ['RW_FORGE_NOT_FOUND'])
    }
  })

  it('sees no commits of another branch by a name that only looks like one of its own', async () => {
    const hidden = (await repository.refs()).get('refs/heads/hidden/plan') ?? ''
    await world.onForge(repository, 'POST', '/tags', { tag_name: 'agent/fixer/tag', target: 'hidden/plan' })
    for (const name of [`agent/x-1-g${hidden}`, `agent/x-1-g${hidden.slice(0, 5)}`, 'agent/fixer/tag', 'agent/fixer/topic~1', 'agent/fixer/topic@{0}', 'agent/fixer/topic..hidden/plan', 'agent/fixer/../../hidden/plan']) {
      await expectRefused(['api', '-X', 'GET', `${HERE}/commits`, '-f', `sha=${name}`], ['RW_FORGE_NOT_FOUND'])
    }
    expect((await agent.gh(['api', `${HERE}/commits?sha=agent/fixer/topic`, '-q', '.[0].commit.message'])).stdout).toBe('write agent-fixer-topic.txt\n\n')
    await world.onForge(repository, 'DELETE', '/tags/agent/fixer/tag')
  })

  it('has no terminal steered by a file of somebody else', async () => {
    expect((await agent.gh(['pr', 'diff', '2'])).stdout).toContain(`+a ${STEERING}`)
    expect((await agent.gh(['pr', 'diff', '2'], { tty: true })).stdout).toContain(String.raw`+a \u001b]0;gone\u0007\u001b[2J`)
  })

  it('learns of a repository that is not its own no more than of one that is not there', async () => {
    const words = async (repo: string): Promise<string> => (await agent.gh(['pr', 'list', '-R', repo])).stderr.replaceAll(repo, 'x').replace(/request .*/, '')
    expect(await words('acme/closed')).toBe(await words('acme/nowhere'))
  })
})

describe('requests', () => {
  it.each([
    { name: 'a member twice', path: '/api/v1/gh/execute', body: '{"args":["auth","status"],"args":["pr","merge","1"]}' },
    { name: 'a member twice in another spelling', path: '/api/v1/gh/execute', body: String.raw`{"args":["auth","status"],"\u0061rgs":["pr","merge","1"]}` },
    { name: 'a member that is unknown', path: '/api/v1/gh/execute', body: '{"args":["auth","status"],"host":"evil.example"}' },
    { name: 'an unknown member of a typed route', path: '/api/v1/gh/pr/comment', body: '{"repo":"forge/acme/widget","number":1,"body":"x","as":"admin"}' },
    { name: 'a number as text', path: '/api/v1/gh/pr/comment', body: '{"repo":"forge/acme/widget","number":"1","body":"x"}' },
    { name: 'a number that is none', path: '/api/v1/gh/pr/comment', body: '{"repo":"forge/acme/widget","number":1e400,"body":"x"}' },
    { name: 'a repository that climbs', path: '/api/v1/gh/pr/comment', body: '{"repo":"forge/acme/../closed","number":1,"body":"x"}' },
    { name: 'a query', path: '/api/v1/gh/execute?x=1', body: '{"args":["auth","status"]}' },
    { name: 'an encoded path', path: '/api/v1/gh/%65xecute', body: '{"args":["auth","status"]}' },
    { name: 'nesting', path: '/api/v1/gh/execute', body: `{"args":${'['.repeat(5000)}${']'.repeat(5000)}}` },
    { name: 'no JSON', path: '/api/v1/gh/execute', body: 'args=auth' },
    { name: 'arguments without end', path: '/api/v1/gh/execute', body: JSON.stringify({ args: Array.from({ length: 300 }, () => 'x') }) },
  ])('with $name are refused', async ({ path, body }) => {
    const before = await stateOfForge()
    expect((await agent.post(path, body)).status).toBe(400)
    expect(await stateOfForge()).toBe(before)
  })

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url'])('with the header %s are refused', async (name) => {
    expect((await agent.post('/api/v1/gh/execute', '{"args":["auth","status"]}', { [name]: 'DELETE' })).status).toBe(400)
  })

  it('list everything that is wrong with them', async () => {
    const { text } = await agent.post('/api/v1/gh/pr/edit', '{"repo":7,"number":"x","labels":[]}')
    expect(text).toContain('repo')
    expect(text).toContain('number')
    expect(text).toContain('labels')
  })

  it('without a session end as gh does without a login', async () => {
    const answer = await fetch(`${world.gateway.origin}/api/v1/gh/execute`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"args":["pr","list"]}' })
    expect([answer.status, ((await answer.json()) as { readonly exit_code: number }).exit_code]).toEqual([401, 4])
  })

  it('have no address for merging', async () => {
    expect((await agent.post('/api/v1/gh/pr/merge', '{"repo":"forge/acme/widget","number":1}')).status).toBe(404)
  })
})

describe('credentials', () => {
  it('that are missing are told, with what the operator must do, and none is taken in their place', async () => {
    for (const args of [['pr', 'list', '-R', 'acme/unbound'], ['issue', 'create', '-R', 'acme/unbound', '-t', 'x', '-b', 'y']]) {
      const seen = await agent.gh(args)
      expect([seen.status, seen.code]).toEqual([503, 'RW_CREDENTIAL_UNAVAILABLE'])
      expect(seen.stderr).toContain('NOT_SET')
    }
    expect((await world.gitea.api.call({ method: 'GET', path: '/repos/acme/unbound/issues?state=all' })) as object).toEqual([])
  })

  it('that the forge does not take any more are told, and none is taken in their place', async () => {
    const tokens = (await world.gitea.api.call({ method: 'GET', path: `/users/${world.bot.name}/tokens`, authorization: `Basic ${Buffer.from(`${world.bot.name}:${world.bot.password}`).toString('base64')}` })) as readonly { readonly id: number }[]
    const newest = Math.max(...tokens.map(({ id }) => id))
    await world.gitea.api.call({ method: 'DELETE', path: `/users/${world.bot.name}/tokens/${newest}`, authorization: `Basic ${Buffer.from(`${world.bot.name}:${world.bot.password}`).toString('base64')}` })
    const seen = await agent.gh(['repo', 'view', 'acme/expired'])
    expect([seen.status, seen.code]).toEqual([503, 'RW_CREDENTIAL_REJECTED'])
    expect(seen.stderr).toContain('expired.token')
    expect((await agent.gh(['auth', 'status'], { repo: 'forge/acme/expired' })).stdout).toContain('the account of a person (user)')
    const reads = (await world.gateway.audit()).filter((line) => line['repo'] === 'forge/acme/expired')
    expect(reads.map((line) => line['credential'])).toContain('user')
  })

  it('are in nothing that an agent, the audit or the log has seen', async () => {
    const said = [...agent.screen, world.gateway.output(), JSON.stringify(await world.gateway.audit())].join('\n')
    expect(findSecrets(said, [world.token])).toEqual([])
    expect(await world.gateway.verifyAudit()).toBe('ok')
  })
})

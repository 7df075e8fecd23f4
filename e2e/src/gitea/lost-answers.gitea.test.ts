import { type Gitea, type GiteaRepository, startGitea } from '@refward/testing-gitea'
import { type TestGateway, startTestGateway } from '@refward/testing-gateway'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { GhClient, readDeeds } from './world/gh-client.ts'
import { LosingProxy } from './world/losing-proxy.ts'

// A real Gitea does what it is asked, and what it answers is lost on the way, or the gateway is killed before it arrives.

const REPO = 'forge/acme/widget'
const PATH = '/repos/acme/widget'

let gitea: Gitea
let repository: GiteaRepository
let proxy: LosingProxy
let gateway: TestGateway
let agent: GhClient

beforeAll(async () => {
  gitea = await startGitea({ tls: false })
  await gitea.createUser('acme')
  const bot = await gitea.createUser('refward')
  repository = await gitea.createRepository({ owner: 'acme', name: 'widget', hasCommit: true, isPrivate: true })
  await repository.addCollaborator('refward', 'write')
  for (const branch of ['agent/fixer/one', 'agent/fixer/two', 'agent/fixer/three']) {
    await gitea.api.call({ method: 'POST', path: `${PATH}/contents/${branch.replaceAll('/', '-')}.txt`, body: { branch: 'main', new_branch: branch, content: 'eAo=', message: 'write it' } })
  }
  proxy = await LosingProxy.start(gitea.origin)
  const password = await gitea.createToken(bot, ['write:repository', 'write:issue', 'read:user'])
  gateway = await startTestGateway({ forge: { kind: 'gitea', origin: proxy.origin, user: 'refward', password }, config: 'repositories:\n  forge/acme/*: { read: ["*"], push: ["*"], forge: { pulls: { merge: own } } }\n' })
  agent = new GhClient(gateway, await gateway.addAgent('fixer', [REPO]), { repo: REPO, branch: 'agent/fixer/one' })
}, 60_000)

afterAll(async () => {
  await gateway.close()
  await proxy.close()
  await gitea.stop()
})

async function count(path: string): Promise<number> {
  return ((await gitea.api.call({ method: 'GET', path: `${PATH}${path}` })) as readonly unknown[]).length
}

const last = async (): Promise<string | undefined> => readDeeds(await gateway.audit()).at(-1)

it('tells what was made, though its answer was lost, and it is the agent’s own', async () => {
  proxy.loseNext('reset')
  expect(await agent.gh(['pr', 'create', '-d', '-t', ' mend it ', '-b', 'It was\r\nbroken.\n\n'])).toMatchObject({ status: 200, exitCode: 0, stdout: expect.stringContaining('/pulls/1\n') as string })
  expect(await last()).toBe('permit pull.create done')
  proxy.loseNext('reset')
  expect(await agent.gh(['issue', 'create', '-t', 'it is broken', '-b', '', '-R', 'acme/widget'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('/issues/2\n') as string })
  proxy.loseNext('reset')
  expect(await agent.gh(['issue', 'comment', '2', '-b', 'I look at it.'])).toMatchObject({ exitCode: 0 })
  proxy.loseNext('reset')
  expect(await agent.gh(['issue', 'close', '2'])).toMatchObject({ exitCode: 0 })
  proxy.loseNext('reset')
  expect(await agent.gh(['pr', 'ready', '1'])).toMatchObject({ exitCode: 0 })
  proxy.loseNext('reset')
  expect(await agent.gh(['pr', 'edit', '1', '-b', 'Mended.'])).toMatchObject({ exitCode: 0 })
  proxy.loseNext('reset')
  expect(await agent.gh(['pr', 'review', '1', '-c', '-b', 'Looked.'])).toMatchObject({ exitCode: 0 })
  expect(new Set(readDeeds(await gateway.audit()))).toEqual(new Set(['permit pull.create done', 'permit issue.create done', 'permit issue.comment done', 'permit issue.state done', 'permit pull.draft done', 'permit pull.edit done', 'permit pull.review done']))
  expect([await count('/pulls?state=all'), await count('/issues?state=all&type=issues'), await count('/issues/2/comments')]).toEqual([1, 1, 1])
})

it('does not tell what never arrived as made, and does not send it again', async () => {
  proxy.loseNext('unsent')
  expect(await agent.gh(['issue', 'comment', '2', '-b', 'This never arrives.'])).toMatchObject({ status: 502, code: 'RW_FORGE_OUTCOME_UNKNOWN' })
  expect(await last()).toBe('permit issue.comment open')
  expect(await count('/issues/2/comments')).toBe(1)
})

it('finds out after a kill what the forge has done, and whose it is', async () => {
  proxy.loseNext('hold')
  const held = proxy.held()
  const asked = agent.gh(['pr', 'create', '-H', 'agent/fixer/two', '-t', 'two', '-b', 'The second.']).catch(() => undefined)
  await held
  await gateway.kill()
  await asked
  expect(await count('/pulls?state=all')).toBe(2)
  await gateway.start()
  await vi.waitUntil(async () => (await last()) === 'permit pull.create done', { timeout: 30_000 })
  const ends = (await gateway.audit()).filter(({ kind }) => kind === 'finished')
  expect(ends.at(-1)).toMatchObject({ result: 'done', by: 'settled', made: { kind: 'pull', number: 3 } })
  const other = new GhClient(gateway, await gateway.addAgent('other', [REPO]), { repo: REPO })
  expect(await other.gh(['pr', 'close', '3'])).toMatchObject({ code: 'RW_FORGE_NOT_OWNED' })
  expect(await gateway.verifyAudit()).toBe('ok')
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GiteaRepository, basicAuthorization } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld, type Seen } from './world/gitea-world.ts'
import type { Sandbox } from './world/sandbox.ts'

const CONFIG = `repositories:
  forge/acme/blank: { read: ["*"], push: ["*"], branches: { initial_push: allow, own: ["**"] } }
  forge/acme/*: { read: ["*"], push: ["*"] }
`

let world: GiteaWorld
let widget: GiteaRepository
let fixer: Sandbox

beforeAll(async () => {
  world = await GiteaWorld.create({ config: CONFIG })
  widget = await world.createWidget('widget')
  fixer = await world.addAgent('fixer')
})

afterAll(() => world.close())

/** Nothing came through, the agent was told this code, and the audit has it. */
function expectFault({ status, screen, audit, faults }: Seen, code: string): void {
  expect({ status, audit, faults }).toEqual({ status: 128, audit: [], faults: [code] })
  expect(screen).toContain(`(${code})`)
}

describe('a repository that was renamed', () => {
  it('is refused under its old name, where the forge redirects, and served under its new one', async () => {
    const before = await world.createWidget('before')
    const tree = await fixer.clone(before.url)
    const id = await tree.branchWithCommit('agent/fixer/work')
    const after = await before.rename('after')
    // Everybody else is led to the new name.
    expect(await world.gitAsOwner(['ls-remote', before.url, 'refs/heads/main'])).toContain('refs/heads/main')
    const fetched = await world.watch(tree, 'fetch')
    expectFault(fetched, 'RW_UPSTREAM_REDIRECT')
    expect(fetched.screen).toContain('the operator can set the final url of the forge, or the new name of the repository, in refward.yaml')
    expectFault(await world.push(tree, 'origin', 'HEAD'), 'RW_UPSTREAM_REDIRECT')
    expect((await after.refs()).has('refs/heads/agent/fixer/work')).toBe(false)
    await tree.git('remote', 'set-url', 'origin', after.url)
    await tree.git('push', '-q', 'origin', 'HEAD')
    expect((await after.refs()).get('refs/heads/agent/fixer/work')).toBe(id)
  })
})

describe('a repository that was deleted', () => {
  it('is not served from the mirror, and not made anew by a push', async () => {
    const gone = await world.createWidget('gone')
    const tree = await fixer.clone(gone.url)
    await tree.branchWithCommit('agent/fixer/work')
    await gone.delete()
    expectFault(await world.watch(tree, 'fetch'), 'RW_UPSTREAM_NOT_FOUND')
    expectFault(await world.watch(tree, 'clone', gone.url, 'again'), 'RW_UPSTREAM_NOT_FOUND')
    expectFault(await world.push(tree, 'origin', 'HEAD'), 'RW_UPSTREAM_REFUSED')
    expect(await world.gitea.api.try({ method: 'GET', path: '/repos/acme/gone' })).toMatchObject({ status: 404 })
  })
})

describe('a private repository', () => {
  it("that the gateway's user may not see looks like none", async () => {
    const secret = await world.gitea.createRepository({ owner: world.owner.name, name: 'secret', isPrivate: true })
    expect(await fixer.tryGit(['ls-remote', secret.url])).toMatchObject({ status: 128, stderr: expect.stringContaining('(RW_UPSTREAM_NOT_FOUND)') as string })
  })

  it('is not served from the mirror while the user may not see it', async () => {
    const lent = await world.createWidget('lent')
    const tree = await fixer.clone(lent.url)
    await world.onForge(lent, 'DELETE', `/collaborators/${world.bot.name}`)
    expectFault(await world.watch(tree, 'fetch'), 'RW_UPSTREAM_NOT_FOUND')
    await lent.addCollaborator(world.bot.name, 'read')
    expect(await world.watch(tree, 'fetch')).toMatchObject({ status: 0 })
  })

  it('is not visible to an agent to which it was not granted', async () => {
    const other = await world.createEmpty('other', { hasCommit: true })
    const narrow = await world.addAgent('narrow', 'forge/acme/other')
    expect(await narrow.git(['ls-remote', other.url])).toContain('refs/heads/main')
    expect(await narrow.tryGit(['ls-remote', widget.url])).toMatchObject({ status: 128, stderr: expect.stringContaining('repository forge/acme/widget is unknown or not visible to agent narrow (RW_REPOSITORY_NOT_VISIBLE)') as string })
  })
})

describe('a public repository', () => {
  it('that the policy does not name is not visible, although anybody else can read it', async () => {
    const open = await world.gitea.createRepository({ owner: world.bot.name, name: 'open' })
    expect(await world.gitAsOwner(['ls-remote', open.url])).toContain('refs/heads/main')
    expect(await fixer.tryGit(['ls-remote', open.url])).toMatchObject({ status: 128, stderr: expect.stringContaining('(RW_REPOSITORY_NOT_VISIBLE)') as string })
  })
})

describe('an empty repository', () => {
  it('can be cloned, and takes no first branch from an agent', async () => {
    const empty = await world.createEmpty('empty')
    const tree = await fixer.clone(empty.url)
    await tree.git('switch', '-q', '-c', 'agent/fixer/first')
    await tree.commit('first.txt')
    const pushed = await world.push(tree, 'origin', 'HEAD')
    expect(pushed).toMatchObject({ status: 1, audit: [{ outcome: 'deny', codes: ['RW_REPOSITORY_EMPTY'], refs: { 'refs/heads/agent/fixer/first': 'create RW_REPOSITORY_EMPTY' } }] })
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/first (RW_REPOSITORY_EMPTY)')
    expect(await empty.refs()).toEqual(new Map())
  })

  it('takes one where the policy lets it, which is protected from then on', async () => {
    const blank = await world.createEmpty('blank')
    const tree = await fixer.clone(blank.url)
    const id = await tree.commit('first.txt')
    expect(await world.push(tree, 'origin', 'main')).toMatchObject({ status: 0, audit: [{ outcome: 'permit', result: 'done', refs: { 'refs/heads/main': 'create accepted' } }] })
    await tree.commit('second.txt')
    expect(await world.push(tree, 'origin', 'main')).toMatchObject({ status: 1, audit: [{ outcome: 'deny', refs: { 'refs/heads/main': 'update RW_REF_PROTECTED' } }] })
    expect(await blank.refs()).toEqual(new Map([['refs/heads/main', id]]))
  })
})

describe('git LFS', () => {
  it('is told that it is not served yet, as its client asks', async () => {
    const token = (await readFile(join(fixer.home, '.config/refward/token'), 'utf8')).trim()
    const type = 'application/vnd.git-lfs+json'
    const headers = { accept: type, 'content-type': `${type}; charset=utf-8`, authorization: basicAuthorization('fixer', token) }
    const body = JSON.stringify({ operation: 'upload', transfers: ['basic'], objects: [{ oid: '0'.repeat(64), size: 5 }] })
    const answer = await fetch(`${world.gateway.origin}/git/forge/acme/widget.git/info/lfs/objects/batch`, { method: 'POST', headers, body })
    expect(answer.status).toBe(501)
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('git LFS is not served by refward yet (RW_LFS_NOT_YET)') as string })
  })
})

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})

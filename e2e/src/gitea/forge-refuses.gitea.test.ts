import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GiteaRepository, basicAuthorization } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import type { PushRecord } from './world/push-record.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

const CONFIG = `repositories:
  forge/acme/weak: { read: ["*"], push: ["*"], credential: { file: weak-token, username: refward } }
  forge/acme/*: { read: ["*"], push: ["*"] }
`

let world: GiteaWorld
let widget: GiteaRepository
let fixer: Sandbox
let tree: WorkTree

beforeAll(async () => {
  world = await GiteaWorld.create({ config: CONFIG, tokenFiles: { 'weak-token': ['read:repository'] } })
  widget = await world.createWidget('widget')
  fixer = await world.addAgent('fixer')
  tree = await fixer.clone(widget.url)
  await tree.branchWithCommit('agent/fixer/work')
})

afterAll(() => world.close())

/** A push that was permitted here, and how it ended there. */
function ended(result: string, refs: PushRecord['refs']): PushRecord {
  return { agent: 'fixer', outcome: 'permit', codes: [], result, refs }
}

describe('a branch that the forge protects', () => {
  beforeAll(() => widget.protectBranch({ rule: 'agent/fixer/locked' }))

  it("is not moved, and the agent reads the forge's own words", async () => {
    const before = await widget.refs()
    const pushed = await world.push(tree, 'origin', 'HEAD:refs/heads/agent/fixer/locked')
    expect(pushed.status).toBe(1)
    expect(pushed.screen).toMatch(/^remote: error: Not allowed to push to protected branch agent\/fixer\/locked/m)
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/locked (pre-receive hook declined)')
    expect(pushed.audit).toEqual([ended('refused', { 'refs/heads/agent/fixer/locked': 'create refused' })])
    expect(await widget.refs()).toEqual(before)
  })

  it.each(['--atomic', '--no-atomic'])('keeps the others of the same push away too, with %s', async (atomic) => {
    const before = await widget.refs()
    const pushed = await world.push(tree, atomic, 'origin', 'HEAD:refs/heads/agent/fixer/locked', 'HEAD:refs/heads/agent/fixer/open')
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/locked (pre-receive hook declined)')
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/open (pre-receive hook declined)')
    expect(pushed.audit).toEqual([ended('refused', { 'refs/heads/agent/fixer/locked': 'create refused', 'refs/heads/agent/fixer/open': 'create refused' })])
    expect(await widget.refs()).toEqual(before)
  })
})

describe('a hook of the forge', () => {
  it('speaks to the agent when it declines', async () => {
    await widget.setHook('pre-receive', 'echo "not on a Friday" >&2; echo "try on Monday" >&2; exit 1')
    const pushed = await world.push(tree, 'origin', 'HEAD')
    await widget.setHook('pre-receive', undefined)
    expect(pushed.screen).toMatch(/^remote: not on a Friday\s*\nremote: try on Monday/m)
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/work (pre-receive hook declined)')
    expect(pushed.audit).toEqual([ended('refused', { 'refs/heads/agent/fixer/work': 'create refused' })])
    expect((await widget.refs()).has('refs/heads/agent/fixer/work')).toBe(false)
  })

  it('speaks to the agent when it lets pass, but cannot tell it the token', async () => {
    await widget.setHook('post-receive', `echo "deployed with ${world.token}" >&2`)
    const pushed = await world.push(tree, 'origin', 'HEAD')
    await widget.setHook('post-receive', undefined)
    expect(pushed.screen).toMatch(/^remote: deployed with \S/m)
    expect(pushed.screen).not.toContain(world.token)
    expect(pushed).toMatchObject({ status: 0, audit: [ended('done', { 'refs/heads/agent/fixer/work': 'create accepted' })] })
  })

  it('refuses one of three refs, and each is told as it is', async () => {
    await widget.setHook('update', 'test "$1" != refs/heads/agent/fixer/two || { echo "two is taken" >&2; exit 1; }')
    const before = await widget.refs()
    const pushed = await world.push(tree, 'origin', ...['one', 'two', 'three'].map((name) => `HEAD:refs/heads/agent/fixer/${name}`))
    await widget.setHook('update', undefined)
    expect(pushed.screen).toMatch(/^remote: two is taken/m)
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/one (atomic push failure)')
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/two (hook declined)')
    expect(pushed.screen).toContain('! [remote rejected] HEAD -> agent/fixer/three (atomic push failure)')
    const all = ['one', 'two', 'three'].map((name) => [`refs/heads/agent/fixer/${name}`, 'create refused'] as const)
    expect(pushed.audit).toEqual([ended('refused', Object.fromEntries(all))])
    expect(await widget.refs()).toEqual(before)
  })
})

describe('a token with too few rights', () => {
  let weak: GiteaRepository
  let weakTree: WorkTree

  beforeAll(async () => {
    weak = await world.createWidget('weak')
    weakTree = await fixer.clone(weak.url)
    await weakTree.branchWithCommit('agent/fixer/work')
  })

  it('that may read can be used to fetch, and a push says what is wrong', async () => {
    const news = await world.commitOnForge(weak, 'news.md')
    await weakTree.git('fetch')
    expect(await weakTree.id('origin/main')).toBe(news)
    const pushed = await world.push(weakTree, 'origin', 'HEAD')
    expect(pushed).toMatchObject({ status: 128, audit: [], faults: ['RW_CREDENTIAL_FORBIDDEN'] })
    expect(pushed.screen).toContain('remote: refward: forge forge refused listing refs for a push with the credential of refward: status 403, Forbidden (RW_CREDENTIAL_FORBIDDEN)')
    expect(pushed.screen).toMatch(/the operator must give .*weak-token.* the right to forge\/acme\/weak/)
    expect(pushed.screen).toContain('The requested URL returned error: 503')
    expect((await weak.refs()).has('refs/heads/agent/fixer/work')).toBe(false)
  })

  it('is found by doctor', async () => {
    const checks = new Map((await world.doctor()).map((check) => [check.name, check]))
    expect(checks.get('read forge/acme/weak')).toMatchObject({ state: 'ok' })
    expect(checks.get('push forge/acme/weak')).toMatchObject({ state: 'fail', detail: expect.stringContaining('RW_CREDENTIAL_FORBIDDEN') as string })
  })

  it('that was revoked serves nothing, though the mirror has it all', async () => {
    await revokeToken('read:repository')
    const fetched = await world.watch(weakTree, 'fetch')
    expect(fetched).toMatchObject({ status: 128, faults: ['RW_CREDENTIAL_REJECTED'] })
    expect(fetched.screen).toContain('it is wrong, revoked or expired (RW_CREDENTIAL_REJECTED)')
  })

  it('is replaced by another one without a restart', async () => {
    await writeFile(join(world.gateway.directory, 'weak-token'), await world.gitea.createToken(world.bot, ['write:repository']))
    process.kill(world.gateway.pid, 'SIGHUP')
    await expect.poll(async () => (await weakTree.tryGit('fetch')).status, { timeout: 30_000 }).toBe(0)
    expect(await world.push(weakTree, 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [ended('done', { 'refs/heads/agent/fixer/work': 'create accepted' })] })
  })

  it('of a user who may only read tells it in the words of the forge, and doctor promises nothing', async () => {
    await weak.addCollaborator(world.bot.name, 'read')
    const pushed = await world.push(weakTree, 'origin', 'HEAD:refs/heads/agent/fixer/late')
    expect(pushed.screen).toMatch(/^remote: error: User permission denied for writing/m)
    expect(pushed).toMatchObject({ status: 1, audit: [ended('refused', { 'refs/heads/agent/fixer/late': 'create refused' })] })
    expect((await weak.refs()).has('refs/heads/agent/fixer/late')).toBe(false)
    const check = (await world.doctor()).find(({ name }) => name === 'push forge/acme/weak')
    expect(check?.detail).toMatch(/^the credential is taken, and whether its user may write shows with the first push;/)
  })

  it('cannot write to a repository that was archived', async () => {
    await world.onForge(widget, 'PATCH', '', { archived: true })
    const pushed = await world.push(tree, 'origin', 'HEAD:refs/heads/agent/fixer/late')
    expect(pushed).toMatchObject({ status: 128, audit: [], faults: ['RW_UPSTREAM_REFUSED'] })
    expect(pushed.screen).toContain('This repo is archived')
  })
})

/** Takes the gateway's token of this scope back on the forge. */
async function revokeToken(scope: string): Promise<void> {
  const { name, password } = world.bot
  const authorization = basicAuthorization(name, password)
  const tokens = (await world.gitea.api.call({ method: 'GET', path: `/users/${name}/tokens`, authorization })) as readonly { readonly id: number; readonly scopes: readonly string[] }[]
  const id = tokens.find(({ scopes }) => scopes.includes(scope))?.id
  await world.gitea.api.call({ method: 'DELETE', path: `/users/${name}/tokens/${id}`, authorization })
}

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})

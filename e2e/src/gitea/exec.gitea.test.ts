import { join } from 'node:path'
import type { GiteaRepository } from '@refward/testing-gitea'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExecAnswer, callExec, commitIn } from '../exec/world/exec-world.ts'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import { readPushes } from './world/push-record.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

let world: GiteaWorld
let widget: GiteaRepository
let fixer: Sandbox
let tree: WorkTree
let token: string

beforeAll(async () => {
  world = await GiteaWorld.create()
  widget = await world.createWidget('widget')
  fixer = await world.addAgent('fixer')
  tree = await fixer.clone(widget.url)
  const made = await world.gateway.operator('session', 'add', 'fixer', '--root', `forge/acme/widget=${fixer.home}`, '--json')
  token = (JSON.parse(made) as { readonly token: string }).token
})

afterAll(() => world.close())

function push(refspecs: readonly string[], more: object = {}): Promise<ExecAnswer> {
  return callExec(world.gateway.origin, token, 'push', { repo_path: tree.directory, refspecs, ...more })
}

describe('a real Gitea behind the exec plane', () => {
  it('7: takes a branch of its own, which then is fetched over the git plane', async () => {
    const head = await commitIn(tree.directory, { 'one.txt': '1\n' })
    expect(await push(['HEAD:refs/heads/agent/fixer/one'])).toMatchObject({ status: 200, body: { refs: [{ ref: 'refs/heads/agent/fixer/one', status: 'created', new_id: head }] } })
    expect((await widget.refs()).get('refs/heads/agent/fixer/one')).toBe(head)
    await tree.git('fetch', '-q', 'origin')
    expect(await tree.git('rev-parse', 'origin/agent/fixer/one')).toBe(head)
    expect(readPushes(await world.gateway.audit())).toMatchObject([{ agent: 'fixer', outcome: 'permit', result: 'done' }])
  })

  it('8: never sees a push to main', async () => {
    const before = await widget.refs()
    expect(await push(['HEAD:main'])).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_PROTECTED' } } })
    expect(await widget.refs()).toEqual(before)
  })

  it('rewrites, deletes, and holds to a lease', async () => {
    await tree.git('commit', '-q', '--amend', '-m', 'again')
    expect(await push(['HEAD:refs/heads/agent/fixer/one'])).toMatchObject({ status: 409, body: { error: { code: 'RW_PUSH_NOT_FORWARD' } } })
    expect(await push(['HEAD:refs/heads/agent/fixer/one'], { force_with_lease: true })).toMatchObject({ status: 200, body: { refs: [{ status: 'forced' }] } })
    expect(await push(['HEAD~0:refs/heads/agent/fixer/one'])).toMatchObject({ status: 400, body: { error: { code: 'RW_REFSPEC_INVALID' } } })
    expect(await push(['agent/fixer/one'], { delete: true })).toMatchObject({ status: 200, body: { refs: [{ status: 'deleted' }] } })
    expect((await widget.refs()).has('refs/heads/agent/fixer/one')).toBe(false)
  })

  it("passes on what Gitea's own protection says", async () => {
    await widget.protectBranch({ rule: 'agent/fixer/locked' })
    const answer = await push(['HEAD:refs/heads/agent/fixer/locked', 'HEAD:refs/heads/agent/fixer/open'], { atomic: true })
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'RW_UPSTREAM_REJECTED' }, refs: [{ status: 'refused' }, { status: 'refused' }] } })
    expect(JSON.stringify(answer.body['messages'])).toContain('Not allowed to push to protected branch agent/fixer/locked')
    expect([...(await widget.refs()).keys()]).not.toContain('refs/heads/agent/fixer/open')
  })

  it('1, 2 and 6: lists its refs', async () => {
    const refs = await widget.refs()
    for (const [path, more] of [['fetch', { operation: 'fetch', args: ['--tags'] }], ['ls-remote', {}]] as const) {
      const answer = await callExec(world.gateway.origin, token, path, { repo_path: tree.directory, ...more })
      const shown = answer.body.refs?.filter(({ ref = '' }) => /^refs\/(?:heads|tags)\//.test(ref)).map(({ ref = '', id = '' }) => [ref, id] as const)
      expect(new Map(shown)).toEqual(new Map([...refs].filter(([ref]) => /^refs\/(?:heads|tags)\//.test(ref))))
    }
  })

  it('S1: a path outside, and the forge hears nothing of it', async () => {
    for (const path of ['/etc/passwd', join(fixer.home, '..')]) {
      expect(await callExec(world.gateway.origin, token, 'push', { repo_path: path, refspecs: ['HEAD'] })).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
    }
  })

  it('and its token is nowhere', () => expectNoCredential(world))
})

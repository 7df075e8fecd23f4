import type { GiteaRepository } from '@refward/testing-gitea'
import { DeterministicBytes } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plantedSecret } from '../world/planted.ts'
import { expectNoCredential } from './world/expect-no-credential.ts'
import { GiteaWorld } from './world/gitea-world.ts'
import type { PushRecord } from './world/push-record.ts'
import type { Sandbox, WorkTree } from './world/sandbox.ts'

let world: GiteaWorld
let widget: GiteaRepository
let fixer: Sandbox
let tree: WorkTree

beforeAll(async () => {
  world = await GiteaWorld.create({ config: 'repositories:\n  forge/acme/*: { read: ["*"], push: ["*"], tags: { create: ["fixed-*"], delete: ["fixed-*"] } }\n' })
  widget = await world.createWidget('widget')
  fixer = await world.addAgent('fixer')
  tree = await fixer.clone(widget.url)
})

afterAll(() => world.close())

async function idOf(ref: string): Promise<string | undefined> {
  return (await widget.refs()).get(ref)
}

function done(refs: PushRecord['refs']): PushRecord {
  return { agent: 'fixer', outcome: 'permit', codes: [], result: 'done', refs }
}

function denied(codes: readonly string[], refs: PushRecord['refs']): PushRecord {
  return { agent: 'fixer', outcome: 'deny', codes, result: undefined, refs }
}

describe('git push of own branches', () => {
  it('makes a new one, and shows what the forge says about it (matrix row 7)', async () => {
    const id = await tree.branchWithCommit('agent/fixer/one')
    const pushed = await world.push(tree, 'origin', 'agent/fixer/one')
    expect(pushed.audit).toEqual([done({ 'refs/heads/agent/fixer/one': 'create accepted' })])
    expect(pushed.screen).toMatch(/^remote: Processed 1 references in total/m)
    expect(pushed.screen).toContain('* [new branch]      agent/fixer/one -> agent/fixer/one')
    expect(await idOf('refs/heads/agent/fixer/one')).toBe(id)
  })

  it('updates it with 3 MB more, which go on in pieces', async () => {
    const id = await tree.commit('large.bin', new DeterministicBytes('large').take(3_000_000))
    expect(await world.push(tree, 'origin', 'agent/fixer/one')).toMatchObject({ status: 0, audit: [done({ 'refs/heads/agent/fixer/one': 'update accepted' })] })
    expect(await idOf('refs/heads/agent/fixer/one')).toBe(id)
  })

  it('makes several at once', async () => {
    const pushed = await world.push(tree, 'origin', 'HEAD:refs/heads/agent/fixer/a', 'HEAD~1:refs/heads/agent/fixer/b', 'origin/topic:refs/heads/agent/fixer/c')
    expect(pushed.audit).toEqual([done({ 'refs/heads/agent/fixer/a': 'create accepted', 'refs/heads/agent/fixer/b': 'create accepted', 'refs/heads/agent/fixer/c': 'create accepted' })])
    expect(await idOf('refs/heads/agent/fixer/b')).toBe(await tree.id('HEAD~1'))
    expect(await idOf('refs/heads/agent/fixer/c')).toBe(await idOf('refs/heads/topic'))
  })

  it('--atomic makes, moves and deletes together', async () => {
    const pushed = await world.push(tree, '--atomic', 'origin', ':agent/fixer/a', 'HEAD:agent/fixer/b', 'HEAD:refs/heads/agent/fixer/d')
    expect(pushed.audit).toEqual([done({ 'refs/heads/agent/fixer/a': 'delete accepted', 'refs/heads/agent/fixer/b': 'update accepted', 'refs/heads/agent/fixer/d': 'create accepted' })])
    expect(await idOf('refs/heads/agent/fixer/a')).toBeUndefined()
    expect([await idOf('refs/heads/agent/fixer/b'), await idOf('refs/heads/agent/fixer/d')]).toEqual([await tree.id(), await tree.id()])
  })

  it('--delete alone deletes', async () => {
    expect(await world.push(tree, '--delete', 'origin', 'agent/fixer/c')).toMatchObject({ status: 0, audit: [done({ 'refs/heads/agent/fixer/c': 'delete accepted' })] })
    expect(await idOf('refs/heads/agent/fixer/c')).toBeUndefined()
  })

  it('works from a shallow clone, for a new branch and for one that is there', async () => {
    const shallow = await fixer.clone(widget.url, '--depth', '1')
    const first = await shallow.branchWithCommit('agent/fixer/shallow')
    expect(await world.push(shallow, 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [done({ 'refs/heads/agent/fixer/shallow': 'create accepted' })] })
    const second = await shallow.commit('more.txt')
    expect(await world.push(shallow, 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [done({ 'refs/heads/agent/fixer/shallow': 'update accepted' })] })
    expect(await widget.git(['rev-list', '--max-count=2', 'agent/fixer/shallow'])).toBe(`${second}\n${first}`)
    expect(await widget.git(['rev-list', '--count', 'agent/fixer/shallow'])).toBe('5')
  })
})

describe('git push of a rewritten branch', () => {
  const ref = 'refs/heads/agent/fixer/rewritten'

  it('goes with --force-with-lease, and the operator can take it back', async () => {
    const old = await tree.branchWithCommit('agent/fixer/rewritten')
    await tree.git('push', '-q', 'origin', 'HEAD')
    await tree.git('commit', '-q', '--amend', '-m', 'said better')
    expect(await world.push(tree, 'origin', 'HEAD')).toMatchObject({ status: 1, audit: [] })
    expect(await world.push(tree, '--force-with-lease', 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [done({ [ref]: 'rewrite accepted' })] })
    expect(await idOf(ref)).toBe(await tree.id())
    await world.gateway.operator('undo', '--repo', 'forge/acme/widget', '--ref', ref)
    expect(await idOf(ref)).toBe(old)
  })

  it('stops at --force-with-lease when somebody else was there first, and goes with --force', async () => {
    await tree.git('fetch', '-q', 'origin')
    const theirs = await world.commitOnForge(widget, 'theirs.md', 'agent/fixer/rewritten')
    const refused = await world.push(tree, '--force-with-lease', 'origin', 'HEAD')
    expect(refused).toMatchObject({ status: 1, screen: expect.stringContaining('(stale info)') as string, audit: [] })
    expect(await idOf(ref)).toBe(theirs)
    expect(await world.push(tree, '--force', 'origin', 'HEAD')).toMatchObject({ status: 0, audit: [done({ [ref]: 'rewrite accepted' })] })
    expect(await idOf(ref)).toBe(await tree.id())
  })
})

describe('git push of tags that the policy opens', () => {
  it('makes a plain and an annotated one, with a branch', async () => {
    await tree.branchWithCommit('agent/fixer/tagged')
    await tree.git('tag', 'fixed-1')
    await tree.git('tag', '-a', '-m', 'it is fixed', 'fixed-2')
    const pushed = await world.push(tree, 'origin', 'HEAD', 'fixed-1', 'fixed-2')
    expect(pushed.audit).toEqual([done({ 'refs/heads/agent/fixer/tagged': 'create accepted', 'refs/tags/fixed-1': 'create accepted', 'refs/tags/fixed-2': 'create accepted' })])
    expect(await widget.git(['cat-file', '-t', 'fixed-2'])).toBe('tag')
    expect(await widget.git(['rev-parse', 'fixed-1', 'fixed-2^{}'])).toBe(`${await tree.id()}\n${await tree.id()}`)
  })

  it('deletes one, and refuses to move one or to make another', async () => {
    expect(await world.push(tree, '--delete', 'origin', 'fixed-1')).toMatchObject({ audit: [done({ 'refs/tags/fixed-1': 'delete accepted' })] })
    const before = await widget.refs()
    expect(await world.push(tree, '--force', 'origin', 'HEAD~1:refs/tags/fixed-2')).toMatchObject({ status: 1, audit: [denied(['RW_TAG_DENIED'], { 'refs/tags/fixed-2': 'update RW_TAG_DENIED' })] })
    expect(await world.push(tree, 'origin', 'HEAD:refs/tags/v3')).toMatchObject({ status: 1, audit: [denied(['RW_TAG_DENIED'], { 'refs/tags/v3': 'create RW_TAG_DENIED' })] })
    expect(await widget.refs()).toEqual(before)
  })
})

describe('git push that the policy refuses', () => {
  it('of main says why, and what to do instead, which works (matrix row 8)', async () => {
    await tree.git('switch', '-q', 'main')
    const id = await tree.commit('to-main.txt')
    const before = await idOf('refs/heads/main')
    const refused = await world.push(tree, 'origin', 'main')
    expect(refused.status).toBe(1)
    expect(refused.screen).toContain('remote: refward: refs/heads/main is protected (RW_REF_PROTECTED)')
    expect(refused.screen).toContain('! [remote rejected] main -> main (RW_REF_PROTECTED)')
    expect(refused.audit).toEqual([denied(['RW_REF_PROTECTED'], { 'refs/heads/main': 'update RW_REF_PROTECTED' })])
    expect(await idOf('refs/heads/main')).toBe(before)
    const remedy = /: git (push origin \S+)/.exec(refused.screen)?.[1] ?? ''
    await tree.git(...remedy.split(' '))
    expect(await idOf('refs/heads/agent/fixer/main')).toBe(id)
  })

  it("of another agent's branch leaves it as it is", async () => {
    const other = await (await world.addAgent('builder')).clone(widget.url)
    const id = await other.branchWithCommit('agent/builder/one')
    await other.git('push', '-q', 'origin', 'HEAD')
    expect(await world.push(tree, '--force', 'origin', 'HEAD:agent/builder/one')).toMatchObject({ status: 1, audit: [denied(['RW_REF_NOT_OWNED'], { 'refs/heads/agent/builder/one': 'update RW_REF_NOT_OWNED' })] })
    expect(await idOf('refs/heads/agent/builder/one')).toBe(id)
  })

  it.each(['--atomic', '--no-atomic'])('for one ref sends none of them, with %s', async (atomic) => {
    const before = await widget.refs()
    const refused = await world.push(tree, atomic, 'origin', 'HEAD:agent/fixer/innocent', 'HEAD:topic')
    expect(refused.audit).toEqual([denied(['RW_REF_NOT_OWNED', 'RW_PUSH_REFUSED_TOGETHER'], { 'refs/heads/agent/fixer/innocent': 'create RW_PUSH_REFUSED_TOGETHER', 'refs/heads/topic': 'update RW_REF_NOT_OWNED' })])
    expect(refused.screen).toContain('! [remote rejected] HEAD -> agent/fixer/innocent (RW_PUSH_REFUSED_TOGETHER)')
    expect(refused.screen).toContain('! [remote rejected] HEAD -> topic (RW_REF_NOT_OWNED)')
    expect(await widget.refs()).toEqual(before)
  })

  it('of a ref of which the forge would make a pull request makes none', async () => {
    const desk = await world.makeDirectory('desk')
    await world.gitAsOwner(['clone', '-q', widget.url, desk])
    await world.gitAsOwner(['-C', desk, 'commit', '-q', '--allow-empty', '-m', 'ask for something'])
    await world.gitAsOwner(['-C', desk, 'push', '-q', 'origin', 'HEAD:refs/for/main/asked'])
    const before = await widget.refs()
    expect(before.has('refs/pull/1/head')).toBe(true)
    expect(await world.push(tree, 'origin', 'HEAD:refs/for/main/mine')).toMatchObject({ status: 1, audit: [denied(['RW_REF_NAMESPACE'], { 'refs/for/main/mine': 'create RW_REF_NAMESPACE' })] })
    expect(await widget.refs()).toEqual(before)
  })

  it('for a secret leaves no object of it on the forge', async () => {
    const secret = plantedSecret()
    const guilty = await tree.commit('settings.txt', `token = ${secret}\n`)
    await tree.commit('settings.txt', 'token = (in the vault)\n')
    const refused = await world.push(tree, 'origin', 'HEAD:agent/fixer/settings')
    expect(refused.audit).toEqual([denied(['RW_SECRET_FOUND'], { 'refs/heads/agent/fixer/settings': 'create RW_SECRET_FOUND' })])
    expect(refused.screen).toContain('settings.txt')
    expect(refused.screen).not.toContain(secret)
    await expect(widget.git(['cat-file', '-e', guilty])).rejects.toThrow('ended with')
  })
})

it('leaves the token of the forge nowhere', async () => {
  await expectNoCredential(world)
})

import { rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { ExecWorld, commitIn } from './world/exec-world.ts'

let world: ExecWorld
let tree: string

beforeAll(async () => {
  world = await ExecWorld.create()
  tree = await world.clone()
})

afterAll(() => world.close())

async function expectUntouched(act: () => Promise<unknown>): Promise<void> {
  const before = await world.state()
  const lines = await world.gateway.audit()
  await act()
  expect(await world.state()).toEqual(before)
  // A refusal is in the audit, whatever was asked.
  expect((await world.gateway.audit(lines.length + 1)).map(({ kind, outcome }) => outcome ?? kind)).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:deny|request-refused)$/)]) as string[])
}

describe('the rows of the matrix over the exec plane', () => {
  it('1: fetch', async () => {
    const answer = await world.call('fetch', { repo_path: tree, operation: 'fetch', args: ['origin'] })
    expect(answer).toMatchObject({ status: 200, body: { success: true, operation: 'fetch', repository: 'forge/acme/widget' } })
    expect(new Map(answer.body.refs?.filter(({ ref }) => ref !== 'HEAD').map(({ ref = '', id = '' }) => [ref, id]))).toEqual(await world.widget.refs())
  })

  it('2: fetch --tags', async () => {
    expect(await world.call('fetch', { repo_path: tree, remote: 'origin', operation: 'fetch', args: ['--tags'] })).toMatchObject({ status: 200 })
  })

  it('3: fetch --upload-pack=evil', async () => {
    const answer = await world.call('fetch', { repo_path: tree, operation: 'fetch', args: ['--upload-pack=evil', 'origin'] })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'RW_ARGUMENT_DENIED' } } })
  })

  it('5: fetch --all', async () => {
    expect(await world.call('fetch', { repo_path: tree, operation: 'fetch', args: ['--all'] })).toMatchObject({ status: 200 })
  })

  it('6: ls-remote', async () => {
    const answer = await world.call('ls-remote', { repo_path: tree })
    const shown = answer.body.refs?.flatMap(({ ref = '', id = '', peeled }) => (peeled === undefined ? [`${id}\t${ref}`] : [`${id}\t${ref}`, `${peeled}\t${ref}^{}`]))
    expect(shown?.join('\n')).toBe(await git(['ls-remote', world.widget.urlWithPassword]))
  })

  it('7: push of its own branch', async () => {
    const head = await commitIn(tree, { 'seven.txt': '7\n' })
    expect(await world.push(tree, ['HEAD:refs/heads/agent/fixer/seven'])).toMatchObject({ status: 200, body: { refs: [{ status: 'created', new_id: head }] } })
    expect((await world.widget.refs()).get('refs/heads/agent/fixer/seven')).toBe(head)
  })

  it('8: push of main', async () => {
    await commitIn(tree, { 'eight.txt': '8\n' })
    await expectUntouched(async () => {
      expect(await world.push(tree, ['HEAD:main'])).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_PROTECTED' } } })
    })
  })

  it('S1: a path that is no work tree', async () => {
    await expectUntouched(async () => {
      for (const path of ['/etc/passwd', '/etc', '/', `${tree}/../../outside`, world.outside]) {
        const answer = await world.call('push', { repo_path: path, refspecs: ['HEAD'] })
        expect(answer).toMatchObject({ status: 403, body: { success: false, error: { code: 'RW_WORKTREE_OUTSIDE' } } })
      }
    })
  })

  it('S2: a link that leads outside, of the path or of a parent', async () => {
    await git(['clone', '-q', world.widget.urlWithPassword, join(world.outside, 'theirs')])
    await symlink(join(world.outside, 'theirs'), join(world.root, 'link'))
    await symlink(world.outside, join(world.root, 'up'))
    // Plain git follows both.
    for (const path of [join(world.root, 'link'), join(world.root, 'up/theirs')]) {
      expect(await git(['rev-parse', 'HEAD'], { cwd: path })).toMatch(/^[0-9a-f]{40}$/)
      await expectUntouched(async () => {
        expect(await world.push(path, ['HEAD:refs/heads/agent/fixer/linked'])).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
      })
    }
  })

  it('S3: fetch -c', async () => {
    for (const args of [['-c', 'protocol.file.allow=always', 'origin'], ['--config-env=a=b'], ['-cprotocol.file.allow=always']]) {
      const answer = await world.call('fetch', { repo_path: tree, operation: 'fetch', args })
      expect(answer.body.success).toBe(false)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
  })
})

describe('sessions', () => {
  it('of one sandbox do nothing for the tree of another', async () => {
    await world.gateway.addAgent('other', ['forge/acme/widget'])
    const made = JSON.parse(await world.gateway.operator('session', 'add', 'other', '--root', `forge/acme/widget=${world.outside}`, '--json')) as { readonly token: string }
    await commitIn(tree, { 'theirs.txt': 'x\n' })
    await expectUntouched(async () => {
      expect(await world.call('push', { repo_path: tree, refspecs: ['HEAD:refs/heads/agent/other/x'] }, made.token)).toMatchObject({ status: 403, body: { error: { code: 'RW_WORKTREE_OUTSIDE' } } })
    })
    const theirs = join(world.outside, 'theirs')
    expect(await world.call('push', { repo_path: theirs, refspecs: ['HEAD:refs/heads/agent/fixer/x'] }, made.token)).toMatchObject({ status: 403, body: { error: { code: 'RW_REF_NOT_OWNED' } } })
    expect(await world.call('push', { repo_path: theirs, refspecs: ['HEAD:refs/heads/agent/other/x'] }, made.token)).toMatchObject({ status: 200 })
  })
})

describe('clones of other kinds', () => {
  it('a shallow one pushes, also when the forge has moved on', async () => {
    const shallow = join(world.root, 'shallow')
    await git(['clone', '-q', '--depth', '1', world.widget.urlWithPassword, shallow])
    const head = await commitIn(shallow, { 'shallow.txt': '1\n' })
    expect(await world.push(shallow, ['HEAD:refs/heads/agent/fixer/shallow'])).toMatchObject({ status: 200 })
    const late = join(world.root, 'late')
    await git(['clone', '-q', '--depth', '1', '-b', 'topic', world.widget.urlWithPassword, late])
    // The branch that it was cloned from goes, and what main has reaches its commit.
    await world.widget.git(['update-ref', '-d', 'refs/heads/topic'])
    await commitIn(late, { 'late.txt': '1\n' })
    expect(await world.push(late, ['HEAD:refs/heads/agent/fixer/late'])).toMatchObject({ status: 200 })
    expect((await world.widget.refs()).get('refs/heads/agent/fixer/shallow')).toBe(head)
  })

  it('a linked work tree, its main one beside it', async () => {
    const linked = join(world.root, 'linked')
    await git(['worktree', 'add', '-q', '-b', 'agent/fixer/linked', linked], { cwd: tree })
    const head = await commitIn(linked, { 'linked.txt': '1\n' })
    expect(await world.push(linked, ['HEAD'])).toMatchObject({ status: 200, body: { refs: [{ ref: 'refs/heads/agent/fixer/linked', new_id: head }] } })
  })

  it('one that was moved away while nobody looked is not found', async () => {
    const moved = await world.clone()
    await rename(moved, join(world.outside, 'moved'))
    await symlink(join(world.outside, 'moved'), moved)
    expect(await world.push(moved, ['HEAD:refs/heads/agent/fixer/moved'])).toMatchObject({ status: 403 })
  })
})

it('the password of the forge is nowhere', async () => {
  await writeFile(join(tree, 'probe.txt'), 'x\n')
  const said = [world.gateway.output(), JSON.stringify(await world.gateway.audit()), JSON.stringify(await world.call('ls-remote', { repo_path: tree }))]
  expect(findSecrets(said.join('\n'), [world.password])).toEqual([])
  expect(await world.gateway.verifyAudit()).toBe('ok')
  expect(await world.gateway.quarantine()).toEqual([])
})

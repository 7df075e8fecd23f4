import { appendFile, chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findSecrets } from '../world/planted.ts'
import { type ExecAnswer, ExecWorld, type Trap, commitIn } from './world/exec-world.ts'

/** A work tree that makes whoever runs git in it run something. */
interface HostileTree {
  readonly name: string
  /** Lays the trap in the tree. @returns where the tree is that the gateway is told of, if it is another. */
  readonly arrange: (tree: string, trap: Trap) => Promise<string | undefined | void>
  /** What plain git has to be asked for it to spring. */
  readonly spring: (tree: string, trap: Trap) => Promise<unknown>
  /** What the gateway says to a push; by default it pushes. */
  readonly refused?: string
}

const config = (key: string, value: (trap: Trap) => string) => async (tree: string, trap: Trap): Promise<void> => void (await git(['config', key, value(trap)], { cwd: tree }))
const script = ({ script: path }: Trap): string => path
const run = (...args: readonly string[]) => (tree: string): Promise<unknown> => tryGit(args, { cwd: tree })

async function hook(tree: string, name: string, trap: Trap): Promise<void> {
  await mkdir(join(tree, '.git/hooks'), { recursive: true })
  await writeFile(join(tree, '.git/hooks', name), `#!/bin/sh\n'${trap.script}'\n`)
  await chmod(join(tree, '.git/hooks', name), 0o755)
}

const HOSTILE: readonly HostileTree[] = [
  { name: 'core.fsmonitor', arrange: config('core.fsmonitor', script), spring: run('status') },
  {
    name: 'core.hooksPath with a pre-push hook',
    arrange: async (tree, trap) => {
      await hook(tree, 'pre-push', trap)
      await git(['config', 'core.hooksPath', join(tree, '.git/hooks')], { cwd: tree })
    },
    spring: async (tree) => {
      await git(['clone', '-q', '--bare', tree, join(tree, '../target.git')])
      return tryGit(['push', join(tree, '../target.git'), 'HEAD:refs/heads/x'], { cwd: tree })
    },
  },
  { name: 'a reference-transaction hook', arrange: (tree, trap) => hook(tree, 'reference-transaction', trap), spring: run('update-ref', 'refs/heads/y', 'HEAD') },
  { name: 'a post-index-change hook', arrange: (tree, trap) => hook(tree, 'post-index-change', trap), spring: run('add', '--renormalize', '.') },
  { name: 'core.sshCommand', arrange: config('core.sshCommand', script), spring: run('ls-remote', 'ssh://host.invalid/x') },
  { name: 'core.gitProxy', arrange: config('core.gitProxy', script), spring: run('ls-remote', 'git://host.invalid/x') },
  {
    name: 'a clean filter by an attribute',
    arrange: async (tree, trap) => {
      await git(['config', 'filter.trap.clean', trap.script], { cwd: tree })
      await writeFile(join(tree, '.git/info/attributes'), '* filter=trap\n')
      await appendFile(join(tree, 'README.md'), 'more\n')
    },
    spring: run('add', 'README.md'),
  },
  {
    name: 'an external diff and a textconv',
    arrange: async (tree, trap) => {
      await git(['config', 'diff.external', trap.script], { cwd: tree })
      await git(['config', 'diff.trap.textconv', trap.script], { cwd: tree })
      await writeFile(join(tree, '.git/info/attributes'), '* diff=trap\n')
      await appendFile(join(tree, 'README.md'), 'more\n')
    },
    spring: run('diff'),
  },
  { name: 'gpg.program', arrange: config('gpg.program', script), spring: run('commit', '--allow-empty', '-S', '-m', 'signed') },
  {
    name: 'include.path',
    arrange: async (tree, trap) => {
      await writeFile(join(tree, '.git/more'), `[core]\n\tfsmonitor = "${trap.script}"\n`)
      await git(['config', 'include.path', 'more'], { cwd: tree })
    },
    spring: run('status'),
  },
  {
    name: 'includeIf on the git directory',
    arrange: async (tree, trap) => {
      await writeFile(join(tree, '.git/more'), `[core]\n\tfsmonitor = "${trap.script}"\n`)
      await git(['config', 'includeIf.gitdir:/**.path', 'more'], { cwd: tree })
    },
    spring: run('status'),
  },
  {
    name: 'config.worktree',
    arrange: async (tree, trap) => {
      await git(['config', 'extensions.worktreeConfig', 'true'], { cwd: tree })
      await git(['config', '--worktree', 'core.fsmonitor', trap.script], { cwd: tree })
    },
    spring: run('status'),
  },
  {
    name: 'uploadpack.packObjectsHook',
    arrange: config('uploadpack.packObjectsHook', script),
    // Git takes this one from protected configuration alone; an operator who has set it for everything shows what it would do.
    spring: async (tree, trap) => {
      const settings = join(tree, '../operator.gitconfig')
      await writeFile(settings, `[uploadpack]\n\tpackObjectsHook = ${trap.script}\n`)
      return tryGit(['clone', '-q', '--no-local', tree, join(tree, '../spring-clone')], { env: { GIT_CONFIG_GLOBAL: settings } })
    },
  },
  {
    name: 'remote.origin.uploadpack and receivepack',
    arrange: async (tree, trap) => {
      await git(['config', 'remote.origin.uploadpack', trap.script], { cwd: tree })
      await git(['config', 'remote.origin.receivepack', trap.script], { cwd: tree })
      await git(['remote', 'set-url', 'origin', tree], { cwd: tree })
    },
    spring: run('fetch', 'origin'),
  },
  {
    name: 'a remote with a helper',
    arrange: async (tree, trap) => {
      await git(['config', 'protocol.ext.allow', 'always'], { cwd: tree })
      await git(['remote', 'set-url', 'origin', `ext::${trap.script} %S`], { cwd: tree })
    },
    spring: run('fetch', 'origin'),
  },
  {
    name: 'a promisor remote that is asked for what is missing',
    arrange: async (tree, trap) => {
      await commitIn(tree, { 'missing.txt': `${Math.random()}\n` })
      const id = await git(['rev-parse', 'HEAD:missing.txt'], { cwd: tree })
      await rm(join(tree, '.git/objects', id.slice(0, 2), id.slice(2)))
      await git(['config', 'core.repositoryFormatVersion', '1'], { cwd: tree })
      await git(['config', 'extensions.partialClone', 'origin'], { cwd: tree })
      await git(['config', 'remote.origin.promisor', 'true'], { cwd: tree })
      await git(['config', 'protocol.ext.allow', 'always'], { cwd: tree })
      await git(['config', 'remote.origin.url', `ext::${trap.script} %S`], { cwd: tree })
    },
    spring: run('cat-file', '-p', 'HEAD:missing.txt'),
    refused: 'RW_WORKTREE_UNREADABLE',
  },
  {
    name: 'credential.helper',
    arrange: config('credential.helper', ({ script: path }) => `!${path}`),
    spring: (tree) => tryGit(['credential', 'fill'], { cwd: tree, input: 'protocol=https\nhost=host.invalid\n\n' }),
  },
  { name: 'core.pager and an editor', arrange: config('core.editor', script), spring: run('commit', '--allow-empty') },
  { name: 'an alias that is a shell command', arrange: config('alias.publish', ({ script: path }) => `!${path}`), spring: run('publish') },
  {
    name: 'core.alternateRefsCommand, with alternates for it',
    arrange: async (tree, trap) => {
      await git(['clone', '-q', '--bare', tree, join(tree, '../alternate.git')])
      await writeFile(join(tree, '.git/objects/info/alternates'), `${join(tree, '../alternate.git/objects')}\n`)
      await git(['config', 'core.alternateRefsCommand', trap.script], { cwd: tree })
    },
    spring: (tree) => tryGit(['rev-list', '--alternate-refs', '--count'], { cwd: tree }),
    refused: 'RW_WORKTREE_LEADS_OUT',
  },
  {
    name: 'a submodule whose update is a command',
    arrange: async (tree, trap) => {
      await git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', tree, 'inner'], { cwd: tree })
      await git(['config', 'submodule.inner.update', `!${trap.script}`], { cwd: tree })
      await git(['-C', join(tree, 'inner'), 'commit', '-q', '--allow-empty', '-m', 'inner'])
    },
    spring: run('submodule', 'update'),
  },
  {
    name: 'a bare repository nested in the tree, with settings of its own',
    arrange: async (tree, trap) => {
      const nested = join(tree, 'nested')
      await git(['clone', '-q', '--bare', tree, nested])
      await git(['--git-dir', nested, 'config', 'core.bare', 'false'])
      await git(['--git-dir', nested, 'config', 'core.worktree', tree])
      await git(['--git-dir', nested, 'config', 'core.fsmonitor', trap.script])
      return nested
    },
    spring: (tree) => tryGit(['status'], { cwd: join(tree, 'nested') }),
  },
  {
    name: 'a linked work tree with settings in its common directory',
    arrange: async (tree, trap) => {
      await git(['worktree', 'add', '-q', '-b', 'linked', join(tree, '../linked-trap')], { cwd: tree })
      await git(['config', 'core.fsmonitor', trap.script], { cwd: tree })
      return join(tree, '../linked-trap')
    },
    spring: (tree) => tryGit(['status'], { cwd: join(tree, '../linked-trap') }),
  },
]

let world: ExecWorld

beforeAll(async () => {
  world = await ExecWorld.create()
})

afterAll(() => world.close())

async function expectPushed(pushed: ExecAnswer, ref: string): Promise<void> {
  expect(pushed).toMatchObject({ status: 200, body: { success: true } })
  expect((await world.widget.refs()).has(ref)).toBe(true)
}

async function expectRefused(pushed: ExecAnswer, code: string, before: object): Promise<void> {
  expect(pushed).toMatchObject({ body: { success: false, error: { code } } })
  expect(await world.state()).toEqual(before)
}

it.each(HOSTILE)('$name', async ({ name, arrange, spring, refused }) => {
  const tree = await world.clone()
  const trap = await world.createTrap(`trap-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`)
  const place = (await arrange(tree, trap)) ?? tree
  await spring(tree, trap)
  expect(await trap.sprung()).toBe(true)
  await trap.reset()

  const ref = `refs/heads/agent/fixer/${tree.split('/').at(-1) ?? ''}`
  const before = await world.state()
  const listed = await world.call('fetch', { repo_path: place, operation: 'fetch', args: [] })
  const dry = await world.push(place, [`HEAD:${ref}`], { dry_run: true })
  const pushed = await world.push(place, [`HEAD:${ref}`])
  expect(await trap.sprung()).toBe(false)
  expect(dry.body.success).toBe(pushed.body.success)
  await (refused === undefined ? expectPushed(pushed, ref) : expectRefused(pushed, refused, before))
  expect(findSecrets(JSON.stringify([listed, dry, pushed]) + world.gateway.output(), [world.password])).toEqual([])
  expect(await world.gateway.quarantine()).toEqual([])
})

it('nothing that the gateway did is in a work tree', async () => {
  const tree = await world.clone()
  await commitIn(tree, { 'quiet.txt': 'x\n' })
  const before = await readdir(tree, { recursive: true })
  await world.push(tree, ['HEAD:refs/heads/agent/fixer/quiet'], { set_upstream: true, tags: true })
  await world.call('fetch', { repo_path: tree, operation: 'fetch', args: ['--set-upstream', 'origin', 'main'] })
  expect(await readdir(tree, { recursive: true })).toEqual(before)
})

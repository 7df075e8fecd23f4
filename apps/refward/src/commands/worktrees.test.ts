import { existsSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { git } from '@refward/testing-repositories'
import { describe, expect, it } from 'vitest'

import { makeForge, startGateway } from '../testing/running-gateway.ts'
import type { Shell } from '../testing/test-world.ts'
import { makeShell, renderConfig } from '../testing/test-world.ts'

async function start(): Promise<{ readonly shell: Shell; readonly path: string; readonly add: readonly string[] }> {
  const { shell } = await makeForge()
  await startGateway(shell)
  await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
  const path = join(realpathSync(shell.directory), 'tree')
  return { shell, path, add: ['worktree', 'add', '--agent', 'fixer', '--repo', 'gitea/acme/widget', '--path', path] }
}

describe('work trees', () => {
  it('are made, listed and removed', async () => {
    const { shell, path, add } = await start()
    expect(await shell.run(...add, '--branch', 'agent/fixer/topic')).toMatchObject({ exit: 0, err: '', out: `${path} is on agent/fixer/topic of gitea/acme/widget, for fixer\n` })
    expect((await shell.run('worktree', 'list', '--json')).json()).toMatchObject({ worktrees: [{ path, agent: 'fixer', ref: 'refs/heads/agent/fixer/topic', state: 'clean', unpushedCommits: 0, losses: [] }] })
    expect((await shell.run('worktree', 'list', '--quick')).out).toMatch(/agent\/fixer\/topic +- +-\n$/)
    expect(await shell.run('worktree', 'remove', path)).toMatchObject({ exit: 0, out: `${path} is removed\n` })
    expect(existsSync(path)).toBe(false)
    expect((await shell.run('worktree', 'list')).out).toBe('there are no work trees\n')
    expect((await shell.run('audit')).out).toMatch(/worktree-added .*\n.*\n.*worktree-removed/)
  })

  it('that hold what is nowhere else stay, and it is named without its tricks', async () => {
    const { shell, path, add } = await start()
    await shell.run(...add)
    await git(['commit', '-q', '--allow-empty', '-m', 'mine'], { cwd: path })
    writeFileSync(join(path, 'notes\u001b[2J'), '')
    const refused = await shell.run('worktree', 'remove', path)
    expect(refused).toMatchObject({ exit: 1, out: '' })
    expect(refused.err).toContain('refs/heads/agent/fixer/tree: commits: one commit that no ref of the forge reaches')
    expect(refused.err).toContain('untracked: it was never committed (RW_WORKTREE_HOLDS_WORK)')
    expect(refused.err).toContain('--lose-work')
    const listed = await shell.run('worktree', 'list')
    expect(listed.out).toMatch(/dirty +1\n/)
    for (const text of [refused.err, listed.out]) expect(text).not.toContain('\u001b')
    expect(await shell.run('worktree', 'remove', path, '--lose-work', '--json')).toMatchObject({ exit: 0 })
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    ['a branch of somebody else', ['--branch', 'agent/other/x'], 'RW_REF_NOT_OWNED'],
    ['a user that is none', ['--uid', 'root'], '--uid'],
    ['a place that is not empty', ['--path', '/'], 'RW_WORKTREE_PLACE'],
  ])('%s is refused', async (_, options, expected) => {
    const { shell, path, add } = await start()
    const { exit, err } = await shell.run(...add, ...options)
    expect(exit).not.toBe(0)
    expect(err).toContain(expected)
    expect(existsSync(path)).toBe(false)
  })

  it('need a running gateway', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', renderConfig())
    expect(await shell.run('worktree', 'list')).toMatchObject({ exit: 3, err: expect.stringContaining('RW_CONTROL_UNREACHABLE') as string })
  })
})

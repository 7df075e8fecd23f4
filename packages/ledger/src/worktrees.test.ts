import { describe, expect, it } from 'vitest'

import { fixer, makeTestLedger, other, refName, widget } from './testing/test-ledger.ts'

const ref = refName('refs/heads/agent/fixer/topic')

async function makeLedger(): Promise<ReturnType<typeof makeTestLedger>> {
  const made = makeTestLedger()
  for (const name of [fixer, other]) await made.ledger.addAgent({ name, repositories: [widget] })
  return made
}

describe('work trees', () => {
  it('are listed by path, of one agent or of all, also for another process', async () => {
    const { ledger, reopen, time } = await makeLedger()
    await ledger.addWorktree({ path: '/work/b', agent: fixer, repo: widget, ref })
    await ledger.addWorktree({ path: '/work/a', agent: other, repo: widget, ref })
    expect((await reopen().listWorktrees()).map(({ path }) => path)).toEqual(['/work/a', '/work/b'])
    expect(await ledger.listWorktrees(fixer)).toEqual([{ path: '/work/b', agent: fixer, repo: widget, ref, addedAt: time.now }])
  })

  it('have a path of their own until they are removed', async () => {
    const { ledger } = await makeLedger()
    const worktree = { path: '/work/b', agent: fixer, repo: widget, ref }
    await ledger.addWorktree(worktree)
    await expect(ledger.addWorktree({ ...worktree, agent: other })).rejects.toMatchObject({ code: 'RW_WORKTREE_PLACE' })
    await ledger.removeWorktree('/work/b', { lost: [] })
    await expect(ledger.removeWorktree('/work/b', { lost: [] })).rejects.toMatchObject({ code: 'RW_WORKTREE_UNKNOWN' })
    await ledger.addWorktree({ ...worktree, agent: other })
    expect(await ledger.listWorktrees(fixer)).toEqual([])
  })

  it.each(['/work/b/node_modules/x', '/work', '/work/b/.git'])('do not lie within each other: %s', async (path) => {
    const { ledger } = await makeLedger()
    await ledger.addWorktree({ path: '/work/b', agent: fixer, repo: widget, ref })
    await expect(ledger.addWorktree({ path, agent: other, repo: widget, ref })).rejects.toMatchObject({ code: 'RW_WORKTREE_PLACE', message: expect.stringContaining('/work/b') as string })
    await ledger.addWorktree({ path: '/work/b2', agent: other, repo: widget, ref })
    expect((await ledger.listWorktrees()).map((tree) => tree.path)).toEqual(['/work/b', '/work/b2'])
  })

  it('are not made for an agent that was revoked or never added', async () => {
    const { ledger } = await makeLedger()
    await ledger.revokeAgent(other)
    await expect(ledger.addWorktree({ path: '/work/b', agent: other, repo: widget, ref })).rejects.toMatchObject({ code: 'RW_AGENT_REVOKED' })
    expect(await ledger.listWorktrees()).toEqual([])
  })

  it('stand in the audit with what was lost', async () => {
    const { ledger } = await makeLedger()
    await ledger.addWorktree({ path: '/work/b', agent: fixer, repo: widget, ref })
    await ledger.removeWorktree('/work/b', { lost: ['untracked notes.txt'] })
    const lines = (await ledger.readAudit({ from: 1, limit: 100 })).map(({ text }) => JSON.parse(text) as object)
    expect(lines.at(-2)).toMatchObject({ kind: 'worktree-added', agent: fixer, repo: widget, ref, path: '/work/b' })
    expect(lines.at(-1)).toMatchObject({ kind: 'worktree-removed', agent: fixer, path: '/work/b', lost: ['untracked notes.txt'] })
    expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  })
})

import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { Shell } from '../testing/test-world.ts'
import { makeShell, renderConfig } from '../testing/test-world.ts'

async function makeShellWithAudit(): Promise<Shell> {
  const shell = makeShell()
  shell.write('refward.yaml', renderConfig())
  await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/acme/widget')
  return shell
}

function tamper(shell: Shell, sql: string): void {
  const database = new DatabaseSync(join(shell.directory, 'refward-data', 'ledger.db'))
  database.exec('DROP TRIGGER audit_is_not_updated; DROP TRIGGER audit_is_not_deleted')
  database.exec(sql)
  database.close()
}

describe('audit', () => {
  it('shows one line for each event', async () => {
    const { out, exit } = await (await makeShellWithAudit()).run('audit')
    expect(exit).toBe(0)
    expect(out.split('\n')).toEqual([
      '     1  2026-11-23 10:00:00Z  ledger-migrated from=0 to=5',
      '     2  2026-11-23 10:00:00Z  agent-added agent=fixer repositories=gitea/acme/widget',
      expect.stringMatching(/^ {5}3 {2}2026-11-23 10:00:00Z {2}session-created agent=fixer expiresAt=2026-11-24T10:00:00.000Z session=[a-z2-7]{16}$/),
      '',
    ])
  })

  it('shows a part of it', async () => {
    const shell = await makeShellWithAudit()
    expect((await shell.run('audit', '--limit', '1')).out).toMatch(/^ {5}3 .*\n$/)
    expect((await shell.run('audit', '--from', '2', '--limit', '1')).out).toMatch(/^ {5}2 .*\n$/)
  })

  it('verifies, and prints the end to be noted elsewhere', async () => {
    const shell = await makeShellWithAudit()
    const { out, exit } = await shell.run('audit', '--verify')
    expect(exit).toBe(0)
    const [, head = ''] = /head (3:[0-9a-f]{64})\n/.exec(out) ?? []
    await shell.run('agent', 'revoke', 'fixer')
    expect(await shell.run('audit', '--expect', head)).toMatchObject({ exit: 0 })
    expect(await shell.run('audit', '--expect', head.replace('3:', '4:'))).toMatchObject({ exit: 1, out: expect.stringContaining('broken at line 4') as unknown })
  })

  it('exits with 1 and names the line that was changed', async () => {
    const shell = await makeShellWithAudit()
    tamper(shell, `UPDATE audit SET line = replace(line, 'fixer', 'other') WHERE seq = 2`)
    const plain = await shell.run('audit', '--verify')
    expect(plain).toMatchObject({ exit: 1, out: expect.stringContaining('the audit chain is broken at line 2: changed') as unknown })
    const document = await shell.run('audit', '--verify', '--json')
    expect(document.json()).toEqual({ success: false, verdict: { kind: 'broken', seq: 2, what: 'changed' } })
    expect(document.exit).toBe(1)
  })

  it.each([
    { flags: [] as string[], read: (text: string) => text.trim().split(/\s+/)[0] },
    { flags: ['--json'], read: (text: string) => String((JSON.parse(text) as { seq: number }).seq) },
  ])('follows what other processes write, until it is told to stop: $flags', async ({ flags, read }) => {
    const shell = await makeShellWithAudit()
    const controller = new AbortController()
    const seen: (string | undefined)[] = []
    const out = (text: string): void => {
      seen.push(read(text))
      if (seen.length === 3) void shell.run('agent', 'revoke', 'fixer')
      if (seen.length === 4) controller.abort()
    }
    expect(await shell.runIn({ out, signal: controller.signal }, 'audit', '--follow', ...flags)).toMatchObject({ exit: 0 })
    expect(seen).toEqual(['1', '2', '3', '4'])
  })

  it('says when there is nothing of what was asked for', async () => {
    const shell = await makeShellWithAudit()
    expect((await shell.run('audit', '--agent', 'fixer')).out).toBe('nothing of that kind was decided\n')
    expect((await shell.run('undo')).out).toBe('there is nothing to bring back\n')
  })
})

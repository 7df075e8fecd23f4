import { describe, expect, it } from 'vitest'

import type { Check } from '../doctor/check.ts'
import { makeForge, startGateway } from '../testing/running-gateway.ts'
import type { Shell } from '../testing/test-world.ts'

async function diagnose(shell: Shell): Promise<{ readonly exit: number; readonly state: Readonly<Record<string, Check['state']>>; readonly text: string }> {
  const ran = await shell.runIn({ clock: Date.now }, 'doctor', '--json')
  const { checks } = ran.json() as { checks: Check[] }
  return { exit: ran.exit, state: Object.fromEntries(checks.map(({ name, state }) => [name, state])), text: ran.out }
}

describe('doctor', () => {
  it('finds a good set-up good, alone and beside a running gateway', async () => {
    const { shell } = await makeForge()
    const good = {
      configuration: 'ok',
      git: 'ok',
      ledger: 'ok',
      disk: expect.stringMatching(/ok|warn/) as unknown,
      gateway: 'ok',
      credentials: 'ok',
      'forge gitea': 'ok',
      'read gitea/acme/widget': 'ok',
      'push gitea/acme/widget': 'ok',
      'scanner secretlint': 'ok',
    }
    expect(await diagnose(shell)).toMatchObject({ exit: 0, state: good })
    await startGateway(shell)
    const beside = await diagnose(shell)
    expect(beside).toMatchObject({ exit: 0, state: good })
    expect(beside.text).toContain('answers at')
    // A Gitea lists for a push to whoever may read: a right to write is not promised.
    expect(beside.text).toContain('whether its user may write shows with the first push')
  })

  it('shows what the credential really may do, and not its value', async () => {
    const { shell } = await makeForge()
    const ran = await shell.runIn({ clock: Date.now, environment: { PATH: process.env['PATH'], FORGE_TOKEN: 'a-wrong-password' } }, 'doctor')
    expect(ran.exit).toBe(1)
    expect(ran.out).toMatch(/^ok {4}forge gitea: /m)
    expect(ran.out).toMatch(/^fail {2}read gitea\/acme\/widget: .*\(RW_CREDENTIAL_REJECTED\)\n {6}see that token and user name are right/m)
    expect(ran.out).not.toContain('a-wrong-password')
  })

  it('names a credential that is missing', async () => {
    const { shell } = await makeForge()
    const ran = await shell.runIn({ environment: { PATH: process.env['PATH'] } }, 'doctor')
    expect(ran.out).toMatch(/^fail {2}credentials: forges\.gitea: environment variable FORGE_TOKEN is not set$/m)
  })

  it('notices a clock that differs from the forge’s', async () => {
    const { shell } = await makeForge()
    const ran = await shell.runIn({ clock: () => Date.now() + 3_600_000 }, 'doctor')
    expect(ran.out).toMatch(/^warn {2}forge gitea: .* clocks differ by 3\d{3} s$/m)
    expect(ran.exit).toBe(0)
  })

  it('notices a forge that is not there, and a scanner that is not installed', async () => {
    const { shell, upstream } = await makeForge()
    await upstream.close()
    shell.write('refward.yaml', `${shell.read('refward.yaml')}    secrets: { scanner: gitleaks }\nscanners: { gitleaks: { program: no-such-gitleaks } }\n`)
    const { exit, state } = await diagnose(shell)
    expect(exit).toBe(1)
    expect(state).toMatchObject({ 'forge gitea': 'fail', 'scanner gitleaks': 'fail', git: 'ok' })
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { startHttpUpstream } from '@refward/testing-http-upstream'
import { buildWidget, git, tryGit } from '@refward/testing-repositories'
import { describe, expect, it, onTestFinished } from 'vitest'

import { forgePassword, startGateway } from './testing/running-gateway.ts'
import type { Shell } from './testing/test-world.ts'
import { makeShell } from './testing/test-world.ts'

function readExample(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../examples/${name}/refward.yaml`, import.meta.url)), 'utf8')
}

async function addAgent(shell: Shell, name: string, ...repositories: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const added = await shell.run('agent', 'add', name, ...repositories.flatMap((repository) => ['--repo', repository]), '--json')
  expect(added).toMatchObject({ exit: 0, err: '' })
  return (added.json() as { readonly environment: Readonly<Record<string, string>> }).environment
}

describe('the example of a laptop', () => {
  it('does what its page says', async () => {
    const upstream = await startHttpUpstream({ password: forgePassword })
    onTestFinished(() => upstream.close())
    const notes = await upstream.createRepository('me/notes')
    await buildWidget(notes.gitDir)
    const shell = makeShell({ GITEA_TOKEN: forgePassword })
    const here = readExample('laptop').replace('https://git.example.org', upstream.origin).replace('env: GITEA_TOKEN', `env: GITEA_TOKEN, username: ${upstream.user}`)
    shell.write('refward.yaml', here.replace('version: 1', 'version: 1\nlisten: 127.0.0.1:0'))
    const gateway = await startGateway(shell)
    const added = await shell.run('agent', 'add', 'fixer', '--repo', 'gitea/me/notes', '--gateway', gateway.origin, '--json')
    const { environment: env } = added.json() as { readonly environment: Readonly<Record<string, string>> }

    const clone = `${shell.directory}/notes`
    await git(['clone', '-q', notes.url, clone], { env })
    expect(await tryGit(['push', 'origin', 'HEAD:agent/fixer/idea'], { cwd: clone, env })).toMatchObject({ status: 0 })
    expect((await tryGit(['push', '--force', 'origin', 'HEAD~1:main'], { cwd: clone, env })).stderr).toContain('(RW_REF_PROTECTED)')
    expect((await tryGit(['push', 'origin', 'HEAD:refs/tags/v9'], { cwd: clone, env })).stderr).toContain('remote rejected')
  })
})

describe('the example of a team', () => {
  it.each([
    { agent: 'fixer', ask: ['--repo', 'git/shop/web'], allowed: true },
    { agent: 'fixer', ask: ['--repo', 'git/shop/web', '--push', 'agent/fixer/x'], allowed: true },
    { agent: 'fixer', ask: ['--repo', 'git/shop/web', '--delete', 'agent/fixer/x'], allowed: false },
    { agent: 'fixer', ask: ['--repo', 'git/shop/web', '--push', 'release/1'], allowed: false },
    { agent: 'fixer', ask: ['--repo', 'git/shop/api'], allowed: true },
    { agent: 'fixer', ask: ['--repo', 'git/shop/api', '--push', 'agent/fixer/x'], allowed: false },
    { agent: 'reviewer', ask: ['--repo', 'git/shop/web'], allowed: true },
    { agent: 'reviewer', ask: ['--repo', 'git/shop/web', '--push', 'agent/reviewer/x'], allowed: false },
    { agent: 'reviewer', ask: ['--repo', 'git/shop/api'], allowed: false },
    { agent: 'reviewer', ask: ['--repo', 'git/docs/handbook'], allowed: true },
    { agent: 'releaser', ask: ['--repo', 'git/shop/web'], allowed: false },
    { agent: 'releaser', ask: ['--repo', 'git/shop/api', '--push', 'next'], allowed: true },
    { agent: 'releaser', ask: ['--repo', 'git/shop/api', '--push', 'refs/tags/v1.2'], allowed: true },
    { agent: 'releaser', ask: ['--repo', 'git/shop/api', '--push', 'refs/tags/nightly'], allowed: false },
    { agent: 'releaser', ask: ['--repo', 'git/docs/handbook', '--push', 'agent/releaser/x'], allowed: false },
  ])('$agent $ask: $allowed', async ({ agent, ask, allowed }) => {
    const shell = makeShell()
    shell.write('refward.yaml', readExample('team'))
    await addAgent(shell, agent, 'git/shop/web', 'git/shop/api', 'git/docs/*')
    const explained = await shell.run('explain', '--agent', agent, ...ask)
    expect(explained.err).toBe('')
    expect(explained.exit).toBe(allowed ? 0 : 1)
  })

  it('is what the sandbox writes: the public address', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', readExample('team'))
    const environment = await addAgent(shell, 'fixer', 'git/shop/web')
    expect(Object.values(environment)).toContain('https://git.example.org/')
    expect(Object.values(environment).join(' ')).not.toContain('127.0.0.1')
  })
})

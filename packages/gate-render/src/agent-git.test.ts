import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseAgentName, parseForgeName } from '@refward/core-policy'
import type { AgentName, ForgeName, Parsed } from '@refward/core-policy'
import { describe, expect, it } from 'vitest'

import { renderAgentEnvironment } from './agent-environment.ts'
import { renderAgentGitConfig } from './agent-git-config.ts'
import type { ForgeAddress } from './forge-spellings.ts'
import { listForgeSpellings } from './forge-spellings.ts'
import { renderShellExports } from './shell-text.ts'
import { makeSandbox, startFakeGateway } from './testing/agent-sandbox.ts'

const agent: AgentName = valueOf(parseAgentName('fixer'))
const gitea: ForgeName = valueOf(parseForgeName('gitea'))
const forge: ForgeAddress = { name: gitea, kind: 'gitea', url: 'https://git.example.org' }
const token = `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}`
const tokenFile = '~/.config/refward/token'

describe('the git configuration of an agent', () => {
  it('is this file', async () => {
    const text = renderAgentGitConfig({ agent, gatewayUrl: 'http://127.0.0.1:8470', forges: [forge], tokenFile })
    await expect(text).toMatchFileSnapshot('testing/golden/agent.gitconfig')
  })

  it('is these variables', async () => {
    const text = renderShellExports(renderAgentEnvironment({ agent, gatewayUrl: 'http://127.0.0.1:8470', forges: [forge], token }))
    await expect(text).toMatchFileSnapshot('testing/golden/agent.env')
  })

  it('has the token nowhere but in its own place', () => {
    const text = renderAgentGitConfig({ agent, gatewayUrl: 'http://127.0.0.1:8470', forges: [forge], tokenFile })
    expect(text).not.toContain('rfw_')
    const variables = renderAgentEnvironment({ agent, gatewayUrl: 'http://127.0.0.1:8470', forges: [forge], token })
    expect([...variables].filter(([, value]) => value.includes('rfw_')).map(([name]) => name)).toEqual(['REFWARD_TOKEN'])
  })
})

const spellings: readonly { readonly name: string; readonly of: Omit<ForgeAddress, 'name'>; readonly url: string; readonly path: string }[] = [
  { name: 'https', of: forge, url: 'https://git.example.org/acme/widget.git', path: 'acme/widget.git' },
  { name: 'https with its port', of: forge, url: 'https://git.example.org:443/acme/widget', path: 'acme/widget' },
  { name: 'http, from an old document', of: forge, url: 'http://git.example.org/acme/widget', path: 'acme/widget' },
  { name: 'the short form of SSH', of: forge, url: 'git@git.example.org:acme/widget.git', path: 'acme/widget.git' },
  { name: 'the short form with a slash', of: forge, url: 'git@git.example.org:/acme/widget.git', path: 'acme/widget.git' },
  { name: 'an ssh URL', of: forge, url: 'ssh://git@git.example.org/acme/widget.git', path: 'acme/widget.git' },
  { name: 'an ssh URL with its port', of: forge, url: 'ssh://git@git.example.org:22/acme/widget.git', path: 'acme/widget.git' },
  { name: 'git+ssh, as npm writes it', of: forge, url: 'git+ssh://git@git.example.org/acme/widget.git', path: 'acme/widget.git' },
  { name: 'the git protocol', of: forge, url: 'git://git.example.org/acme/widget', path: 'acme/widget' },
  { name: 'another port', of: { kind: 'gitea', url: 'http://10.0.0.5:3000' }, url: 'http://10.0.0.5:3000/acme/widget', path: 'acme/widget' },
  { name: 'a base path', of: { kind: 'gitlab', url: 'https://example.org/git/lab' }, url: 'https://example.org/git/lab/acme/team/widget', path: 'acme/team/widget' },
  { name: 'GitHub over port 443', of: { kind: 'github', url: 'https://github.com' }, url: 'ssh://git@ssh.github.com:443/acme/widget', path: 'acme/widget' },
]

describe('real git with it', () => {
  it.each(spellings)('comes to the gateway for $name', async ({ of, url, path }) => {
    const gateway = await startFakeGateway(token)
    const sandbox = makeSandbox()
    const environment = renderAgentEnvironment({ agent, gatewayUrl: gateway.url, forges: [{ name: gitea, ...of }], token })
    const { ok, output } = await sandbox.git(['ls-remote', url], environment)
    expect(output).toBe(`${'1'.repeat(40)}\trefs/heads/main\n`)
    expect(ok).toBe(true)
    expect(gateway.requests.map((request) => request.path)).toContain(`/git/gitea/${path}/info/refs?service=git-upload-pack`)
    expect(gateway.requests.at(-1)?.user).toBe(`fixer:${token}`)
  })

  it('does the same from a file, in a home with a space in its name, under a prefix of the gateway', async () => {
    const gateway = await startFakeGateway(token)
    const sandbox = makeSandbox()
    sandbox.write('.gitconfig', renderAgentGitConfig({ agent, gatewayUrl: `${gateway.url}/tools/refward`, forges: [forge], tokenFile }))
    sandbox.write('.config/refward/token', `${token}\n`)
    expect(await sandbox.git(['ls-remote', 'https://git.example.org/acme/widget'])).toMatchObject({ ok: true })
    expect(gateway.requests.at(-1)?.path).toBe('/tools/refward/git/gitea/acme/widget/info/refs?service=git-upload-pack')
  })

  it('offers the token to no other address: another port, another path of the host, a redirect', async () => {
    const gateway = await startFakeGateway(token)
    const elsewhere = await startFakeGateway(token)
    const sandbox = makeSandbox()
    const environment = renderAgentEnvironment({ agent, gatewayUrl: `${gateway.url}/refward`, forges: [forge], token })
    expect(await sandbox.git(['ls-remote', `${elsewhere.url}/git/gitea/acme/widget`], environment)).toMatchObject({ ok: false })
    expect(await sandbox.git(['ls-remote', `${gateway.url}/other/acme/widget`], environment)).toMatchObject({ ok: false })
    const offered = [...gateway.requests, ...elsewhere.requests].filter(({ user }) => user !== undefined)
    expect(offered).toEqual([])
  })

  it('neither erases the token after a refusal nor lets a helper of the image store it', async () => {
    const gateway = await startFakeGateway('another token')
    const sandbox = makeSandbox()
    const image = '[credential]\n\thelper = store\n'
    sandbox.write('.gitconfig', image + renderAgentGitConfig({ agent, gatewayUrl: gateway.url, forges: [forge], tokenFile }))
    sandbox.write('.config/refward/token', `${token}\n`)
    expect(await sandbox.git(['ls-remote', 'https://git.example.org/acme/widget'])).toMatchObject({ ok: false })
    expect(readFileSync(join(sandbox.home, '.config/refward/token'), 'utf8')).toBe(`${token}\n`)

    const willing = await startFakeGateway(token)
    sandbox.write('.gitconfig', image + renderAgentGitConfig({ agent, gatewayUrl: willing.url, forges: [forge], tokenFile }))
    expect(await sandbox.git(['ls-remote', 'https://git.example.org/acme/widget'])).toMatchObject({ ok: true })
    expect(existsSync(join(sandbox.home, '.git-credentials'))).toBe(false)
  })

  it('shows the token in no URL, setting or trace', async () => {
    const gateway = await startFakeGateway(token)
    const sandbox = makeSandbox()
    sandbox.write('.gitconfig', renderAgentGitConfig({ agent, gatewayUrl: gateway.url, forges: [forge], tokenFile }))
    sandbox.write('.config/refward/token', `${token}\n`)
    const trace = new Map([['GIT_TRACE', '1'], ['GIT_CURL_VERBOSE', '1']])
    const said = await Promise.all([sandbox.git(['config', '--list']), sandbox.git(['ls-remote', '--get-url', 'https://git.example.org/a/b']), sandbox.git(['ls-remote', 'https://git.example.org/a/b'], trace)])
    expect(said.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(said.map(({ output }) => output).join('')).not.toContain(token)
  })
})

it.each([
  { gatewayUrl: 'https://git.example.org/tools/refward', url: 'https://git.example.org/tools/refward/git/gitea/acme/widget' },
  { gatewayUrl: 'http://git.example.org', url: 'http://git.example.org/git/gitea/acme/widget' },
])("a gateway beneath the forge's address keeps its own: $gatewayUrl", async ({ gatewayUrl, url }) => {
  const environment = renderAgentEnvironment({ agent, gatewayUrl, forges: [forge], token })
  const { output } = await makeSandbox().git(['ls-remote', '--get-url', url], environment)
  expect(output).toBe(`${url}\n`)
})

it('every spelling begins another address than the gateway', () => {
  for (const { of } of spellings) {
    for (const spelling of listForgeSpellings({ name: gitea, ...of })) expect(spelling).toMatch(/[/:]$/)
  }
})

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'error') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.value
}

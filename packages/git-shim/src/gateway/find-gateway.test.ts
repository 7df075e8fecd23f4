import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseAgentName, parseForgeName } from '@refward/core-policy'
import type { Parsed } from '@refward/core-policy'
import { renderAgentEnvironment, renderAgentGitConfig } from '@refward/gate-render'
import { describe, expect, it, onTestFinished } from 'vitest'

import { findGateway } from './find-gateway.ts'
import { GitSettings } from './git-settings.ts'

const token = `rfw_${'a'.repeat(16)}_${'b'.repeat(52)}`
const access = {
  agent: valueOf(parseAgentName('fixer')),
  gatewayUrl: 'http://127.0.0.1:8470/tools',
  forges: [{ name: valueOf(parseForgeName('gitea')), kind: 'gitea' as const, url: 'https://git.example.org' }],
}

function makeHome(): { readonly home: string; write(name: string, text: string): void; list(directory?: string): GitSettings; git(...argv: readonly string[]): string } {
  const home = mkdtempSync(join(tmpdir(), 'refward-home-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...argv: readonly string[]): string => execFileSync('git', argv, { cwd: home, env, encoding: 'utf8' })
  return {
    home,
    write: (name, text) => writeFileSync(join(home, name), text),
    list: (directory = '.') => new GitSettings(git('-C', directory, 'config', '--list', '--show-scope', '--null')),
    git,
  }
}

describe('the gateway of a sandbox', () => {
  it('is found in the git configuration and the token file that the operator made', () => {
    const { home, write, list } = makeHome()
    write('.gitconfig', renderAgentGitConfig({ ...access, tokenFile: '~/a token' }))
    write('a token', `${token}\n`)
    expect(findGateway({ HOME: home }, list())).toEqual({ address: 'http://127.0.0.1:8470/tools', token, caFile: undefined })
  })

  it('is found in the variables that the operator made', () => {
    expect(findGateway(Object.fromEntries(renderAgentEnvironment({ ...access, token })), new GitSettings(''))).toMatchObject({ address: 'http://127.0.0.1:8470/tools', token })
  })

  it('is never what a work tree says, nor does a work tree name the file or the certificates', () => {
    const { home, write, list, git } = makeHome()
    write('.gitconfig', renderAgentGitConfig({ ...access, tokenFile: join(home, 'token') }))
    write('token', token)
    git('init', '-q', 'tree')
    for (const [name, value] of [['refward.http://evil.example.tokenFile', '/etc/passwd'], [`refward.${access.gatewayUrl}.tokenFile`, '/etc/passwd'], [`http.${access.gatewayUrl}.sslCAInfo`, '/evil.pem']] as const) {
      git('-C', 'tree', 'config', name, value)
    }
    expect(git('-C', 'tree', 'config', '--get-regexp', 'refward')).toContain('evil.example')
    expect(findGateway({ HOME: home }, list('tree'))).toEqual({ address: 'http://127.0.0.1:8470/tools', token, caFile: undefined })
  })

  it('is trusted by the certificates that git was told', () => {
    const { home, write, list } = makeHome()
    write('.gitconfig', '[http "https://gate.example/"]\n\tsslCAInfo = /ca.pem\n[http "https://other.example"]\n\tsslCAInfo = /other.pem\n')
    const environment = { HOME: home, REFWARD_GATEWAY: 'https://gate.example/x/', REFWARD_TOKEN: token }
    expect(findGateway(environment, list())).toEqual({ address: 'https://gate.example/x', token, caFile: '/ca.pem' })
    expect(findGateway({ ...environment, GIT_SSL_CAINFO: '/first.pem' }, list()).caFile).toBe('/first.pem')
  })

  it.each([
    { name: 'nothing is set', environment: {}, code: 'RW_SHIM_GATEWAY' },
    { name: 'the address is none', environment: { REFWARD_GATEWAY: 'gate.example', REFWARD_TOKEN: token }, code: 'RW_SHIM_GATEWAY' },
    { name: 'the address has another scheme', environment: { REFWARD_GATEWAY: 'file:///etc', REFWARD_TOKEN: token }, code: 'RW_SHIM_GATEWAY' },
    { name: 'the address has a password', environment: { REFWARD_GATEWAY: `http://x:${token}@gate.example`, REFWARD_TOKEN: token }, code: 'RW_SHIM_GATEWAY' },
    { name: 'there is no token', environment: { REFWARD_GATEWAY: 'http://gate.example' }, code: 'RW_SHIM_TOKEN' },
    { name: 'the token would be another header', environment: { REFWARD_GATEWAY: 'http://gate.example', REFWARD_TOKEN: `${token}\r\nX-Other: 1` }, code: 'RW_SHIM_TOKEN' },
    { name: 'the token is empty', environment: { REFWARD_GATEWAY: 'http://gate.example', REFWARD_TOKEN: '' }, code: 'RW_SHIM_TOKEN' },
  ])('is told to be missing when $name, without the token', ({ environment, code }) => {
    expect(() => findGateway(environment, new GitSettings(''))).toThrow(expect.objectContaining({ code, message: expect.not.stringContaining(token) as unknown }))
  })

  it('says which file it did not find', () => {
    expect(() => findGateway({ HOME: '/no' }, new GitSettings('global\0refward.http://gate.example.tokenfile\n~/gone\0'))).toThrow(/no session token in this sandbox: ENOENT.*\/no\/gone/)
  })
})

describe('settings of git', () => {
  it.each(['', '\0', 'a', 'global\0x', 'global\0refward..tokenfile\nx\0', 'global\0refward.tokenfile\nx\0'])('are none in %j', (listing) => {
    expect(new GitSettings(listing).list('refward', 'tokenfile').filter(({ subsection }) => subsection !== '')).toEqual([])
  })

  it('keep dots, line ends and case of subsection and value', () => {
    expect(new GitSettings('local\0remote.A.b.url\none\ntwo\0local\0remote.x.url\0').list('remote', 'url')).toEqual([{ subsection: 'A.b', value: 'one\ntwo' }, { subsection: 'x', value: '' }])
  })
})

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'error') throw new Error('not a name')
  return parsed.value
}

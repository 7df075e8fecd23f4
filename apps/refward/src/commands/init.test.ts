import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { parseConfig } from '@refward/core-policy'
import { describe, expect, it } from 'vitest'

import { makeShell } from '../testing/test-world.ts'

const flags = ['--forge-url', 'https://git.example.org', '--repo', 'acme/widget', '--token-env', 'FORGE_TOKEN']

describe('init', () => {
  it('writes about ten lines that work, with a schema that its first line names', async () => {
    const shell = makeShell()
    const { exit, out } = await shell.run('init', ...flags)
    expect(exit).toBe(0)
    expect(out).toContain('refward up --config refward.yaml')
    const text = shell.read('refward.yaml')
    expect(text).toBe(`# yaml-language-server: $schema=./refward.schema.json
version: 1
forges:
  gitea:
    kind: gitea
    url: https://git.example.org
    credential:
      env: FORGE_TOKEN
repositories:
  gitea/acme/widget:
    read: ["*"]
    push: ["*"]
`)
    expect(parseConfig(text)).toMatchObject({ kind: 'ok' })
    expect(JSON.parse(shell.read('refward.schema.json'))).toMatchObject({ title: 'Refward configuration' })
  })

  it('names the next commands as they are written in a checkout', async () => {
    const { out } = await makeShell().runIn({ environment: { npm_lifecycle_event: 'start' } }, 'init', ...flags)
    expect(out).toContain('  npm start -- up --config refward.yaml\n')
  })

  it('replaces a file only when told to', async () => {
    const shell = makeShell()
    shell.write('refward.yaml', 'mine')
    expect(await shell.run('init', ...flags)).toMatchObject({ exit: 2, err: expect.stringContaining('exists already') as unknown })
    expect(shell.read('refward.yaml')).toBe('mine')
    expect(await shell.run('init', ...flags, '--force')).toMatchObject({ exit: 0 })
    expect(shell.read('refward.yaml')).toContain('version: 1')
  })

  it('asks for what no flag gives, with the usual answers at hand', async () => {
    const shell = makeShell()
    const answers = ['https://github.com', '', 'acme/widget', '']
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => {
      asked.push(question)
      return answers.shift() ?? ''
    }
    expect(await shell.runIn({ ask }, 'init')).toMatchObject({ exit: 0 })
    expect(asked).toHaveLength(4)
    expect(asked[1]).toContain('(github)')
    expect(asked[3]).toContain('(GITHUB_TOKEN)')
    expect(shell.read('refward.yaml')).toContain('env: GITHUB_TOKEN')
  })

  it('says what is missing when nobody can be asked', async () => {
    const shell = makeShell()
    expect(await shell.run('init', '--repo', 'acme/widget')).toMatchObject({ exit: 2, err: expect.stringContaining('--forge-url') as unknown })
    expect(existsSync(join(shell.directory, 'refward.yaml'))).toBe(false)
  })

  it.each([
    { name: 'a URL with a password in it', argv: ['--forge-url', 'https://user:secret@git.example.org'] },
    { name: 'a URL that ends the line and begins a key', argv: ['--forge-url', 'https://git.example.org\nlisten: 0.0.0.0:80'] },
    { name: 'a kind that there is not', argv: ['--forge-kind', 'subversion'] },
    { name: 'a repository that climbs', argv: ['--repo', '../../etc'] },
    { name: 'a token pasted in place of its variable', argv: ['--token-env', 'ghp_abcdefghijkl'] },
    { name: 'a name that YAML would read as something else', argv: ['--forge-name', 'no: [x]'] },
  ])('refuses $name, and writes nothing', async ({ argv }) => {
    const shell = makeShell()
    const { exit, err } = await shell.run('init', ...flags, ...argv)
    expect(err).toContain('would have problems:')
    expect(err).not.toContain('secret@')
    expect(exit).toBe(2)
    expect(existsSync(join(shell.directory, 'refward.yaml'))).toBe(false)
  })

  it('quotes what YAML would read in another way', async () => {
    const shell = makeShell()
    const token = join(shell.directory, 'a "token": # file')
    expect(await shell.run('init', '--forge-url', 'https://git.example.org', '--repo', 'acme/1.0', '--token-file', token, '--forge-name', 'on')).toMatchObject({ exit: 0 })
    const parsed = parseConfig(shell.read('refward.yaml'))
    expect(parsed.kind === 'ok' && [...parsed.value.forges.values()]).toMatchObject([{ name: 'on', credential: { kind: 'file', path: token } }])
  })
})

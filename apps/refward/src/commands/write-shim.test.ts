import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { bundleGhShim, bundleGitShim } from '@refward/git-shim'
import { describe, expect, it } from 'vitest'

import { createProcessWorld } from '../process-world.ts'
import { makeShell } from '../testing/test-world.ts'
import { runWriteShim } from './write-shim.ts'

const usual = { out: 'shim', into: '/opt/refward', git: '/usr/bin/git', node: '/usr/bin/node' }

describe('the shim, handed out', () => {
  it('is five files, and three lines for the image', async () => {
    const shell = makeShell()
    mkdirSync(join(shell.directory, 'made'))
    await bundleGitShim(join(shell.directory, 'made', 'git-shim.mjs'))
    await bundleGhShim(join(shell.directory, 'made', 'gh-shim.mjs'))
    const { text, json } = await runWriteShim({ ...createProcessWorld(), directory: shell.directory }, usual, pathToFileURL(`${join(shell.directory, 'made')}/`))
    expect(json['lines']).toEqual(['COPY shim/ /opt/refward/', 'ENV PATH="/opt/refward:$PATH"', 'RUN test -x /usr/bin/git && /usr/bin/node --version && git --version'])
    expect(text).toContain('\nCOPY shim/ /opt/refward/\n')
    const modes = ['shim/git', 'shim/git-shim.mjs', 'shim/gh', 'shim/gh-shim.mjs', 'shim/git-remote-refward'].map((name) => (statSync(join(shell.directory, name)).mode & 0o777).toString(8))
    expect(modes).toEqual(['755', '644', '755', '644', '755'])
    expect(json['files']).toEqual(['git', 'git-shim.mjs', 'gh', 'gh-shim.mjs', 'git-remote-refward'].map((name) => join(shell.directory, 'shim', name)))
    expect(shell.read('shim/git')).toContain('\texec /usr/bin/node /opt/refward/git-shim.mjs /usr/bin/git "$@"\n')
    expect(shell.read('shim/git-remote-refward')).toContain('\nexec /usr/bin/node /opt/refward/git-shim.mjs remote-helper "$@"\n')
    expect(execFileSync(join(shell.directory, 'shim/git'), ['--version'], { encoding: 'utf8' })).toMatch(/^git version /)
    expect(shell.read('shim/gh')).toContain('\nexec /usr/bin/node /opt/refward/gh-shim.mjs /usr/bin/git "$@"\n')
  })

  it('names a directory with a space as Docker reads it', async () => {
    const shell = makeShell()
    for (const name of ['git-shim.mjs', 'gh-shim.mjs']) shell.write(name, '')
    const { json } = await runWriteShim({ ...createProcessWorld(), directory: shell.directory }, { ...usual, out: 'my shim' }, pathToFileURL(`${shell.directory}/`))
    expect(json['lines']).toContain('COPY ["my shim/","/opt/refward/"]')
  })

  it.each([
    { name: 'a path from here', argv: ['--into', 'opt/refward'] },
    { name: 'a path that a shell reads as more', argv: ['--node', '/opt/$(id)/node'] },
    { name: 'a path with a space', argv: ['--git', '/opt/my git/git'] },
    { name: 'a path that climbs', argv: ['--into', '/opt/../usr/bin'] },
    { name: 'the front in the place of git', argv: ['--into', '/usr/bin'] },
    { name: 'a bare name', argv: ['--git', 'git'] },
  ])('refuses $name, and writes nothing', async ({ argv }) => {
    const shell = makeShell()
    const ran = await shell.run('shim', '--out', 'shim', ...argv, '--json')
    expect(ran.json()).toMatchObject({ success: false, error: { code: 'RW_ARGUMENT_INVALID' } })
    expect(ran.exit).toBe(2)
    expect(existsSync(join(shell.directory, 'shim'))).toBe(false)
  })
})

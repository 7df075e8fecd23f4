import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { type HelperUse, renderHelperEnvironment } from './helper-environment.ts'

const use: HelperUse = { operation: 'push', names: ['origin'], addresses: [], directory: '/opt/refward' }

/** What git itself makes of it. */
function readConfig(environment: Readonly<Record<string, string | undefined>>): string {
  return execFileSync('git', ['config', '--list'], { encoding: 'utf8', cwd: '/', env: { ...environment, PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' } })
}

describe('the environment of git', () => {
  it('says of each remote that the helper reaches it', () => {
    const rendered = renderHelperEnvironment({ HOME: '/h' }, { ...use, names: ['origin', 'a.b"c\\d', 'origin'], addresses: ['https://git.example.org/a/b.git'] })
    expect(readConfig(rendered).split('\n')).toEqual([
      'remote.origin.vcs=refward',
      'remote.a.b"c\\d.vcs=refward',
      'remote.https://git.example.org/a/b.git.vcs=refward',
      'remote.https://git.example.org/a/b.git.url=https://git.example.org/a/b.git',
      'protocol.refward.allow=always',
      'protocol.version=2',
      '',
    ])
    expect(rendered).toMatchObject({ HOME: '/h', REFWARD_OPERATION: 'push' })
  })

  it('keeps the settings that are in it, and comes behind them', () => {
    const rendered = renderHelperEnvironment({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'remote.origin.vcs', GIT_CONFIG_VALUE_0: 'evil' }, use)
    expect(readConfig(rendered).split('\n').slice(0, 2)).toEqual(['remote.origin.vcs=evil', 'remote.origin.vcs=refward'])
  })

  it.each(['x', '-1', '1e3', '12345678'])('leaves a count of %s for git to complain about', (count) => {
    expect(renderHelperEnvironment({ GIT_CONFIG_COUNT: count }, use)).toMatchObject({ GIT_CONFIG_COUNT: count })
  })

  it.each([
    { name: 'behind what is there', path: '/usr/bin:/bin', after: '/usr/bin:/bin:/opt/refward' },
    { name: 'once', path: '/opt/refward:/bin', after: '/opt/refward:/bin' },
    { name: 'where nothing is', path: undefined, after: '/opt/refward' },
  ])('has the directory of the helper on its PATH, $name', ({ path, after }) => {
    expect(renderHelperEnvironment({ PATH: path }, use)['PATH']).toBe(after)
  })

  it.each([
    { allowed: 'https:ssh', after: 'https:ssh:refward' },
    { allowed: '', after: 'refward' },
    { allowed: undefined, after: undefined },
  ])('adds the helper to the transports of $allowed', ({ allowed, after }) => {
    expect(renderHelperEnvironment({ GIT_ALLOW_PROTOCOL: allowed }, use)['GIT_ALLOW_PROTOCOL']).toBe(after)
  })
})

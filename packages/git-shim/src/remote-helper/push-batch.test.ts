import { ZERO_ID, gitPushBody } from '@refward/core-policy'
import { describe, expect, it } from 'vitest'

import { type PushCommand, buildPushBody, parsePushCommand } from './push-batch.ts'

const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string]
const place = { path: '/work', remote: 'https://git.example.org/acme/widget' }

function build(commands: readonly PushCommand[], leases: readonly (readonly [string, string])[] = []): ReturnType<typeof buildPushBody> {
  const ids = new Map([['refs/heads/a', ONE], ['HEAD~1', TWO]])
  const listed = new Map([['refs/heads/x', THREE]])
  return gitPushBody.parse(buildPushBody(commands, { place, ids, listed, options: { atomic: false, dryRun: false, leases: new Map(leases) } }))
}

describe('a command of git to its helper', () => {
  it.each([
    { text: 'refs/heads/a:refs/heads/x', command: { force: false, source: 'refs/heads/a', ref: 'refs/heads/x' } },
    { text: '+HEAD~1:refs/heads/x', command: { force: true, source: 'HEAD~1', ref: 'refs/heads/x' } },
    { text: ':refs/heads/x', command: { force: false, source: '', ref: 'refs/heads/x' } },
    { text: 'HEAD:path:refs/heads/x', command: { force: false, source: 'HEAD:path', ref: 'refs/heads/x' } },
    { text: 'refs/heads/x', command: undefined },
    { text: 'a:HEAD', command: undefined },
    { text: '', command: undefined },
  ])('$text', ({ text, command }) => {
    expect(parsePushCommand(text)).toEqual(command)
  })
})

describe('a push for the exec plane', () => {
  it('names objects, not names that the gateway would look up again', () => {
    expect(build([{ force: false, source: 'HEAD~1', ref: 'refs/heads/new' }])).toMatchObject({ repo_path: '/work', remote: place.remote, refspecs: [`${TWO}:refs/heads/new`], force_with_lease: [] })
  })

  it('expects of what is rewritten what was listed, so that nobody else is overwritten in between', () => {
    expect(build([{ force: true, source: 'refs/heads/a', ref: 'refs/heads/x' }, { force: true, source: 'refs/heads/a', ref: 'refs/heads/new' }, { force: false, source: '', ref: 'refs/heads/x' }])).toMatchObject({
      refspecs: [`+${ONE}:refs/heads/x`, `+${ONE}:refs/heads/new`, ':refs/heads/x'],
      force_with_lease: [`refs/heads/x:${THREE}`, 'refs/heads/new:', `refs/heads/x:${THREE}`],
    })
  })

  it('keeps a lease that was asked for', () => {
    expect(build([{ force: false, source: 'refs/heads/a', ref: 'refs/heads/x' }], [['refs/heads/x', ZERO_ID]])).toMatchObject({ force_with_lease: ['refs/heads/x:'] })
  })
})

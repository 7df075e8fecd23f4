import { describe, expect, it } from 'vitest'

import { fixer, makeTestLedger, other, widget } from './testing/test-ledger.ts'

const hour = { seconds: 3600 }
const scope = { repositories: [widget], roots: [{ path: '/work/a', repository: widget }, { path: '/work/b' }], mode: 'private', peer: '127.0.0.1' } as const

describe('a session with a scope', () => {
  it('carries it with every look-up, across a restart', async () => {
    const { ledger, reopen } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: ['gitea/acme/*'] })
    const { session, token } = await ledger.createSession(fixer, { ...hour, ...scope })
    expect(session).toMatchObject(scope)
    expect(await reopen().findSession(token)).toMatchObject({
      kind: 'live',
      subject: { agent: 'fixer', repositories: ['gitea/acme/*'], within: [widget], mode: 'private' },
      roots: scope.roots,
      peer: '127.0.0.1',
    })
  })

  it('shares nothing with another session of the same agent', async () => {
    const { ledger } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: ['gitea/acme/*'] })
    await ledger.createSession(fixer, { ...hour, ...scope })
    const plain = await ledger.createSession(fixer, hour)
    const found = await ledger.findSession(plain.token)
    expect(found).toEqual({ kind: 'live', subject: { agent: 'fixer', session: plain.session.id, repositories: ['gitea/acme/*'] }, expiresAt: plain.session.expiresAt })
  })

  it('is told by the audit, without the token', async () => {
    const { ledger } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: ['gitea/acme/*'] })
    const { token } = await ledger.createSession(fixer, { ...hour, ...scope })
    const line = (await ledger.readAudit({ from: 1, limit: 10 })).find(({ kind }) => kind === 'session-created')
    expect(JSON.parse(line?.text ?? '')).toMatchObject({ repositories: [widget], roots: ['/work/a', '/work/b'], mode: 'private', peer: '127.0.0.1' })
    expect(line?.text).not.toContain(token)
  })
})

describe('listing and extending', () => {
  it('lists newest first, of all agents or of one', async () => {
    const { ledger, time } = makeTestLedger()
    for (const name of [fixer, other]) {
      await ledger.addAgent({ name, repositories: [widget] })
      await ledger.createSession(name, { ...hour, ...scope })
      time.now += 1000
    }
    expect((await ledger.listSessions()).map(({ agent }) => agent)).toEqual(['other', 'fixer'])
    const mine = await ledger.listSessions(fixer)
    expect(mine).toMatchObject([{ agent: 'fixer', ...scope }])
    expect(JSON.stringify(mine)).not.toMatch(/hash|token/)
  })

  it('counts from now, and is in the audit', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [widget] })
    const { session, token } = await ledger.createSession(fixer, hour)
    time.now += 3_000_000
    expect(await ledger.extendSession(session.id, hour)).toMatchObject({ id: session.id, expiresAt: time.now + 3_600_000 })
    time.now += 3_000_000
    expect(await ledger.findSession(token)).toMatchObject({ kind: 'live' })
    expect((await ledger.readAudit({ from: 1, limit: 10 })).map(({ kind }) => kind)).toContain('session-extended')
    expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  })

  it('does not bring back what has ended', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [widget] })
    const [revoked, expired] = [await ledger.createSession(fixer, hour), await ledger.createSession(fixer, hour)]
    await ledger.revokeSession(revoked.session.id)
    await expect(ledger.extendSession(revoked.session.id, hour)).rejects.toMatchObject({ code: 'RW_SESSION_REVOKED' })
    time.now += 3_600_000
    await expect(ledger.extendSession(expired.session.id, hour)).rejects.toMatchObject({ code: 'RW_SESSION_EXPIRED' })
  })
})

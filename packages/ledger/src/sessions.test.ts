import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { fixer, makeTestLedger, other, widget } from './testing/test-ledger.ts'

const hour = { seconds: 3600 }

describe('sessions of one user', () => {
  it('are told apart while they live, also for another process', async () => {
    const { ledger, reopen, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [widget] })
    await ledger.createSession(fixer, { seconds: 60 })
    const { session, token } = await ledger.createSession(fixer, { seconds: 60, uid: 0 })
    expect(await reopen().boundSessions()).toEqual([{ ...session, uid: 0 }])
    expect(await ledger.findSession(token)).toMatchObject({ kind: 'live', uid: 0 })
    expect((await ledger.readAudit({ from: 1, limit: 100 })).at(-1)?.text).toContain('"uid":0')
    const other = await ledger.createSession(fixer, { seconds: 60, uid: 1000 })
    await ledger.revokeSession(other.session.id)
    time.now += 60_000
    expect(await ledger.boundSessions()).toEqual([])
  })
})

describe('sessions', () => {
  it('are found by their whole token', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [widget, 'gitea/acme/*'] })
    const { session, token } = await ledger.createSession(fixer, hour)
    expect(await ledger.findSession(token)).toEqual({
      kind: 'live',
      subject: { agent: 'fixer', session: session.id, repositories: [widget, 'gitea/acme/*'] },
      expiresAt: time.now + 3_600_000,
    })
  })

  it('tell nothing to a holder of the id alone, even when revoked or expired', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    const { session, token } = await ledger.createSession(fixer, hour)
    const guess = `rfw_${session.id}_${'a'.repeat(52)}`
    expect(await ledger.findSession(guess)).toEqual({ kind: 'unknown' })
    time.now += 3_600_000
    expect(await ledger.findSession(guess)).toEqual({ kind: 'unknown' })
    expect(await ledger.findSession(token)).toMatchObject({ kind: 'expired', agent: 'fixer' })
    await ledger.revokeSession(session.id)
    expect(await ledger.findSession(guess)).toEqual({ kind: 'unknown' })
    expect(await ledger.findSession(token)).toMatchObject({ kind: 'revoked', agent: 'fixer' })
  })

  it.each(['', 'rfw_', `rfw_${'a'.repeat(16)}_${'a'.repeat(52)}`, "' OR 1=1 --"])('do not exist for %j', async (token) => {
    const { ledger } = makeTestLedger()
    expect(await ledger.findSession(token)).toEqual({ kind: 'unknown' })
  })

  it("cannot be opened with another agent's secret", async () => {
    const { ledger } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    await ledger.addAgent({ name: other, repositories: [] })
    const [mine, theirs] = [await ledger.createSession(fixer, hour), await ledger.createSession(other, hour)]
    const secret = mine.token.slice(-52)
    expect(await ledger.findSession(`rfw_${theirs.session.id}_${secret}`)).toEqual({ kind: 'unknown' })
  })

  it('end at once in a running gateway when another process revokes them', async () => {
    const { ledger, reopen } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    const [one, two] = [await ledger.createSession(fixer, hour), await ledger.createSession(fixer, hour)]
    const command = reopen()
    await command.revokeSession(one.session.id)
    expect(await ledger.findSession(one.token)).toMatchObject({ kind: 'revoked' })
    expect(await ledger.findSession(two.token)).toMatchObject({ kind: 'live' })
    await command.revokeAgent(fixer)
    expect(await ledger.findSession(two.token)).toMatchObject({ kind: 'revoked' })
  })

  it('note their use at most once a minute', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    const { session } = await ledger.createSession(fixer, hour)
    const lastUse = async (): Promise<number | undefined> => (await ledger.showAgent(fixer))?.sessions[0]?.lastUsedAt
    const start = time.now
    await ledger.touchSession(session.id)
    time.now += 59_999
    await ledger.touchSession(session.id)
    expect(await lastUse()).toBe(start)
    time.now += 1
    await ledger.touchSession(session.id)
    expect(await lastUse()).toBe(start + 60_000)
  })

  it('are for agents that exist and are not revoked', async () => {
    const { ledger } = makeTestLedger()
    await expect(ledger.createSession(fixer, hour)).rejects.toMatchObject({ code: 'RW_AGENT_UNKNOWN' })
    await ledger.addAgent({ name: fixer, repositories: [] })
    await ledger.revokeAgent(fixer)
    await expect(ledger.createSession(fixer, hour)).rejects.toMatchObject({ code: 'RW_AGENT_REVOKED' })
  })

  it('leave neither token nor secret in any file', async () => {
    const { ledger, directory } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    const { token } = await ledger.createSession(fixer, hour)
    await ledger.findSession(token)
    const data = join(directory, 'data')
    const holders = readdirSync(data).filter((file) => readFileSync(join(data, file)).includes(token.slice(-52)))
    expect(holders).toEqual([])
  })
})

describe('agents', () => {
  it('have a name once and for all', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [widget] })
    await expect(ledger.addAgent({ name: fixer, repositories: [] })).rejects.toMatchObject({ code: 'RW_AGENT_EXISTS' })
    await ledger.revokeAgent(fixer)
    await expect(ledger.addAgent({ name: fixer, repositories: [] })).rejects.toMatchObject({ code: 'RW_AGENT_REVOKED' })
    expect(await ledger.listAgents()).toMatchObject([{ name: 'fixer', repositories: [widget], revokedAt: time.now }])
  })

  it('are revoked once, and the audit says it once', async () => {
    const { ledger, time } = makeTestLedger()
    await ledger.addAgent({ name: fixer, repositories: [] })
    const first = await ledger.revokeAgent(fixer)
    time.now += 1000
    expect(await ledger.revokeAgent(fixer)).toEqual(first)
    const lines = await ledger.readAudit({ from: 1, limit: 100 })
    expect(lines.filter(({ kind }) => kind === 'agent-revoked')).toHaveLength(1)
  })

  it('that were never added are not shown and cannot be revoked', async () => {
    const { ledger } = makeTestLedger()
    expect(await ledger.showAgent(fixer)).toBeUndefined()
    await expect(ledger.revokeAgent(fixer)).rejects.toMatchObject({ code: 'RW_AGENT_UNKNOWN' })
  })
})

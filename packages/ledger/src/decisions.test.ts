import { describe, expect, it } from 'vitest'

import { createRef, fixer, makeTestLedger, objectId, other, permitPush, refName, requestId, widget, zeroId } from './testing/test-ledger.ts'
import type { TestLedger } from './testing/test-ledger.ts'
import type { DecidedRef, DecisionId, Ledger } from './types.ts'

const topic = refName('refs/heads/agent/fixer/topic')

async function makeLedgerWithAgents(): Promise<TestLedger> {
  const made = makeTestLedger()
  for (const name of [fixer, other]) await made.ledger.addAgent({ name, repositories: [widget] })
  return made
}

function rewriteRef(oldId: string, newId: string): DecidedRef {
  return { ref: topic, kind: 'update', oldId, newId, rewrite: true, rule: 'rewrite' }
}

function deleteRef(oldId: string): DecidedRef {
  return { ref: topic, kind: 'delete', oldId, newId: zeroId, rewrite: false, rule: 'delete' }
}

async function push(ledger: Ledger, ref: DecidedRef, more: Parameters<typeof permitPush>[1] = {}): Promise<DecisionId> {
  const id = await ledger.decided(permitPush([ref], more))
  await ledger.finished(id, { result: 'done', refs: [{ ref: ref.ref, result: 'accepted' }] })
  return id
}

describe('decided', () => {
  it('is there for another process as soon as it is told', async () => {
    const { ledger, reopen } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([createRef(topic, objectId('a'))]))
    expect(await reopen().openDecisions()).toMatchObject([{ id, agent: 'fixer', repo: widget, refs: [{ ref: topic, newId: objectId('a') }] }])
  })

  it('gives no permit to a session that has been revoked meanwhile, and still records its denial', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const { session } = await ledger.createSession(fixer, { seconds: 60 })
    const permit = permitPush([createRef(topic, objectId('a'))], { session: session.id })
    await ledger.finished(await ledger.decided(permit), { result: 'done', refs: [{ ref: topic, result: 'accepted' }] })
    await ledger.revokeAgent(fixer)
    await expect(ledger.decided(permit)).rejects.toMatchObject({ code: 'RW_SESSION_REVOKED' })
    expect(await ledger.openDecisions()).toEqual([])
    await ledger.decided(permitPush([], { session: session.id, outcome: 'deny', codes: ['RW_SESSION_REVOKED'] }))
  })

  it('finishes a denial', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([], { outcome: 'deny', codes: ['RW_REF_PROTECTED'] }))
    expect(await ledger.openDecisions()).toEqual([])
    await expect(ledger.finished(id, { result: 'done', refs: [] })).rejects.toMatchObject({ code: 'RW_INTERNAL' })
  })

  it.each(['list', 'fetch'] as const)('leaves nothing to settle when a crash cuts off a %s', async (operation) => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([], { operation }))
    expect(await ledger.openDecisions()).toEqual([])
    await ledger.finished(id, { result: 'failed', refs: [], code: 'RW_UPSTREAM_TIMEOUT' })
    expect(await ledger.history({ operation, limit: 1 })).toMatchObject([{ result: 'failed', finishCode: 'RW_UPSTREAM_TIMEOUT' }])
  })

  it('records a refused push whatever its refs are: named twice, endless, with control characters', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const names = ['refs/heads/x', 'refs/heads/x', `refs/heads/${'y'.repeat(60_000)}`, 'refs/heads/\u001b[2J\n\u202e']
    const refs = names.map((ref): DecidedRef => createRef(ref, objectId('a')))
    const id = await ledger.decided(permitPush(refs, { outcome: 'deny', codes: ['RW_REF_NAME_INVALID'] }))
    const [record] = await ledger.history({ limit: 1 })
    expect(record).toMatchObject({ id, outcome: 'deny', refs: [{ ref: 'refs/heads/x' }, { ref: 'refs/heads/x' }, {}, {}] })
    const [line] = (await ledger.readAudit({ from: 1, limit: 100 })).slice(-1)
    expect(line?.text).toMatch(/^[\x20-\x7e]{1,4000}$/)
    expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  })

  it('is for agents that exist', async () => {
    const { ledger } = makeTestLedger()
    await expect(ledger.decided(permitPush([]))).rejects.toMatchObject({ code: 'RW_AGENT_UNKNOWN' })
    expect(await ledger.history({ limit: 10 })).toEqual([])
  })
})

describe('finished', () => {
  it('is told once', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await push(ledger, createRef(topic, objectId('a')))
    const lines = (await ledger.auditHead()).seq
    await expect(ledger.finished(id, { result: 'unknown', refs: [] })).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect((await ledger.auditHead()).seq).toBe(lines)
  })

  it('says nothing of a ref that was not decided on, and then writes nothing at all', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([createRef(topic, objectId('a'))]))
    const refs = [{ ref: topic, result: 'accepted' as const }, { ref: 'refs/heads/main', result: 'accepted' as const }]
    await expect(ledger.finished(id, { result: 'done', refs })).rejects.toMatchObject({ code: 'RW_INTERNAL' })
    expect(await ledger.openDecisions()).toHaveLength(1)
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set())
  })

  it.each(['refused', 'unknown'] as const)('gives no ownership and keeps no tip when the ref was %s', async (result) => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([createRef(topic, objectId('a'))]))
    await ledger.finished(id, { result: 'refused', refs: [{ ref: topic, result, message: 'hook declined' }] })
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set())
    expect(await ledger.listTips({ limit: 10 })).toEqual([])
    expect(await ledger.history({ limit: 1 })).toMatchObject([{ result: 'refused', refs: [{ result, message: 'hook declined' }] }])
  })

  it('bounds and escapes what the upstream said', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([createRef(topic, objectId('a'))]))
    await ledger.finished(id, { result: 'refused', refs: [{ ref: topic, result: 'refused', message: `\u001b[31m${'x'.repeat(100_000)}` }] })
    const message = (await ledger.history({ limit: 1 }))[0]?.refs[0]?.message ?? ''
    expect(message).toMatch(/^\\x1b\[31mx{490,}…$/)
    expect(message.length).toBeLessThan(600)
  })

  it('says who told it and why nothing was executed', async () => {
    const { ledger } = await makeLedgerWithAgents()
    const id = await ledger.decided(permitPush([createRef(topic, objectId('a'))]))
    await ledger.finished(id, { result: 'failed', refs: [], code: 'RW_UPSTREAM_UNREACHABLE', by: 'settled' })
    expect(await ledger.history({ limit: 1 })).toMatchObject([{ result: 'failed', finishCode: 'RW_UPSTREAM_UNREACHABLE' }])
    const [line] = (await ledger.readAudit({ from: 1, limit: 100 })).slice(-1)
    expect(line?.text).toContain('"by":"settled"')
  })
})

describe('ownership', () => {
  it('follows creation and deletion, whoever does them', async () => {
    const { ledger } = await makeLedgerWithAgents()
    await push(ledger, createRef(topic, objectId('a')))
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set([topic]))
    await push(ledger, deleteRef(objectId('a')), { agent: other })
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set())
    await push(ledger, createRef(topic, objectId('b')), { agent: other })
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set())
    expect(await ledger.ownedBranches(other, widget)).toEqual(new Set([topic]))
  })

  it('can be corrected by the operator, which the audit tells', async () => {
    const { ledger } = await makeLedgerWithAgents()
    await ledger.ownBranch(fixer, widget, topic)
    expect((await ledger.showAgent(fixer))?.branches).toMatchObject([{ repo: widget, ref: topic }])
    await ledger.disownBranch(widget, topic)
    expect(await ledger.ownedBranches(fixer, widget)).toEqual(new Set())
    const kinds = (await ledger.readAudit({ from: 1, limit: 100 })).map(({ kind }) => kind)
    expect(kinds.slice(-2)).toEqual(['branch-owned', 'branch-disowned'])
  })
})

describe('kept tips', () => {
  it('are the old values of what was rewritten or deleted', async () => {
    const { ledger } = await makeLedgerWithAgents()
    await push(ledger, createRef(topic, objectId('a')))
    await push(ledger, { ...rewriteRef(objectId('a'), objectId('b')), rewrite: false })
    expect(await ledger.listTips({ limit: 10 })).toEqual([])
    const rewritten = await push(ledger, rewriteRef(objectId('b'), objectId('c')))
    const deleted = await push(ledger, deleteRef(objectId('c')))
    expect(await ledger.listTips({ repo: widget, ref: topic, agent: fixer, limit: 10 })).toMatchObject([
      { objectId: objectId('c'), replacedBy: zeroId, decision: deleted },
      { objectId: objectId('b'), replacedBy: objectId('c'), decision: rewritten },
    ])
    expect(await ledger.listTips({ agent: other, limit: 10 })).toEqual([])
  })

  it('are taken once', async () => {
    const { ledger } = await makeLedgerWithAgents()
    await push(ledger, rewriteRef(objectId('a'), objectId('b')))
    const [tip] = await ledger.listTips({ limit: 1 })
    if (tip === undefined) throw new Error('no tip was kept')
    const undo = await ledger.decided(permitPush([rewriteRef(objectId('b'), objectId('a'))], { operation: 'undo' }))
    expect(await ledger.takeTip(tip.id, undo)).toMatchObject({ objectId: objectId('a') })
    await expect(ledger.takeTip(tip.id, undo)).rejects.toMatchObject({ code: 'RW_UNDO_IMPOSSIBLE' })
    expect(await ledger.listTips({ limit: 10 })).toEqual([])
    expect(await ledger.listTips({ taken: true, limit: 10 })).toHaveLength(1)
  })

  it('are dropped for good, each with a line in the audit', async () => {
    const { ledger, time } = await makeLedgerWithAgents()
    await push(ledger, rewriteRef(objectId('a'), objectId('b')))
    const first = time.now
    time.now += 1000
    await push(ledger, rewriteRef(objectId('b'), objectId('c')))
    const old = await ledger.listTips({ keptBefore: time.now, limit: 10 })
    expect(old).toMatchObject([{ objectId: objectId('a'), keptAt: first }])
    const ids = old.map(({ id }) => id)
    await ledger.dropTips(ids)
    await ledger.dropTips(ids)
    expect(await ledger.listTips({ taken: true, limit: 10 })).toMatchObject([{ objectId: objectId('b') }])
    const lines = (await ledger.readAudit({ from: 1, limit: 100 })).filter(({ kind }) => kind === 'tip-dropped')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]?.text ?? '')).toMatchObject({ tip: ids[0], ref: topic, objectId: objectId('a'), keptSince: new Date(first).toISOString() })
    expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
  })

  it('can still be taken by an undo that began before they were dropped', async () => {
    const { ledger } = await makeLedgerWithAgents()
    await push(ledger, rewriteRef(objectId('a'), objectId('b')))
    const [tip] = await ledger.listTips({ limit: 1 })
    if (tip === undefined) throw new Error('no tip was kept')
    const undo = await ledger.decided(permitPush([rewriteRef(objectId('b'), objectId('a'))], { operation: 'undo' }))
    await ledger.dropTips([tip.id])
    expect(await ledger.takeTip(tip.id, undo)).toMatchObject({ objectId: objectId('a') })
  })
})

describe('history', () => {
  it('answers which agent put which object on which branch, when, and by which rule', async () => {
    const { ledger, time } = await makeLedgerWithAgents()
    const brought = objectId('d')
    const id = await push(ledger, createRef(topic, objectId('a')), { brings: [brought, objectId('a')], policy: 'sha256:1', request: requestId('r-7') })
    await push(ledger, createRef('refs/heads/agent/other/x', objectId('b')), { agent: other })
    expect(await ledger.history({ object: brought, limit: 10 })).toEqual([
      {
        id,
        request: 'r-7',
        agent: 'fixer',
        repo: widget,
        operation: 'push',
        outcome: 'permit',
        rules: ['branches.own[0]'],
        codes: [],
        policy: 'sha256:1',
        decidedAt: time.now,
        decidedSeq: 4,
        finishedAt: time.now,
        finishedSeq: 5,
        result: 'done',
        refs: [{ ref: topic, kind: 'create', oldId: zeroId, newId: objectId('a'), rewrite: false, rule: 'branches.own[0]', result: 'accepted' }],
      },
    ])
  })

  it.each([
    { name: 'no filter', query: {}, found: [3, 2, 1] },
    { name: 'agent', query: { agent: other }, found: [2] },
    { name: 'ref', query: { ref: topic }, found: [3, 1] },
    { name: 'a tip before or after', query: { object: objectId('a') }, found: [3, 1] },
    { name: 'request', query: { request: requestId('r-2') }, found: [2] },
    { name: 'all of several', query: { agent: fixer, ref: topic, object: objectId('c'), operation: 'push' }, found: [3] },
    { name: 'a bound', query: { limit: 1 }, found: [3] },
  ] as const)('filters by $name', async ({ query, found }) => {
    const { ledger } = await makeLedgerWithAgents()
    await push(ledger, createRef(topic, objectId('a')), { request: requestId('r-1') })
    await push(ledger, createRef('refs/heads/agent/other/x', objectId('b')), { agent: other, request: requestId('r-2') })
    await push(ledger, rewriteRef(objectId('a'), objectId('c')), { request: requestId('r-3') })
    const records = await ledger.history({ limit: 10, ...query })
    expect(records.map(({ id }) => id)).toEqual(found)
  })
})

import { describe, expect, it } from 'vitest'

import { fixer, makeTestLedger, other, permitPush, requestId, widget } from './testing/test-ledger.ts'
import type { DecisionId, ForgeObject, Ledger } from './types.ts'

async function makeLedger(): Promise<ReturnType<typeof makeTestLedger>> {
  const made = makeTestLedger()
  for (const name of [fixer, other]) await made.ledger.addAgent({ name, repositories: [widget] })
  return made
}

function decide(ledger: Ledger, agent: typeof fixer): Promise<DecisionId> {
  return ledger.decided(permitPush([], { agent, operation: 'forge-write', action: 'pull.create', target: 'agent/fixer/x', credential: 'bot', request: requestId('req-7') }))
}

async function make(ledger: Ledger, agent: typeof fixer, made: ForgeObject): Promise<void> {
  await ledger.finished(await decide(ledger, agent), { result: 'done', refs: [], made })
}

describe('pull requests and issues', () => {
  it('are those of the agent that made them, also for another process', async () => {
    const { ledger, reopen } = await makeLedger()
    await make(ledger, fixer, { kind: 'pull', number: 7, id: '70' })
    await make(ledger, fixer, { kind: 'issue', number: 7, id: '71' })
    expect(await reopen().ownedObjects(fixer, widget)).toEqual([{ kind: 'issue', number: 7, id: '71' }, { kind: 'pull', number: 7, id: '70' }])
    expect(await ledger.ownedObjects(other, widget)).toEqual([])
    const all = [{ kind: 'pull', number: 7, id: '70' }, { kind: 'pull', number: 7, id: '71' }, { kind: 'issue', number: 7, id: '71' }, { kind: 'issue', number: 8, id: '71' }] as const
    expect(await Promise.all(all.map((object) => ledger.isOwnedObject(widget, object)))).toEqual([true, false, true, false])
  })

  it('belong to whoever made the later one of a number', async () => {
    const { ledger } = await makeLedger()
    await make(ledger, fixer, { kind: 'pull', number: 7, id: '70' })
    await make(ledger, other, { kind: 'pull', number: 7, id: '90' })
    expect(await ledger.ownedObjects(fixer, widget)).toEqual([])
    expect(await ledger.ownedObjects(other, widget)).toEqual([{ kind: 'pull', number: 7, id: '90' }])
  })

  it('are of nobody when nothing was made', async () => {
    const { ledger } = await makeLedger()
    await ledger.finished(await decide(ledger, fixer), { result: 'refused', refs: [], code: 'RW_FORGE_CONFLICT' })
    expect(await ledger.ownedObjects(fixer, widget)).toEqual([])
  })

  it('are told in the audit, with what was done, to what, and in whose name', async () => {
    const { ledger } = await makeLedger()
    await make(ledger, fixer, { kind: 'pull', number: 7, id: '70' })
    const lines = (await ledger.readAudit({ from: 1, limit: 100 })).map(({ text }) => JSON.parse(text) as object)
    expect(lines.at(-2)).toMatchObject({ kind: 'decided', operation: 'forge-write', action: 'pull.create', target: 'agent/fixer/x', credential: 'bot' })
    expect(lines.at(-1)).toMatchObject({ kind: 'finished', result: 'done', made: { kind: 'pull', number: 7, id: '70' } })
    expect(await ledger.verifyAudit()).toMatchObject({ kind: 'ok' })
    expect(await ledger.history({ operation: 'forge-write', limit: 10 })).toMatchObject([{ action: 'pull.create', target: 'agent/fixer/x' }])
  })

  it('that a crash left open are found apart from pushes', async () => {
    const { ledger, reopen } = await makeLedger()
    const id = await decide(ledger, fixer)
    expect(await reopen().openForgeDecisions()).toMatchObject([{ id, action: 'pull.create' }])
    expect(await ledger.openDecisions()).toEqual([])
  })
})

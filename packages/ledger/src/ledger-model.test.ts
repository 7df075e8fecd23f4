import type { AgentName, RefwardCode } from '@refward/core-policy'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { fixer, makeTestLedger, objectId, other, permitPush, refName, widget } from './testing/test-ledger.ts'
import type { TestLedger } from './testing/test-ledger.ts'
import type { DecidedRef, DecisionId, FinishInput, IssuedSession, RefOutcome } from './types.ts'

const agents = [fixer, other]
const refs = ['refs/heads/a', 'refs/heads/b', 'refs/tags/v1'].map(refName)

/** The ledger as one would write it on a page: what should be true, with no thought of how. */
interface Model {
  readonly known: Map<AgentName, 'live' | 'revoked'>
  readonly sessions: (IssuedSession & { revoked: boolean })[]
  readonly owners: Map<string, AgentName>
  readonly open: { readonly id: DecisionId; readonly agent: AgentName; readonly ref: DecidedRef }[]
  readonly tips: string[]
  lines: number
}

type Step =
  | { readonly kind: 'add' | 'revoke'; readonly agent: AgentName }
  | { readonly kind: 'session'; readonly agent: AgentName; readonly seconds: number }
  | { readonly kind: 'revoke-session'; readonly pick: number }
  | { readonly kind: 'clock'; readonly by: number }
  | { readonly kind: 'decide'; readonly agent: AgentName; readonly ref: DecidedRef; readonly outcome: 'permit' | 'deny' }
  | { readonly kind: 'finish'; readonly pick: number; readonly result: RefOutcome['result'] }
  | { readonly kind: 'restart' }

const agent = fc.constantFrom(...agents)
const pick = fc.nat(5)
const decidedRef = fc.record({
  ref: fc.constantFrom(...refs),
  kind: fc.constantFrom('create' as const, 'update' as const, 'delete' as const),
  oldId: fc.constantFrom('a', 'b').map(objectId),
  newId: fc.constantFrom('c', 'd').map(objectId),
  rewrite: fc.boolean(),
  rule: fc.constant('r'),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add' as const, 'revoke' as const), agent }),
  fc.record({ kind: fc.constant('session' as const), agent, seconds: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('revoke-session' as const), pick }),
  fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -50_000, max: 100_000 }) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('decide' as const), agent, ref: decidedRef, outcome: fc.constantFrom('permit' as const, 'deny' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick, result: fc.constantFrom('accepted' as const, 'refused' as const, 'unknown' as const) }) },
  fc.record({ kind: fc.constant('restart' as const) }),
)

async function runStep(made: TestLedger & { ledger: TestLedger['ledger'] }, model: Model, step: Step): Promise<void> {
  const { ledger, time } = made
  switch (step.kind) {
    case 'add': {
      const state = model.known.get(step.agent)
      const adding = ledger.addAgent({ name: step.agent, repositories: [widget] })
      if (state !== undefined) return expectRefusal(adding, state === 'live' ? 'RW_AGENT_EXISTS' : 'RW_AGENT_REVOKED')
      await adding
      model.known.set(step.agent, 'live')
      model.lines += 1
      return
    }
    case 'revoke': {
      const state = model.known.get(step.agent)
      if (state === undefined) return expectRefusal(ledger.revokeAgent(step.agent), 'RW_AGENT_UNKNOWN')
      await ledger.revokeAgent(step.agent)
      if (state === 'live') model.lines += 1
      model.known.set(step.agent, 'revoked')
      for (const one of model.sessions) if (one.session.agent === step.agent) one.revoked = true
      return
    }
    case 'session': {
      const state = model.known.get(step.agent)
      const creating = ledger.createSession(step.agent, step)
      if (state !== 'live') return expectRefusal(creating, state === 'revoked' ? 'RW_AGENT_REVOKED' : 'RW_AGENT_UNKNOWN')
      model.sessions.push({ ...(await creating), revoked: false })
      model.lines += 1
      return
    }
    case 'revoke-session': {
      const one = model.sessions[step.pick]
      if (one === undefined) return
      await ledger.revokeSession(one.session.id)
      if (!one.revoked) model.lines += 1
      one.revoked = true
      return
    }
    case 'clock':
      time.now += step.by
      return
    case 'decide': {
      const deciding = ledger.decided(permitPush([step.ref], { agent: step.agent, outcome: step.outcome }))
      if (!model.known.has(step.agent)) return expectRefusal(deciding, 'RW_AGENT_UNKNOWN')
      const id = await deciding
      model.lines += 1
      if (step.outcome === 'permit') model.open.push({ id, agent: step.agent, ref: step.ref })
      return
    }
    case 'finish': {
      const [one] = model.open.splice(step.pick, 1)
      if (one === undefined) return
      const result: FinishInput['result'] = step.result === 'accepted' ? 'done' : step.result
      await ledger.finished(one.id, { result, refs: [{ ref: one.ref.ref, result: step.result }] })
      model.lines += 1
      if (step.result === 'accepted') acceptInModel(model, one)
      return
    }
    case 'restart':
      ledger.close()
      made.ledger = made.reopen()
  }
}

async function expectRefusal(call: Promise<unknown>, code: RefwardCode): Promise<void> {
  await expect(call).rejects.toMatchObject({ code })
}

function acceptInModel(model: Model, { agent, ref }: Model['open'][number]): void {
  if (ref.kind === 'create') model.owners.set(ref.ref, agent)
  if (ref.kind === 'delete') model.owners.delete(ref.ref)
  if (ref.kind === 'delete' || ref.rewrite) model.tips.unshift(`${ref.ref} ${ref.oldId}`)
}

async function compare({ ledger, time }: TestLedger, model: Model): Promise<void> {
  for (const { token, session, revoked } of model.sessions) {
    const kind = revoked ? 'revoked' : time.now >= session.expiresAt ? 'expired' : 'live'
    expect(await ledger.findSession(token)).toMatchObject({ kind })
  }
  for (const name of agents) {
    const owned = [...model.owners].filter(([, owner]) => owner === name).map(([ref]) => ref)
    expect(await ledger.ownedBranches(name, widget)).toEqual(new Set(owned))
  }
  expect((await ledger.listAgents()).map(({ name, revokedAt }) => [name, revokedAt === undefined ? 'live' : 'revoked'])).toEqual([...model.known].toSorted())
  expect((await ledger.openDecisions()).map(({ id }) => id)).toEqual(model.open.map(({ id }) => id))
  expect((await ledger.listTips({ limit: 1000 })).map(({ ref, objectId }) => `${ref} ${objectId}`)).toEqual(model.tips)
  expect((await ledger.auditHead()).seq).toBe(model.lines)
}

it('does what a page of notes would say, whatever happens in whatever order', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const made = { ...makeTestLedger() }
      const model: Model = { known: new Map(), sessions: [], owners: new Map(), open: [], tips: [], lines: 1 }
      for (const one of steps) await runStep(made, model, one)
      await compare(made, model)
      expect(await made.ledger.verifyAudit()).toMatchObject({ kind: 'ok', head: { seq: model.lines } })
      made.ledger.close()
    }),
    { numRuns: 100 },
  )
})

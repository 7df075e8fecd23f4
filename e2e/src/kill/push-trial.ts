import type { AuditLine } from '@refward/testing-gateway'
import { ZERO } from '@refward/testing-raw-git'
import { expect } from 'vitest'
import type { AttackWorld } from '../world/attack-world.ts'
import { send } from '../world/expect-refused.ts'
import type { Offer } from '../world/offers.ts'

/** A push during which the gateway may die, and what its client heard of it. */
export interface PushTrial {
  readonly offer: Offer
  /** Refs by name as the client was told, or undefined when the answer did not come. */
  readonly told: ReadonlyMap<string, 'ok' | 'ng'> | undefined
}

/** Pushes and hears what it can. */
export async function tryPush(world: AttackWorld, offer: Offer): Promise<PushTrial> {
  const answer = await send(world.ways.refward, offer).catch(() => undefined)
  const refs = answer?.report?.refs
  return { offer, told: refs === undefined ? undefined : new Map(refs.map(({ name, kind }) => [name, kind])) }
}

interface Decided extends AuditLine {
  readonly decision: number
  readonly outcome: 'permit' | 'deny'
  readonly refs: readonly { readonly ref: string; readonly oldId: string; readonly newId: string }[]
}

/** What the audit tells of one push: its permit, if it came to one, and how that ended. */
export type Recorded =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'open' }
  | { readonly kind: 'ended'; readonly result: string; readonly by: string }

/** Reads it from the audit. A push is known by its refs and new values, which no other one of a run has. */
export function recordOf(audit: readonly AuditLine[], { commands }: Offer): Recorded {
  const [first] = commands
  const decided = audit.filter((line): line is Decided => line.kind === 'decided' && line['operation'] === 'push' && line['outcome'] === 'permit')
  const own = decided.filter(({ refs }) => refs.some(({ ref, newId }) => ref === first?.ref && newId === first.newId))
  expect(own.length).toBeLessThanOrEqual(1)
  const [permit] = own
  if (permit === undefined) return { kind: 'nothing' }
  const ends = audit.filter(({ kind, decision }) => kind === 'finished' && decision === permit.decision)
  expect(ends.length).toBeLessThanOrEqual(1)
  const [end] = ends
  return end === undefined ? { kind: 'open' } : { kind: 'ended', result: String(end['result']), by: String(end['by']) }
}

/** Waits until the audit says of every push how it ended. What is never settled is ended by the test's own time limit. */
export async function waitUntilSettled(world: AttackWorld): Promise<readonly AuditLine[]> {
  for (;;) {
    const audit = await world.gateway.audit()
    const ended = new Set(audit.flatMap(({ kind, decision }) => (kind === 'finished' ? [decision] : [])))
    const open = audit.filter((line) => line.kind === 'decided' && line['operation'] === 'push' && line['outcome'] === 'permit' && !ended.has(line['decision']))
    if (open.length === 0) return audit
  }
}

/** The forge, the client and the audit tell the same story, and it is a whole one. */
export async function expectOneStory(world: AttackWorld, audit: readonly AuditLine[], { offer, told }: PushTrial): Promise<'applied' | 'not-applied'> {
  const refs = await world.widget.refs()
  const applied = offer.commands.map(({ ref, newId }) => (refs.get(ref) ?? ZERO) === newId)
  const [whole = false] = applied
  expect(applied).toEqual(offer.commands.map(() => whole))
  if (told !== undefined) expect([...told.values()]).toEqual(offer.commands.map(() => (whole ? 'ok' : 'ng')))
  const record = recordOf(audit, offer)
  if (whole) expect(record).toMatchObject({ kind: 'ended', result: 'done' })
  else expect(record.kind === 'nothing' || (record.kind === 'ended' && ['refused', 'failed'].includes(record.result))).toBe(true)
  return whole ? 'applied' : 'not-applied'
}

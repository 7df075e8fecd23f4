import type { RefwardCode } from '@refward/core-policy'
import { expect } from 'vitest'
import type { AttackWorld } from './attack-world.ts'
import { type Refused, expectPushRefused, expectTaken, present, send } from './expect-refused.ts'
import type { Base, Offer } from './offers.ts'
import { plantedSecret } from './planted.ts'

/** One member of a class of attacks by a push. */
export interface PushAttack {
  readonly name: string
  readonly code: RefwardCode
  /** @param ref a branch of the agent's own, another one for each attack. @param secret what a scanner should find. */
  readonly build: (base: Base, ref: string, secret: string) => Offer
  /**
   * What the same push does elsewhere. `naive`: the naive gateway lets it through. `raw`: git takes it, the naive gateway does
   * not or cannot carry it. `none`: git itself refuses it, in some versions or always.
   */
  readonly works: 'naive' | 'raw' | 'none'
}

/** Shows that an attack is one, then that it fails here. */
export async function runPushAttack(world: AttackWorld, { name, code, build, works }: PushAttack): Promise<void> {
  const secret = plantedSecret()
  const ref = `refs/heads/agent/fixer/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60)}`
  const offer = build(world.base, ref, secret)
  if (works !== 'none') await expectTaken(world.ways.raw, world.open, offer)
  if (works === 'naive') await expectTaken(world.ways.naive, world.scanned, offer)
  const refused: Refused = { code, secrets: [secret] }
  await expectPushRefused(world, offer, refused)
}

/** The naive gateway is no straw man: it does find what stands in plain sight. */
export async function expectNaiveFinds(world: AttackWorld, offer: Offer): Promise<void> {
  expect((await send(world.ways.naive, offer)).status).toBe(403)
  expect(await present(world.scanned, offer.commands.map(({ newId }) => newId))).toEqual([])
}

import { expect } from 'vitest'
import type { RefwardCode } from '@refward/core-policy'
import { PASSWORD, type PushWorld, shownCodes, upstreamObjects } from './push-world.ts'
import type { GitResult } from '@refward/testing-repositories'

/** What must be the same after a refusal as before it. */
export interface Before {
  readonly refs: ReadonlyMap<string, string>
  readonly objects: ReadonlySet<string>
  readonly decisions: number
}

export async function snapshot(world: PushWorld): Promise<Before> {
  return { refs: await world.repository.refs(), objects: await upstreamObjects(world), decisions: (await world.decisions()).length }
}

/** Nothing upstream, nothing on disk, and the record is there. */
export async function expectNothingDone(world: PushWorld, before: Before, code: RefwardCode): Promise<void> {
  const { quarantine, refs } = await world.leftovers()
  expect(refs).toEqual(before.refs)
  expect(await upstreamObjects(world)).toEqual(before.objects)
  expect(quarantine).toEqual([])
  const decisions = await world.decisions()
  expect(decisions).toHaveLength(before.decisions + 1)
  expect(decisions[0]).toMatchObject({ outcome: 'deny' })
  expect(decisions[0]?.codes).toContain(code)
  expect(world.outcomes.at(-1)).toMatchObject({ kind: 'refused', drained: true })
}

/** A push of a real client was refused, said so with this code, and left nothing behind. */
export async function expectRefused(world: PushWorld, { args, code }: { readonly args: readonly string[]; readonly code: RefwardCode }): Promise<GitResult> {
  const before = await snapshot(world)
  const result = await world.push(...args)
  expect(result).not.toMatchObject({ status: 0 })
  expect(shownCodes(result)).toContain(code)
  expect(result.stderr).not.toContain(PASSWORD)
  await expectNothingDone(world, before, code)
  return result
}

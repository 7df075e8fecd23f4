import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'

let world: PushWorld

beforeEach(async () => {
  world = await createPushWorld()
})

afterEach(async () => {
  await world.close()
})

describe('a push that is let through', () => {
  test('own branch', async () => {
    const head = await world.commit({ 'src/new.ts': 'export {}\n' })
    const result = await world.push('HEAD:refs/heads/agent/fixer/one')
    expect(result).toMatchObject({ status: 0 })
    const { refs, quarantine } = await world.leftovers()
    expect(refs.get('refs/heads/agent/fixer/one')).toBe(head)
    expect(quarantine).toEqual([])
    expect(world.outcomes).toMatchObject([{ kind: 'forwarded', drained: true }])
    expect(await world.decisions()).toMatchObject([{ outcome: 'permit', result: 'done' }])
    console.log(world.outcomes)
  })
})

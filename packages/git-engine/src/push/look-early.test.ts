import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { expectRefused } from './testing/expect-refused.ts'
import type { PushDependencies } from './push-types.ts'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'

const OWN = 'refs/heads/agent/fixer/x'
const RULES = 'branches: { own: ["agent/{agent}/**", "shared"] }'

let world: PushWorld
/** Runs, once, after the client was told the refs and before the push reads them. */
let meanwhile: (() => Promise<unknown>) | undefined
let scans: number

beforeEach(async () => {
  meanwhile = undefined
  scans = 0
  world = await createPushWorld({ rules: RULES, change: (deps) => countScans(delayListings(deps)) })
  await world.commit({ 'first.ts': '1\n' })
  // The first push finds out which branch is the default; from then on there is something to go by.
  await world.push(`HEAD:${OWN}`)
  scans = 0
})

afterEach(async () => {
  await world.close()
})

function delayListings(deps: PushDependencies): PushDependencies {
  const forge: PushDependencies['forge'] = async (repo) => {
    const real = await deps.forge(repo)
    let waiting: Promise<unknown> | undefined
    const wait = async <T>(list: () => Promise<T>): Promise<T> => {
      await (waiting ??= meanwhile?.())
      return list()
    }
    return { ...real, list: (signal) => wait(() => real.list(signal)), listForPush: (signal) => wait(() => real.listForPush(signal)) }
  }
  return { ...deps, forge }
}

function countScans(deps: PushDependencies): PushDependencies {
  const scanner: PushDependencies['scanner'] = (name) => {
    const real = deps.scanner(name)
    return {
      ...real,
      scan: (...args) => {
        scans += 1
        return real.scan(...args)
      },
    }
  }
  return { ...deps, scanner }
}

const SECRET = `ghp_${'aB3dE5fG7h'.repeat(4).slice(0, 36)}`

async function quarantined(): Promise<readonly string[]> {
  const directory = join(world.data, 'quarantine')
  const names = await readdir(directory, { recursive: true })
  return names.filter((name) => name.endsWith('.idx'))
}

describe('a push that is looked at while the forge is asked', () => {
  test('has been scanned before the forge answers, and once', async () => {
    const head = await world.commit({ 'a.ts': '1\n' })
    meanwhile = () => vi.waitFor(() => expect(scans).toBe(1), { timeout: 20_000, interval: 5 })
    expect(await world.push(`HEAD:${OWN}`)).toMatchObject({ status: 0 })
    expect(scans).toBe(1)
    expect((await world.leftovers()).refs.get(OWN)).toBe(head)
  })

  test('is refused once for what is in it', async () => {
    await world.commit({ 'a.ts': `const key = "${SECRET}"\n` })
    await expectRefused(world, { args: [`HEAD:${OWN}`], code: 'RW_SECRET_FOUND' })
    expect(scans).toBe(1)
  })

  test('does not reach the disk when it is refused by what is known', async () => {
    await world.commit({ 'a.ts': '1\n' })
    let written: readonly string[] = ['nobody looked']
    meanwhile = async () => {
      written = await quarantined()
    }
    await expectRefused(world, { args: ['HEAD:refs/heads/main'], code: 'RW_REF_PROTECTED' })
    expect(written).toEqual([])
    expect(scans).toBe(0)
  })
})

describe('what changes on the forge between the listing and the push', () => {
  /** Waits until the push has been looked at, then does something to the forge. */
  function onceSeen(act: () => Promise<unknown>): () => Promise<unknown> {
    return async () => {
      await vi.waitFor(() => expect(scans).toBe(1), { timeout: 20_000, interval: 5 })
      await act()
    }
  }

  test('a ref that moved makes the push stale', async () => {
    await world.commit({ 'a.ts': '1\n' })
    const main = await world.agent(['rev-parse', 'origin/main'])
    meanwhile = onceSeen(() => world.repository.git(['update-ref', OWN, main]))
    const result = await world.push(`HEAD:${OWN}`)
    expect(result.stderr).toContain('(RW_REF_STALE)')
    const { refs, quarantine } = await world.leftovers()
    expect(refs.get(OWN)).toBe(main)
    expect(quarantine).toEqual([])
    expect((await world.decisions())[0]).toMatchObject({ outcome: 'deny', codes: ['RW_REF_STALE'] })
  })

  test('a branch that has become the default is protected', async () => {
    const head = await world.commit({ 'a.ts': '1\n' })
    expect(await world.push('HEAD:refs/heads/shared')).toMatchObject({ status: 0 })
    scans = 0
    await world.commit({ 'a.ts': '2\n' })
    meanwhile = onceSeen(() => world.repository.git(['symbolic-ref', 'HEAD', 'refs/heads/shared']))
    const result = await world.push('HEAD:refs/heads/shared')
    expect(result.stderr).toContain('(RW_REF_PROTECTED)')
    const { refs, quarantine } = await world.leftovers()
    expect(refs.get('refs/heads/shared')).toBe(head)
    expect(quarantine).toEqual([])
  })

  test('what a deleted branch has taken away must be sent, so the push is looked at anew', async () => {
    const theirs = await world.commit({ 'theirs.ts': '1\n' })
    expect(await world.push('HEAD:refs/heads/shared')).toMatchObject({ status: 0 })
    scans = 0
    await world.commit({ 'mine.ts': '1\n' })
    meanwhile = onceSeen(() => world.repository.git(['update-ref', '-d', 'refs/heads/shared', theirs]))
    const result = await world.push(`HEAD:${OWN}`)
    expect(scans).toBe(2)
    expect(result.stderr).toContain('(RW_OBJECTS_MISSING)')
    expect((await world.leftovers()).quarantine).toEqual([])
  })
})

describe('what is made ready for a push', () => {
  test('goes when the gateway stops', async () => {
    const listing = await world.forge.listForPush(AbortSignal.timeout(10_000))
    world.engine.expect(world.permit(), listing)
    const directory = join(world.data, 'quarantine')
    await vi.waitFor(async () => expect(await readdir(directory)).toHaveLength(1), { timeout: 20_000, interval: 5 })
    await world.engine.close()
    expect(await readdir(directory)).toEqual([])
  })

  test('goes when no push comes', async () => {
    const listing = await world.forge.listForPush(AbortSignal.timeout(10_000))
    world.engine.expect(world.permit(), listing)
    const directory = join(world.data, 'quarantine')
    await vi.waitFor(async () => expect(await readdir(directory)).toHaveLength(1), { timeout: 20_000, interval: 5 })
    await vi.waitFor(async () => expect(await readdir(directory)).toEqual([]), { timeout: 20_000, interval: 50 })
  })

  test('is one for a session and repository, however often it asks', async () => {
    const listing = await world.forge.listForPush(AbortSignal.timeout(10_000))
    for (let round = 0; round < 20; round += 1) world.engine.expect(world.permit(), listing)
    await world.commit({ 'a.ts': '1\n' })
    expect(await world.push(`HEAD:${OWN}`)).toMatchObject({ status: 0 })
    await world.engine.close()
    await vi.waitFor(async () => expect(await readdir(join(world.data, 'quarantine'))).toEqual([]), { timeout: 20_000, interval: 50 })
  })
})

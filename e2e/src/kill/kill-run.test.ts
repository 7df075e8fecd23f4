import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ZERO } from '@refward/testing-raw-git'
import { git } from '@refward/testing-repositories'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { type Offer, makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { filesWith, processesWith } from './leftovers.ts'
import { expectOneStory, tryPush, waitUntilSettled } from './push-trial.ts'

// SIGKILL at random moments, with pushes of every kind under way. REFWARD_KILLS makes the run longer.

const KILLS = Number(process.env['REFWARD_KILLS'] ?? 100)
/** Everything on disk is searched for the credential at every tenth kill, and at the last. */
const SEARCH_EVERY = 10

let world: AttackWorld
/** Milliseconds from the start of two pushes within which a kill comes: what they take on this machine now, and a little more. */
let longest: number
beforeAll(async () => {
  world = await createAttackWorld()
  await Promise.all([await nextOffer(), await nextOffer()].map((offer) => tryPush(world, offer)))
  await world.gateway.kill()
  await world.gateway.start()
  const began = performance.now()
  await Promise.all([await nextOffer(), await nextOffer()].map((offer) => tryPush(world, offer)))
  longest = Math.ceil(1.3 * (performance.now() - began))
})
afterAll(() => world.close())

/** Branches that the forge has, of those that this run made: what can be rewritten or deleted. */
const made: string[] = []
let number = 0

/** A new branch, three at once, a rewrite or a deletion. */
async function nextOffer(): Promise<Offer> {
  number += 1
  const ref = `refs/heads/agent/fixer/kill-${number}`
  const kind = number % 5
  if (kind === 1) {
    const commit = makeCommit([world.base.id], { 'three.txt': `${number}\n` })
    return makeOffer(['a', 'b', 'c'].map((name) => ({ ref: `${ref}/${name}`, newId: commit.id })), commit.objects)
  }
  const old = kind === 2 || kind === 3 ? made.shift() : undefined
  const oldId = old === undefined ? undefined : (await world.widget.refs()).get(old)
  if (old === undefined || oldId === undefined) return offerFiles(world.base, ref, { 'new.bin': randomBytes(randomInt(100, 200_000)) })
  if (kind === 2) return { commands: [{ ref: old, oldId, newId: ZERO }], brings: [] }
  const rewrite = makeCommit([world.base.id], { 'rewritten.txt': `${number}\n` })
  return makeOffer([{ ref: old, oldId, newId: rewrite.id }], rewrite.objects)
}

async function killOnce(): Promise<readonly ('applied' | 'not-applied')[]> {
  const offers = [await nextOffer(), await nextOffer()]
  const pushing = offers.map((offer) => tryPush(world, offer))
  await sleep(randomInt(longest))
  await world.gateway.kill()
  const trials = await Promise.all(pushing)
  expect(await processesWith(world.password)).toEqual([])
  // What the forge has begun it ends, before anybody asks it what became of it.
  await world.upstream.settled()
  await world.gateway.start()
  expect(await world.gateway.quarantine()).toEqual([])
  const audit = await waitUntilSettled(world)
  const stories = await Promise.all(trials.map((trial) => expectOneStory(world, audit, trial)))
  for (const [index, { commands }] of offers.entries()) {
    if (stories[index] === 'applied') made.push(...commands.filter(({ newId }) => newId !== ZERO).map(({ ref }) => ref))
  }
  return stories
}

it(`survives ${KILLS} kills`, { timeout: 60_000 + KILLS * 6_000 }, async () => {
  const stories: ('applied' | 'not-applied')[] = []
  const found: string[] = []
  for (let kill = 1; kill <= KILLS; kill += 1) {
    stories.push(...(await killOnce()))
    if (kill % SEARCH_EVERY === 0 || kill === KILLS) found.push(...(await filesWith(world.gateway.directory, world.password)))
  }
  expect(found).toEqual([])
  // A run that always came too early or too late would have shown nothing.
  expect(new Set(stories)).toEqual(new Set(['applied', 'not-applied']))
  const permits = (await world.gateway.audit()).filter(({ kind, operation, outcome }) => kind === 'decided' && operation === 'push' && outcome === 'permit')
  expect(world.upstream.count({ operation: 'push' })).toBeLessThanOrEqual(permits.length)
})

it('and what it serves is what the forge has', async () => {
  expect(await world.gateway.verifyAudit()).toBe('ok')
  const clone = join(world.directory, 'after.git')
  await git(['clone', '-q', '--mirror', world.gateway.url('acme/widget.git', world.token), clone])
  const refs = await git(['--git-dir', clone, 'for-each-ref', '--format=%(refname) %(objectname)'])
  expect(new Map(refs.split('\n').map((line) => line.split(' ') as [string, string]))).toEqual(await world.widget.refs())
  await git(['--git-dir', clone, 'fsck', '--full', '--strict'])
  await world.gateway.stop()
  expect(await filesWith(world.gateway.directory, world.password)).toEqual([])
})

import { ZERO } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectPushRefused, expectTaken, send } from '../world/expect-refused.ts'
import { makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { plantedSecret } from '../world/planted.ts'

// Class: a client lies about old object ids. Who scans `old..new` scans what the client lets him. Here old values are the upstream's.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld()
})
afterAll(() => world.close())

/** A branch that exists in all three places before an attack. */
async function prepare(ref: string): Promise<string> {
  const offer = offerFiles(world.base, ref, { [`${ref.split('/').at(-1)}.txt`]: 'honest\n' })
  await expectTaken(world.ways.raw, world.open, offer)
  await expectTaken(world.ways.naive, world.scanned, offer)
  await expectTaken(world.ways.refward, world.widget, offer)
  return offer.commands[0]?.newId ?? ''
}

describe('a client that lies about the old value', () => {
  it('says that the new value is the old one too, so that nothing is between them', async () => {
    const secret = plantedSecret()
    const offer = offerFiles(world.base, 'refs/heads/agent/fixer/same', { 'a.txt': secret })
    const [command] = offer.commands
    if (command === undefined) throw new Error('an offer has a command')
    const lie = { ...offer, commands: [{ ...command, oldId: command.newId }] }
    // Git refuses the lie itself, but the naive gateway has then let the content through: with the lie told to it alone, it scans nothing.
    expect((await send(world.ways.naive, lie)).status).toBe(200)
    await expectPushRefused(world, lie, { code: 'RW_REF_STALE', secrets: [secret] })
    await expectPushRefused(world, offer, { code: 'RW_SECRET_FOUND', secrets: [secret] })
  })

  it('creates a branch from a commit that it sends along and calls old', async () => {
    const secret = plantedSecret()
    const ref = 'refs/heads/agent/fixer/parent'
    const bad = makeCommit([world.base.id], { 'b.txt': secret })
    const top = makeCommit([bad.id], { 'b.txt': 'clean\n' })
    const lie = makeOffer([{ ref, oldId: bad.id, newId: top.id }], [...top.objects, ...bad.objects])
    await expectPushRefused(world, lie, { code: 'RW_REF_STALE', secrets: [secret] })
    await expectPushRefused(world, { ...lie, commands: [{ ref, newId: top.id }] }, { code: 'RW_SECRET_FOUND', secrets: [secret] })
  })

  it('calls an existing branch new', async () => {
    const ref = 'refs/heads/agent/fixer/exists'
    const old = await prepare(ref)
    const next = makeCommit([old], { 'exists.txt': 'next\n' })
    await expectPushRefused(world, makeOffer([{ ref, oldId: ZERO, newId: next.id }], next.objects), { code: 'RW_REF_STALE' })
  })

  it('calls a rewrite an update of what it never was', async () => {
    const ref = 'refs/heads/agent/fixer/rewrite'
    await prepare(ref)
    const other = makeCommit([world.base.id], { 'rewrite.txt': 'other\n' })
    await expectPushRefused(world, makeOffer([{ ref, oldId: world.base.id, newId: other.id }], other.objects), { code: 'RW_REF_STALE' })
  })

  it('deletes with the old value of another branch', async () => {
    const ref = 'refs/heads/agent/fixer/delete'
    await prepare(ref)
    await expectPushRefused(world, { commands: [{ ref, oldId: world.base.id, newId: ZERO }], brings: [] }, { code: 'RW_REF_STALE' })
  })

  it('deletes a branch of somebody else that it calls its own by the id', async () => {
    const topic = (await world.widget.refs()).get('refs/heads/topic') ?? ''
    await expectPushRefused(world, { commands: [{ ref: 'refs/heads/topic', oldId: topic, newId: ZERO }], brings: [] }, { code: 'RW_REF_NOT_OWNED' })
  })
})

describe('a ref that moves between decision and forward', () => {
  it('is not overwritten: the true old value is the lease', async () => {
    const ref = 'refs/heads/agent/fixer/raced'
    const old = await prepare(ref)
    const ours = makeCommit([old], { 'raced.txt': 'ours\n' })
    const theirs = await world.widget.git(['commit-tree', world.base.tree, '-p', old, '-m', 'theirs'])
    // Somebody else pushes while the gateway's own push is on its way to the forge.
    world.upstream.plan({ kind: 'delay', milliseconds: 400 }, { operation: 'push' })
    const pushed = send(world.ways.refward, makeOffer([{ ref, oldId: old, newId: ours.id }], ours.objects))
    await seen(() => world.upstream.requests.some(({ operation, state }) => operation === 'push' && state === 'open'))
    await world.widget.git(['update-ref', ref, theirs])
    const answer = await pushed
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng', name: ref }])
    expect((await world.widget.refs()).get(ref)).toBe(theirs)
    const finished = (await world.gateway.audit()).findLast(({ kind }) => kind === 'finished')
    expect(finished).toMatchObject({ result: 'refused' })
  })

  it('goes to one of two pushes that come at once, and the other is told so', async () => {
    const ref = 'refs/heads/agent/fixer/twins'
    const offers = ['one', 'two'].map((text) => offerFiles(world.base, ref, { 'twin.txt': `${text}\n` }))
    const answers = await Promise.all(offers.map((offer) => send(world.ways.refward, offer)))
    const results = answers.map(({ report }) => report?.refs[0]?.kind)
    expect(results.toSorted()).toEqual(['ng', 'ok'])
    const winner = offers[results.indexOf('ok')]
    expect((await world.widget.refs()).get(ref)).toBe(winner?.commands[0]?.newId)
  })

  it('a decision is for one push: the same bytes again change nothing', async () => {
    const ref = 'refs/heads/agent/fixer/replayed'
    const first = offerFiles(world.base, ref, { 'r.txt': 'first\n' })
    await expectTaken(world.ways.refward, world.widget, first)
    const id = first.commands[0]?.newId ?? ''
    await expectTaken(world.ways.refward, world.widget, { commands: [{ ref, oldId: id, newId: ZERO }], brings: [], pack: Buffer.alloc(0) })
    const next = makeCommit([id], { 'r.txt': 'next\n' })
    await expectPushRefused(world, makeOffer([{ ref, oldId: id, newId: next.id }], next.objects), { code: 'RW_REF_STALE' })
  })
})

/** Waits for something that is sure to happen; the test's own time limit ends it. */
async function seen(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setImmediate(resolve))
}

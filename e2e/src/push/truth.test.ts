import { randomBytes } from 'node:crypto'
import type { Fault } from '@refward/testing-http-upstream'
import { ZERO, pkt } from '@refward/testing-raw-git'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectTaken, send } from '../world/expect-refused.ts'
import { type Offer, makeCommit, makeOffer, offerFiles } from '../world/offers.ts'

// Class: a truth told wrongly. The upstream's result is the client's result; where it is not known, it is read back.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ forgeSettings: 'timeouts: { connect: 2s, answer: 3s, idle: 3s, total: 5s }' })
})
afterAll(() => world.close())
afterEach(async () => {
  world.upstream.clearFaults()
  for (const hook of ['pre-receive', 'update', 'post-receive']) await world.widget.setHook(hook, undefined)
})

let number = 0
const nextRef = (): string => `refs/heads/agent/fixer/truth-${(number += 1)}`
const offerNext = (bytes = 0): Offer => offerFiles(world.base, nextRef(), { 'truth.txt': `${number}\n`, 'noise.bin': randomBytes(bytes) })

/** Every ref of the push is told as it is on the forge, and so it is written down. */
async function expectTrue(offer: Offer, results: readonly ('ok' | 'ng')[]): Promise<void> {
  const seq = (await world.gateway.audit()).at(-1)?.seq ?? 0
  const answer = await send(world.ways.refward, offer)
  await world.upstream.settled()
  const refs = await world.widget.refs()
  const told = offer.commands.map(({ ref }) => answer.report?.refs.find(({ name }) => name === ref)?.kind)
  const true_ = offer.commands.map(({ ref, newId }) => ((refs.get(ref) ?? ZERO) === newId ? 'ok' : 'ng'))
  expect(told).toEqual(true_)
  expect(true_).toEqual(results)
  const audit = await world.gateway.audit(seq + 1)
  const finished = audit.findLast(({ kind }) => kind === 'finished')
  expect(finished?.['refs']).toMatchObject(results.map((result) => ({ result: result === 'ok' ? 'accepted' : 'refused' })))
}

const broken: readonly { readonly name: string; readonly fault: Fault; readonly result: 'ok' | 'ng'; readonly bytes?: number }[] = [
  { name: 'an answer that is lost after the push was made', fault: { kind: 'lost-answer' }, result: 'ok' },
  { name: 'a reset in the middle of the answer', fault: { kind: 'reset', afterBytes: 10 }, result: 'ok' },
  { name: 'an answer that ends early and looks whole', fault: { kind: 'truncate', afterBytes: 12 }, result: 'ok' },
  { name: 'an answer under another type', fault: { kind: 'content-type', contentType: 'text/html' }, result: 'ok' },
  { name: 'an answer that stops', fault: { kind: 'stall', afterBytes: 8 }, result: 'ok' },
  { name: 'a compressed answer', fault: { kind: 'encoding', encoding: 'br' }, result: 'ok' },
  { name: 'a reset while the pack is sent', fault: { kind: 'reset-upload', afterBytes: 1 }, result: 'ng', bytes: 400_000 },
  { name: 'a server that takes the request and says nothing', fault: { kind: 'half-open' }, result: 'ng' },
  { name: 'a status of a proxy', fault: { kind: 'status', status: 502, body: 'bad gateway' }, result: 'ng' },
  { name: 'a status that says that nothing was done', fault: { kind: 'status', status: 403, body: 'no' }, result: 'ng' },
  { name: 'a report of success for nothing', fault: { kind: 'nonsense', body: '000eunpack ok\n0000' }, result: 'ng' },
  { name: 'a report on another ref', fault: { kind: 'nonsense', body: Buffer.concat([pkt('unpack ok\n'), pkt('ok refs/heads/main\n'), Buffer.from('0000')]) }, result: 'ng' },
  { name: 'bytes that are no answer', fault: { kind: 'nonsense', body: 'ok ok ok' }, result: 'ng' },
  { name: 'progress without end', fault: { kind: 'endless', chunk: pkt(`\x02${'working '.repeat(1000)}`) }, result: 'ng' },
]

describe('an answer of the forge that is lost, cut or wrong', () => {
  it.each(broken)('$name', async ({ fault, result, bytes }) => {
    world.upstream.plan(fault, { operation: 'push' })
    await expectTrue(offerNext(bytes), [result])
  })
})

describe('a forge that takes a part', () => {
  const three = (): Offer => {
    const made = makeCommit([world.base.id], { 'three.txt': `${(number += 1)}\n` })
    return makeOffer(['a', 'b', 'c'].map((name) => ({ ref: `refs/heads/agent/fixer/part-${number}/${name}`, newId: made.id })), made.objects)
  }

  it('all or nothing where the forge offers it', async () => {
    await world.widget.setHook('update', 'case "$1" in */b) exit 1;; esac')
    await expectTrue(three(), ['ng', 'ng', 'ng'])
  })

  it('ref by ref where it does not', async () => {
    await world.widget.git(['config', 'receive.advertiseAtomic', 'false'])
    await world.widget.setHook('update', 'case "$1" in */b) exit 1;; esac')
    await expectTrue(three(), ['ok', 'ng', 'ok'])
    await world.widget.git(['config', 'receive.advertiseAtomic', 'true'])
  })

  it('ref by ref, and the answer is lost', async () => {
    await world.widget.git(['config', 'receive.advertiseAtomic', 'false'])
    await world.widget.setHook('update', 'case "$1" in */b) exit 1;; esac')
    world.upstream.plan({ kind: 'lost-answer' }, { operation: 'push' })
    await expectTrue(three(), ['ok', 'ng', 'ok'])
    await world.widget.git(['config', 'receive.advertiseAtomic', 'true'])
  })

  it('a hook that declines, in its own words', async () => {
    await world.widget.setHook('pre-receive', 'echo "the owner says no" >&2; exit 1')
    const offer = offerNext()
    const answer = await send(world.ways.refward, offer)
    expect(answer.progress).toContain('the owner says no')
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng', reason: expect.stringContaining('pre-receive hook declined') as string }])
    expect((await world.widget.refs()).has(offer.commands[0]?.ref ?? '')).toBe(false)
  })

  it('a hook that prints what a terminal would carry out', async () => {
    await world.widget.setHook('post-receive', String.raw`printf 'clear \033[2J\033]0;title\007 \302\2332J done\n' >&2`)
    const answer = await send(world.ways.refward, offerNext())
    expect(answer.progress).toContain('done')
    expect(answer.progress).not.toMatch(/[\x1b\x07\x9b]/)
  })
})

describe('a mirror after a push that failed', () => {
  it('still serves what the forge has, and the same push goes through later', async () => {
    const offer = offerNext()
    world.upstream.plan({ kind: 'status', status: 503 }, { operation: 'push' })
    await expectTrue(offer, ['ng'])
    await expectTaken(world.ways.refward, world.widget, offer)
  })
})

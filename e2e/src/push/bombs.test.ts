import { readFile } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'
import { type PackEntry, type RawObject, ZERO, appending, blob, call, commit, doubling, pkt, renderPack, renderPush, tag, tree } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectPushRefused, expectRefused, expectTaken } from '../world/expect-refused.ts'
import { type Base, type Offer, makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { type PushAttack, runPushAttack } from '../world/push-attack.ts'

// Class: pack bombs, delta depth, ref floods. Bounds on bytes, objects, depth, refs and time.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({
    widget: 'tags: { create: own }, limits: { pack: 2 MiB, object: 1 MiB, unpacked: 8 MiB, objects: 600, commits: 100, changes: 400, refs: 50, depth: 20, time: 30s }',
  })
})
afterAll(() => world.close())

const MEGABYTE = 1024 * 1024
const zeros = (bytes: number): RawObject => blob(Buffer.alloc(bytes))

function offerObject(object: RawObject): PushAttack['build'] {
  return (base, ref) => offerFiles(base, ref, { big: { mode: '100644', object } })
}

function offerDeltas(entries: readonly PackEntry[]): PushAttack['build'] {
  return (base, ref) => {
    const made = makeCommit([base.id], { small: 'small\n' })
    return { ...makeOffer([{ ref, newId: made.id }], made.objects, { entries: [...entries, ...made.objects] }), brings: [made.id] }
  }
}

function doublings(count: number): readonly PackEntry[] {
  const first = Buffer.alloc(1000, 'A')
  return [blob(first), ...Array.from({ length: count }, (_, step): PackEntry => ({ kind: 'ofs-delta', delta: doubling(1000 * 2 ** step) }))]
}

/** A chain in which every blob is a difference to the one before, and all of them are in the tree. */
function offerChain(length: number): PushAttack['build'] {
  return (base, ref) => {
    const contents = Array.from({ length: length + 1 }, (_, index) => `${'A'.repeat(500)}${'b'.repeat(index)}`)
    const [first = '', ...rest] = contents
    const deltas = rest.map((_, index): PackEntry => ({ kind: 'ofs-delta', delta: appending(500 + index, 'b') }))
    const top = tree(contents.map((text, index) => ({ mode: '100644', name: `f${String(index).padStart(4, '0')}`, id: blob(text).id })))
    const made = commit({ tree: top.id, parents: [base.id] })
    return { ...makeOffer([{ ref, newId: made.id }], [made, top], { entries: [blob(first), ...deltas, top, made] }), brings: contents.map((text) => blob(text).id) }
  }
}

/** Directories in directories. `width` entries of each lead to the same one below, so that few objects stand for endless paths. */
function offerTrees(depth: number, width: number): PushAttack['build'] {
  return (base, ref) => {
    const leaf = blob('leaf\n')
    let below = tree(Array.from({ length: width }, (_, index) => ({ mode: '100644', name: `f${index}`, id: leaf.id })))
    const trees = [below]
    for (let level = 1; level < depth; level += 1) {
      const { id } = below
      below = tree(Array.from({ length: width }, (_, index) => ({ mode: '40000', name: `d${index}`, id })))
      trees.push(below)
    }
    const made = commit({ tree: below.id, parents: [base.id] })
    return makeOffer([{ ref, newId: made.id }], [made, ...trees, leaf])
  }
}

function offerTags(depth: number): PushAttack['build'] {
  return (base, ref) => {
    const made = makeCommit([base.id], { tagged: 'tagged\n' })
    const tags = [tag({ object: made.id, type: 'commit' })]
    while (tags.length < depth) tags.unshift(tag({ object: tags[0]?.id ?? '', type: 'tag' }))
    return makeOffer([{ ref: ref.replace('refs/heads', 'refs/tags'), newId: tags[0]?.id ?? '' }], [...tags, ...made.objects])
  }
}

function offerCommits(count: number): PushAttack['build'] {
  return ({ id, tree: treeId }: Base, ref): Offer => {
    const commits = [commit({ tree: treeId, parents: [id] })]
    while (commits.length < count) commits.push(commit({ tree: treeId, parents: [commits.at(-1)?.id ?? ''], message: `${commits.length}\n` }))
    return makeOffer([{ ref, newId: commits.at(-1)?.id ?? '' }], commits)
  }
}

const manyFiles = (count: number): PushAttack['build'] => (base, ref) => {
  const same = blob('same\n')
  const top = tree(Array.from({ length: count }, (_, index) => ({ mode: '100644', name: `f${String(index).padStart(5, '0')}`, id: same.id })))
  const made = commit({ tree: top.id, parents: [base.id] })
  return makeOffer([{ ref, newId: made.id }], [made, top, same])
}

const bombs: readonly PushAttack[] = [
  { name: 'thirty kilobytes that unpack to thirty megabytes', works: 'raw', code: 'RW_LIMIT_OBJECT_BYTES', build: offerObject(zeros(30 * MEGABYTE)) },
  { name: 'an object that announces a terabyte', works: 'none', code: 'RW_PACK_INVALID', build: offerDeltas([{ kind: 'lying', type: 'blob', announced: 2 ** 40, deflated: deflateSync(Buffer.alloc(100)) }]) },
  { name: 'deltas of a hundred bytes that double the object thirty times', works: 'none', code: 'RW_LIMIT_OBJECT_BYTES', build: offerDeltas(doublings(30)) },
  { name: 'objects that are small one by one', works: 'raw', code: 'RW_LIMIT_TOTAL_BYTES', build: (base, ref) =>
    offerFiles(base, ref, Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`z${index}`, Buffer.alloc(MEGABYTE - 1 - index)]))) },
  { name: 'a header that announces four thousand million objects', works: 'none', code: 'RW_LIMIT_OBJECTS', build: (_, ref) => ({ commands: [{ ref, newId: '1'.repeat(40) }], brings: [], pack: renderPack([], { count: 0xffffffff }) }) },
  { name: 'more objects than a push may have', works: 'raw', code: 'RW_LIMIT_OBJECTS', build: (base, ref) =>
    offerFiles(base, ref, Object.fromEntries(Array.from({ length: 601 }, (_, index) => [`o${index}`, `${index}\n`]))) },
  { name: 'a chain of deltas', works: 'raw', code: 'RW_LIMIT_DEPTH', build: offerChain(30) },
  { name: 'directories in directories', works: 'raw', code: 'RW_LIMIT_DEPTH', build: offerTrees(30, 1) },
  { name: 'ten objects that stand for ten thousand million paths', works: 'raw', code: 'RW_LIMIT_CHANGES', build: offerTrees(10, 10) },
  { name: 'tags of tags of tags', works: 'raw', code: 'RW_LIMIT_DEPTH', build: offerTags(30) },
  { name: 'more commits than a push may have', works: 'raw', code: 'RW_LIMIT_COMMITS', build: offerCommits(101) },
  { name: 'more changed paths than a push may have', works: 'raw', code: 'RW_LIMIT_CHANGES', build: manyFiles(401) },
]

describe('bombs', () => {
  it.each(bombs)('$name', async (attack) => {
    const began = performance.now()
    await runPushAttack(world, attack)
    // Bounded by what a push may cost, not by the bomb.
    expect(performance.now() - began).toBeLessThan(25_000)
  })

  it.each([
    { name: 'with a length', framing: 'length', gzip: false },
    { name: 'in chunks', framing: 'chunked', gzip: false },
    { name: 'in gzip, small until it is decoded', framing: 'length', gzip: true },
  ] as const)('a pack over the limit, $name', async ({ framing, gzip }) => {
    const made = makeCommit([world.base.id], { 'x.txt': 'x\n' })
    const offer = makeOffer([{ ref: 'refs/heads/agent/fixer/heavy', newId: made.id }], made.objects)
    const pack = Buffer.concat([renderPack(made.objects, { count: 400 }), Buffer.alloc(gzip ? 40 * MEGABYTE : 3 * MEGABYTE)])
    const body = renderPush({ commands: offer.commands, pack })
    // Git gives up at the zeros before the limit is reached; what is left is not taken in either.
    await expectRefused(world, { code: 'RW_PACK_INVALID' }, async () => ({ bytes: (await call(world.ways.refward, { service: 'git-receive-pack', body, framing, gzip })).body }))
  })

  it('a pack of true objects that is over the limit', async () => {
    const noise = Array.from({ length: 3 }, (_, index) => blob(Buffer.from(Array.from({ length: 900_000 }, (__, at) => (at * 2_654_435_761 + index * 97 + (at >> 3) * 40_503) & 255))))
    const stored = noise.map(({ content }): PackEntry => ({ kind: 'lying', type: 'blob', announced: content.length, deflated: deflateSync(content, { level: 0 }) }))
    const made = makeCommit([world.base.id], { 'y.txt': 'y\n' })
    await expectPushRefused(world, { ...makeOffer([{ ref: 'refs/heads/agent/fixer/stored', newId: made.id }], made.objects, { entries: [...stored, ...made.objects] }) }, { code: 'RW_LIMIT_PACK_BYTES' })
  })

  it('a million refs', async () => {
    const first = pkt(`${ZERO} ${world.base.id} refs/heads/agent/fixer/0000000\0 report-status side-band-64k`)
    const lines = Array.from({ length: 1_000_000 }, (_, index) => `005c${ZERO} ${world.base.id} r/${String(index).padStart(4, '0').slice(-4)}`)
    const body = Buffer.concat([first, Buffer.from(lines.join('')), Buffer.from('0000'), renderPack([])])
    await expectRefused(world, { code: 'RW_PROTOCOL_MALFORMED' }, async () => ({ bytes: (await call(world.ways.refward, { service: 'git-receive-pack', body })).body }))
  })

  it('cost the gateway no more memory than a push may', async () => {
    const status = await readFile(`/proc/${world.gateway.pid}/status`, 'utf8')
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
    expect(peak).toBeLessThan(512 * 1024)
  })

  it('what is within the limits passes', async () => {
    const { base } = world
    await expectTaken(world.ways.refward, world.widget, offerChain(15)(base, 'refs/heads/agent/fixer/chain-15', ''))
    await expectTaken(world.ways.refward, world.widget, offerCommits(99)(base, 'refs/heads/agent/fixer/commits-99', ''))
    await expectTaken(world.ways.refward, world.widget, offerTrees(12, 1)(base, 'refs/heads/agent/fixer/trees-12', ''))
  })
})

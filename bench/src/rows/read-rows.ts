import { rm } from 'node:fs/promises'
import { added, interleave, median } from '../interleave.ts'
import type { Measurement, Row } from '../row.ts'
import type { BenchWorld, FixtureName } from '../world/bench-world.ts'
import { clientGit } from '../world/git-client.ts'

const LISTINGS = 25
const CLONES = 5

export function readRows(world: BenchWorld): readonly Row[] {
  return [
    { id: 'ls-refs-added-ms', unit: 'ms', budget: 10, bound: 'at-most', measure: () => measureListing(world) },
    { id: 'noop-fetch-added-ms', unit: 'ms', budget: 10, bound: 'at-most', measure: () => measureFetch(world) },
    { id: 'warm-clone-ratio', unit: 'ratio', budget: 0.95, bound: 'at-least', measure: () => worst(world, measureWarmClone) },
    { id: 'cold-clone-ratio', unit: 'ratio', budget: 0.95, bound: 'at-least', measure: () => worst(world, measureColdClone) },
    { id: 'clones-50-upstream-fetches', unit: 'fetches', budget: 1, bound: 'at-most', measure: () => countFetches(world) },
  ]
}

async function measureListing(world: BenchWorld): Promise<Measurement> {
  const name = await world.freshRepository('widget')
  return added(
    await interleave({
      rounds: LISTINGS,
      direct: () => clientGit('/', 'ls-remote', world.directUrl(name)),
      ours: () => clientGit('/', 'ls-remote', world.gateway.url(name)),
    }),
  )
}

async function measureFetch(world: BenchWorld): Promise<Measurement> {
  const name = await world.freshRepository('widget')
  const clone = world.place()
  await clientGit('/', 'clone', '-q', world.directUrl(name), clone)
  await clientGit(clone, 'remote', 'add', 'ours', world.gateway.url(name))
  await clientGit(clone, 'fetch', '-q', 'ours')
  return added(await interleave({ rounds: LISTINGS, direct: () => clientGit(clone, 'fetch', '-q', 'origin'), ours: () => clientGit(clone, 'fetch', '-q', 'ours') }))
}

/** Both repositories of the budget; the worse one is the row's value. */
async function worst(world: BenchWorld, measure: (world: BenchWorld, fixture: FixtureName) => Promise<Measurement>): Promise<Measurement> {
  const history = await measure(world, 'history')
  const blobs = await measure(world, 'blobs')
  return { value: Math.min(history.value, blobs.value), reference: `history ${history.reference}; blobs ${blobs.reference}` }
}

async function measureWarmClone(world: BenchWorld, fixture: FixtureName): Promise<Measurement> {
  const name = await world.freshRepository(fixture)
  await cloneAndForget(world, world.gateway.url(name))
  return ratio(await interleave({ rounds: CLONES, direct: () => cloneAndForget(world, world.directUrl(name)), ours: () => cloneAndForget(world, world.gateway.url(name)) }))
}

async function measureColdClone(world: BenchWorld, fixture: FixtureName): Promise<Measurement> {
  const names = await Promise.all(Array.from({ length: CLONES + 1 }, () => world.freshRepository(fixture)))
  const nameOf = (round: number): string => names[round] ?? ''
  return ratio(
    await interleave({
      rounds: CLONES,
      direct: (round) => cloneAndForget(world, world.directUrl(nameOf(round))),
      ours: (round) => cloneAndForget(world, world.gateway.url(nameOf(round))),
    }),
  )
}

function ratio({ direct, ours }: { readonly direct: readonly number[]; readonly ours: readonly number[] }): Measurement {
  const value = median(direct) / median(ours)
  return { value, reference: `${value.toFixed(2)} (direct ${median(direct).toFixed(0)} ms, ours ${median(ours).toFixed(0)} ms)` }
}

async function cloneAndForget(world: BenchWorld, url: string): Promise<void> {
  const place = world.place()
  await clientGit('/', 'clone', '-q', '--bare', url, place)
  await rm(place, { recursive: true })
}

async function countFetches(world: BenchWorld): Promise<Measurement> {
  const name = await world.freshRepository('small')
  const clones = Array.from({ length: 50 }, () => world.place())
  await Promise.all(clones.map((place) => clientGit('/', 'clone', '-q', '--bare', world.gateway.url(name), place)))
  const tips = new Set(await Promise.all(clones.map((place) => clientGit(place, 'rev-parse', 'refs/heads/main'))))
  if (tips.size !== 1) throw new Error('the clones differ')
  await Promise.all(clones.map((place) => rm(place, { recursive: true })))
  return { value: world.upstream.fetches(name), reference: '50 simultaneous clones of a repository that is not mirrored yet' }
}

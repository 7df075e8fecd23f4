import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { added, interleave, median } from '../interleave.ts'
import type { Measurement, Row } from '../row.ts'
import type { BenchWorld, FixtureName } from '../world/bench-world.ts'
import { clientGit } from '../world/git-client.ts'
import { peakBytes, resetPeak, residentBytes } from '../world/process-memory.ts'

const PUSHES = 20
const LARGE_PUSHES = 3
const MEBIBYTE = 1024 * 1024

export function pushRows(world: BenchWorld): readonly Row[] {
  return [
    { id: 'push-1-commit-added-ms', unit: 'ms', budget: 40, bound: 'at-most', measure: () => measureSmallPush(world, 'widget') },
    { id: 'push-1-commit-200mib-repo-added-ms', unit: 'ms', budget: 40, bound: 'at-most', measure: () => measureSmallPush(world, 'blobs') },
    { id: 'exec-push-added-ms', unit: 'ms', budget: 80, bound: 'at-most', measure: () => measureExecPush(world) },
    { id: 'push-200mib-ratio', unit: 'ratio', budget: 1.5, bound: 'at-most', measure: () => measureLargePush(world) },
    { id: 'push-200mib-rss-growth-mb', unit: 'MB', budget: 50, bound: 'at-most', measure: () => measureGrowth(world) },
  ]
}

async function measureSmallPush(world: BenchWorld, fixture: FixtureName): Promise<Measurement> {
  const name = await world.freshRepository(fixture)
  const clone = world.place()
  await clientGit('/', 'clone', '-q', world.gateway.url(name), clone)
  await clientGit(clone, 'remote', 'add', 'direct', world.directUrl(name))
  const branches = { direct: 'agent/bench/direct', ours: 'agent/bench/ours' }
  for (const branch of Object.values(branches)) await clientGit(clone, 'branch', branch, 'HEAD')
  // Both contenders push the same kind of commit; it is made outside the measured time, a round ahead.
  const prepared = await prepareCommits(clone, Object.values(branches), PUSHES + 1)
  const push = (remote: string, branch: string, round: number): Promise<string> =>
    clientGit(clone, 'push', '-q', remote, `${prepared.get(branch)?.[round]}:refs/heads/${branch}`)
  return added(await interleave({ rounds: PUSHES, direct: (round) => push('direct', branches.direct, round), ours: (round) => push('origin', branches.ours, round) }))
}

/** Out of a work tree that is shared with the gateway, beside the agent's own push of the same kind of commit. */
async function measureExecPush(world: BenchWorld): Promise<Measurement> {
  const name = await world.freshRepository('widget')
  const clone = world.place()
  await clientGit('/', 'clone', '-q', world.gateway.url(name), clone)
  const branches = { direct: 'agent/bench/direct', ours: 'agent/bench/ours' }
  for (const branch of Object.values(branches)) await clientGit(clone, 'branch', branch, 'HEAD')
  const prepared = await prepareCommits(clone, Object.values(branches), PUSHES + 1)
  const token = await world.gateway.share(clone, name)
  const refspec = (branch: string, round: number): string => `${prepared.get(branch)?.[round]}:refs/heads/${branch}`
  return added(
    await interleave({
      rounds: PUSHES,
      // By its address: a remote would have its tracking branch moved, and the gateway waits until a work tree has been at rest for a moment.
      direct: (round) => clientGit(clone, 'push', '-q', world.directUrl(name), refspec(branches.direct, round)),
      ours: (round) => pushByJson(world, { token, clone, refspec: refspec(branches.ours, round) }),
    }),
  )
}

async function pushByJson({ gateway }: BenchWorld, { token, clone, refspec }: { readonly token: string; readonly clone: string; readonly refspec: string }): Promise<void> {
  const response = await fetch(`${gateway.origin}/api/v1/git/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ repo_path: clone, refspecs: [refspec] }),
  })
  const answer = await response.text()
  if (!response.ok) throw new Error(answer)
}

async function prepareCommits(clone: string, branches: readonly string[], count: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = new Map<string, string[]>()
  for (const branch of branches) {
    await clientGit(clone, 'switch', '-q', branch)
    const made: string[] = []
    for (let round = 0; round < count; round += 1) {
      await appendFile(join(clone, 'notes.txt'), `${branch} ${round}\n`)
      await clientGit(clone, 'add', 'notes.txt')
      await clientGit(clone, 'commit', '-q', '-m', `note ${round}`)
      made.push(await clientGit(clone, 'rev-parse', 'HEAD'))
    }
    ids.set(branch, made)
  }
  return ids
}

/** A clone with one new commit of 200 files of 1 MiB, as `git commit` leaves it: each push packs it, direct and ours alike. */
async function prepareLarge(world: BenchWorld, name: string): Promise<string> {
  const clone = world.place()
  await clientGit('/', 'clone', '-q', world.gateway.url(name), clone)
  await mkdir(join(clone, 'data'))
  for (let index = 0; index < 200; index += 1) await writeFile(join(clone, 'data', `${index}.bin`), randomBytes(MEBIBYTE))
  await clientGit(clone, 'add', '.')
  await clientGit(clone, 'commit', '-q', '-m', 'add data')
  return clone
}

async function measureLargePush(world: BenchWorld): Promise<Measurement> {
  const rounds = LARGE_PUSHES + 1
  const names = await Promise.all(Array.from({ length: rounds * 2 }, () => world.freshRepository('widget')))
  const clone = await prepareLarge(world, names[0] ?? '')
  const push = (url: (name: string) => string, index: number): Promise<string> =>
    clientGit(clone, 'push', '-q', url(names[index] ?? ''), 'HEAD:refs/heads/agent/bench/data')
  for (const name of names) await clientGit('/', 'ls-remote', world.gateway.url(name))
  const { direct, ours } = await interleave({
    rounds: LARGE_PUSHES,
    direct: (round) => push((name) => world.directUrl(name), round),
    ours: (round) => push((name) => world.gateway.url(name), rounds + round),
  })
  return { value: median(ours) / median(direct), reference: `direct ${median(direct).toFixed(0)} ms, ours ${median(ours).toFixed(0)} ms` }
}

async function measureGrowth(world: BenchWorld): Promise<Measurement> {
  const name = await world.freshRepository('widget')
  const clone = await prepareLarge(world, name)
  const { pid } = world.gateway
  const before = await residentBytes(pid)
  await resetPeak(pid)
  await clientGit(clone, 'push', '-q', 'origin', 'HEAD:refs/heads/agent/bench/data')
  const peak = await peakBytes(pid)
  return { value: (peak - before) / MEBIBYTE, reference: `from ${(before / MEBIBYTE).toFixed(0)} MB to ${(peak / MEBIBYTE).toFixed(0)} MB at most` }
}

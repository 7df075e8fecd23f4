import { open, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitResult, git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectTaken, send } from '../world/expect-refused.ts'
import { type Offer, offerFiles } from '../world/offers.ts'

// Class: a mirror that is deleted or corrupted while it serves. It is a cache: it is made anew, and what it served is never wrong.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld()
})
afterAll(() => world.close())

let number = 0
const mirrors = (): string => join(world.gateway.dataDirectory, 'mirrors')

/** A clone through the gateway, and whether it is whole. */
async function clone(): Promise<GitResult> {
  const place = join(world.directory, `clone-${(number += 1)}`)
  const result = await tryGit(['clone', '-q', '--mirror', world.gateway.url('acme/widget.git', world.token), place])
  if (result.status !== 0) return result
  await git(['--git-dir', place, 'fsck', '--full', '--strict'])
  expect(await git(['--git-dir', place, 'for-each-ref', '--format=%(refname) %(objectname)'])).toBe(
    await world.widget.git(['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags']),
  )
  return result
}

/** A push that passes, or is told that the mirror is not there now, and passes the next time. */
async function pushSoon(offer: Offer): Promise<void> {
  const first = await send(world.ways.refward, offer)
  if (first.report?.refs[0]?.kind === 'ok') return
  expect(first.progress).toContain('RW_MIRROR_UNAVAILABLE')
  await expectTaken(world.ways.refward, world.widget, offer)
}

async function filesOf(pattern: RegExp): Promise<readonly string[]> {
  const names = await readdir(mirrors(), { recursive: true })
  return names.filter((name) => pattern.test(name)).map((name) => join(mirrors(), name))
}

async function eachPack(pattern: RegExp, change: (path: string) => Promise<void>): Promise<void> {
  const files = await filesOf(pattern)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) await change(file)
}

/** Other bytes in the middle, with the size and the time that the file had. */
async function corrupt(path: string): Promise<void> {
  const { size, mtimeMs } = await stat(path)
  const file = await open(path, 'r+').catch(() => undefined)
  if (file === undefined) return
  await file.write(Buffer.alloc(60, 0x5a), 0, 60, Math.floor(size / 2) - 30)
  await file.close()
  // In the middle of the millisecond: seconds with a fraction are rounded on their way to the file.
  const seconds = (Math.trunc(mtimeMs) + 0.5) / 1000
  await utimes(path, seconds, seconds)
}

const damages: readonly { readonly name: string; readonly damage: () => Promise<void> }[] = [
  { name: 'whose directory is deleted', damage: () => rm(mirrors(), { recursive: true, force: true }) },
  { name: 'whose packs are deleted', damage: () => eachPack(/\.(pack|idx)$/, (path) => rm(path)) },
  { name: 'whose indexes are deleted', damage: () => eachPack(/\.idx$/, (path) => rm(path)) },
  { name: 'whose packs are cut', damage: () => eachPack(/\.pack$/, (path) => truncate(path, 100)) },
  { name: 'whose packs are empty', damage: () => eachPack(/\.pack$/, (path) => writeFile(path, '')) },
  { name: 'whose packs are corrupted without a trace', damage: () => eachPack(/\.pack$/, corrupt) },
  { name: 'whose indexes are corrupted without a trace', damage: () => eachPack(/\.idx$/, corrupt) },
  { name: 'without a HEAD', damage: () => eachPack(/\.git\/HEAD$/, (path) => rm(path)) },
  { name: 'with another configuration', damage: () => eachPack(/\.git\/config$/, (path) => writeFile(path, '[core]\n\trepositoryformatversion = 99\n')) },
  { name: 'without its refs', damage: () => eachPack(/\.git\/(refs|packed-refs)$/, (path) => rm(path, { recursive: true })) },
]

describe('a mirror', () => {
  it.each(damages)('$name is served whole at once, or made anew', async ({ damage }) => {
    expect(await clone()).toMatchObject({ status: 0 })
    await damage()
    const first = await clone()
    // What had begun when the damage was met cannot be mended; it is told, and the next one is whole.
    expect(first.status === 0 || first.stderr.includes('RW_MIRROR_UNAVAILABLE')).toBe(true)
    expect(await clone()).toMatchObject({ status: 0, stderr: '' })
    await pushSoon(offerFiles(world.base, `refs/heads/agent/fixer/mirror-${number}`, { 'm.txt': `${number}\n` }))
  })

  it.each(damages)('$name does not stand in the way of pushes for long', async ({ damage }) => {
    expect(await clone()).toMatchObject({ status: 0 })
    await damage()
    const offer = offerFiles(world.base, `refs/heads/agent/fixer/after-${number}`, { 'a.txt': `${number}\n` })
    await pushSoon(offer)
  })

  it('that is deleted in the middle of a push', async () => {
    world.upstream.plan({ kind: 'delay', milliseconds: 300 }, { operation: 'push' })
    const before = world.upstream.count({ operation: 'push' })
    const offer = offerFiles(world.base, 'refs/heads/agent/fixer/mirror-midway', { 'm.txt': 'midway\n' })
    const pushing = expectTaken(world.ways.refward, world.widget, offer)
    while (world.upstream.count({ operation: 'push' }) === before) await new Promise((resolve) => setImmediate(resolve))
    await rm(mirrors(), { recursive: true, force: true })
    await pushing
    expect(await clone()).toMatchObject({ status: 0 })
  })

  it('that is corrupted does not change the audit', async () => {
    expect(await world.gateway.verifyAudit()).toBe('ok')
    expect((await readFile(join(world.gateway.dataDirectory, 'audit.key'))).length).toBeGreaterThan(0)
  })
})

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { advertise } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectTaken, present, send } from '../world/expect-refused.ts'
import { offerFiles } from '../world/offers.ts'

// Class: a full disk. Nothing is lost, nothing is half done, and it is said what is wrong.

const place = mkdtempSync(join(tmpdir(), 'refward-small-disk-'))
const reason = mountSmall()

/** @returns why there is no small disk here; undefined when there is one. */
function mountSmall(): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', place], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : 'mount failed'
  }
}

describe.skipIf(reason !== undefined)(`a disk of 24 MiB${reason === undefined ? '' : ` (skipped: a tmpfs cannot be mounted here, which takes root: ${reason})`}`, () => {
  let world: AttackWorld
  beforeAll(async () => {
    world = await createAttackWorld({ gatewayDirectory: place })
  })
  afterAll(async () => {
    await world.close()
    execFileSync('umount', ['-l', place])
    rmSync(place, { recursive: true, force: true })
  })

  it('a push that does not fit is refused with that word, and leaves nothing', async () => {
    const offer = offerFiles(world.base, 'refs/heads/agent/fixer/large', { 'large.bin': randomBytes(30 * 1024 * 1024) })
    const answer = await send(world.ways.refward, offer)
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    expect(answer.bytes.toString('latin1')).toContain('RW_DISK_FULL')
    expect(await present(world.widget, offer.brings)).toEqual([])
    expect(await world.gateway.quarantine()).toEqual([])
    const denial = (await world.gateway.audit()).findLast(({ kind }) => kind === 'decided')
    expect(denial).toMatchObject({ outcome: 'deny', codes: ['RW_DISK_FULL'] })
  })

  it('the next push, which fits, passes', async () => {
    await expectTaken(world.ways.refward, world.widget, offerFiles(world.base, 'refs/heads/agent/fixer/small', { 'small.txt': 'small\n' }))
  })

  it('when not even a record fits, nothing is done, and it goes on when there is room', async () => {
    const filler = join(place, 'filler')
    await fill(filler)
    const seq = (await world.gateway.audit()).length
    const offer = offerFiles(world.base, 'refs/heads/agent/fixer/unrecorded', { 'u.txt': 'u\n' })
    const before = world.upstream.count({ operation: 'push' })
    for (let turn = 0; turn < 40; turn += 1) await advertise(world.ways.refward, 'git-upload-pack')
    const answer = await send(world.ways.refward, offer).catch(() => undefined)
    const told = answer?.report?.refs[0]?.kind ?? 'ng'
    // Whatever little still fits: what was told is what is true, and what is true is recorded.
    const there = (await world.widget.refs()).has('refs/heads/agent/fixer/unrecorded')
    expect(there).toBe(told === 'ok')
    expect(world.upstream.count({ operation: 'push' }) - before).toBe(there ? 1 : 0)
    await rm(filler)
    await expectTaken(world.ways.refward, world.widget, offerFiles(world.base, 'refs/heads/agent/fixer/again', { 'again.txt': 'again\n' }))
    expect(await world.gateway.verifyAudit()).toBe('ok')
    expect((await world.gateway.audit()).length).toBeGreaterThan(seq)
    // The last push has its answer a moment before its quarantine goes.
    while ((await world.gateway.quarantine()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })
})

/** Takes every byte that is left. */
async function fill(path: string): Promise<void> {
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 4)) {
    for (;;) {
      const failed = await writeFile(path, Buffer.alloc(size), { flag: 'a' }).then(() => false, () => true)
      if (failed) break
    }
  }
}

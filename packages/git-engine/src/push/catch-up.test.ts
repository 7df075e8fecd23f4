import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tryGit } from '@refward/testing-repositories'
import { runGit } from '../process/run-git.ts'
import { expectRefused } from './testing/expect-refused.ts'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'
import { renderRawPush, sendRaw } from './testing/raw-push.ts'

const OWN = 'refs/heads/agent/fixer/x'

let world: PushWorld

beforeEach(async () => {
  world = await createPushWorld()
  await world.commit({ 'first.ts': '1\n' })
  await world.push(`HEAD:${OWN}`)
  world.upstream.clear()
})

afterEach(async () => {
  await world.close()
})

/** Somebody pushes past the gateway, with commits that the agent has too. */
async function pushPast(name: string): Promise<void> {
  const result = await tryGit(['push', '-q', world.repository.urlWithPassword, `HEAD:refs/heads/${name}`], { cwd: world.clone })
  expect(result).toMatchObject({ status: 0 })
}

/** How often objects were fetched from the upstream. */
async function fetches(): Promise<number> {
  await world.upstream.settled()
  return world.upstream.count({ operation: 'fetch' })
}

describe('a mirror that is behind, because somebody pushed past the gateway', () => {
  test('a push that does not build on that needs no fetch', async () => {
    const mine = await world.commit({ 'mine.ts': '1\n' })
    await world.agent(['checkout', '-q', '--detach', 'origin/main'])
    await world.commit({ 'theirs.ts': '1\n' })
    await pushPast('theirs')
    expect(await world.push(`${mine}:${OWN}`)).toMatchObject({ status: 0 })
    expect(await fetches()).toBe(0)
    expect((await world.leftovers()).refs.get(OWN)).toBe(mine)
  })

  test('a push that builds on it catches up and is judged again', async () => {
    await world.commit({ 'theirs.ts': 'x\n'.repeat(1000) })
    await pushPast('theirs')
    const head = await world.commit({ 'theirs.ts': 'x\n'.repeat(1001) })
    expect(await world.push(`HEAD:${OWN}`)).toMatchObject({ status: 0 })
    expect(await fetches()).toBe(1)
    const { refs, quarantine } = await world.leftovers()
    expect(refs.get(OWN)).toBe(head)
    expect(quarantine).toEqual([])
  })

  test('a large pack is not held: the mirror catches up first', async () => {
    await world.commit({ 'theirs.ts': '1\n' })
    await pushPast('theirs')
    const head = await world.commit({ 'large.bin': randomBytes(1_500_000) })
    expect(await world.push(`HEAD:${OWN}`)).toMatchObject({ status: 0 })
    expect(await fetches()).toBe(1)
    expect((await world.leftovers()).refs.get(OWN)).toBe(head)
  })

  test('what is wrong stays refused, and leaves nothing behind', async () => {
    await world.commit({ 'theirs.ts': '1\n' })
    await pushPast('theirs')
    await world.commit({ '.github/workflows/x.yml': 'on: push\n' })
    await expectRefused(world, { args: [`HEAD:${OWN}`], code: 'RW_PATH_DENIED' })
  })

  test('commits of others that are on the upstream already are not held against the agent', async () => {
    const old = await world.agent(['rev-parse', 'HEAD'])
    await world.commit({ '.github/workflows/theirs.yml': 'on: push\n' })
    await pushPast('theirs')
    const head = await world.commit({ 'mine.ts': '1\n' })
    // As from a client that has not heard of that branch: their commit is sent as well, and what is known at first forbids it.
    const flags = { '--revs': true, '--stdout': true, '--quiet': true } as const
    const { stdout } = await runGit(world.deps.git, { command: 'pack-objects', gitDir: `${world.clone}/.git`, flags }, { input: `${head}\n^${old}\n` })
    const answer = await sendRaw(world, renderRawPush({ commands: [{ name: OWN, oldId: old, newId: head }], rest: stdout }))
    expect(answer.report?.refs).toMatchObject([{ kind: 'ok' }])
    expect(await fetches()).toBe(1)
  })
})

import { type DecisionId, type KeptTip } from '@refward/ledger'
import { tryGit } from '@refward/testing-repositories'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'

const REF = 'refs/heads/agent/fixer/x'

let world: PushWorld
let old: string

beforeEach(async () => {
  world = await createPushWorld()
  old = await world.commit({ 'a.ts': 'old\n' })
  await world.push(`HEAD:${REF}`)
  await world.push(`:${REF}`)
})

afterEach(async () => {
  await world.close()
})

function listTips(): Promise<readonly KeptTip[]> {
  return world.ledger.listTips({ taken: true, limit: 10 })
}

/** Later than everything that the test did. */
function later(): number {
  return Date.now() + 1
}

async function isKept(id: string): Promise<boolean> {
  const view = await (await world.deps.mirrors.mirror(world.permit().repo)).open()
  view.release()
  return (await tryGit(['--git-dir', view.gitDir, 'rev-parse', '--verify', '-q', `refs/refward/keep/${id}`])).status === 0
}

test('a tip that is young enough stays', async () => {
  const [tip] = await listTips()
  expect(await world.engine.dropTips(tip?.keptAt ?? 0)).toEqual([])
  expect(await isKept(old)).toBe(true)
  expect(await listTips()).toHaveLength(1)
})

test('an old tip goes from the mirror and from what undo offers', async () => {
  expect(await world.engine.dropTips(later())).toMatchObject([{ kind: 'dropped', repo: 'gitea/acme/widget', tips: [{ objectId: old }] }])
  expect(await isKept(old)).toBe(false)
  expect(await listTips()).toEqual([])
  expect(await world.engine.dropTips(later())).toEqual([])
})

test('what a younger tip, or a push that is under way, holds too is let go by the ledger alone', async () => {
  const [first] = await listTips()
  while (Date.now() <= (first?.keptAt ?? 0)) await world.deps.clock.sleep(1)
  await world.push(`HEAD:${REF}`)
  await world.push(`:${REF}`)
  const [second] = await listTips()
  await world.engine.dropTips(second?.keptAt ?? 0)
  expect(await listTips()).toMatchObject([{ id: second?.id }])
  expect(await isKept(old)).toBe(true)

  const open = await leaveOpen()
  await world.engine.dropTips(later())
  expect(await listTips()).toEqual([])
  expect(await isKept(old)).toBe(true)
  await world.ledger.finished(open, { result: 'done', refs: [{ ref: REF, result: 'accepted' }] })
  await world.engine.dropTips(later())
  expect(await isKept(old)).toBe(false)
})

/** A deletion that was permitted, and whose end nobody knows yet. */
async function leaveOpen(): Promise<DecisionId> {
  const { subject, repo } = world.permit()
  const refs = [{ ref: REF, kind: 'delete' as const, oldId: old, newId: '0'.repeat(40), rewrite: false, rule: 'delete' }]
  return world.ledger.decided({ request: world.nextRequest(), agent: subject.agent, repo: repo.id, operation: 'push', outcome: 'permit', rules: [], codes: [], refs })
}

test('a mirror that cannot be written keeps both, for the next time', async () => {
  const mirror = await world.deps.mirrors.mirror(world.permit().repo)
  const view = await mirror.open()
  view.release()
  // A lock of git's own, as a crash leaves it.
  const lock = `${view.gitDir}/packed-refs.lock`
  const { rm, writeFile } = await import('node:fs/promises')
  await writeFile(lock, '')
  expect(await world.engine.dropTips(later())).toMatchObject([{ kind: 'failed', repo: 'gitea/acme/widget' }])
  expect(await listTips()).toHaveLength(1)
  await rm(lock)
  expect(await world.engine.dropTips(later())).toMatchObject([{ kind: 'dropped' }])
  expect(await isKept(old)).toBe(false)
})

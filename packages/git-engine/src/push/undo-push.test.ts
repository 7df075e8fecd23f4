import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RefName, parseRefName } from '@refward/core-policy'
import { tryGit } from '@refward/testing-repositories'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'
import type { UndoOutcome } from './undo-push.ts'

const REF = 'refs/heads/agent/fixer/x'

let world: PushWorld
let old: string
let rewritten: string

beforeEach(async () => {
  world = await createPushWorld()
  old = await world.commit({ 'a.ts': 'old\n' })
  await world.push(`HEAD:${REF}`)
  await world.agent(['reset', '-q', '--hard', 'HEAD~1'])
  rewritten = await world.commit({ 'a.ts': 'new\n' })
})

afterEach(async () => {
  await world.close()
})

function undo(): Promise<UndoOutcome> {
  return world.engine.undo({ permit: world.permit(), request: world.nextRequest(), ref: refName(REF), signal: AbortSignal.timeout(10_000) })
}

function refName(text: string): RefName {
  const parsed = parseRefName(text)
  if (parsed.kind === 'error') throw new Error('bad ref')
  return parsed.value
}

describe('undo', () => {
  test('brings back what a rewrite took away, and can itself be undone', async () => {
    await world.push('-f', `HEAD:${REF}`)
    expect(await undo()).toMatchObject({ kind: 'undone', tip: { objectId: old } })
    expect((await world.leftovers()).refs.get(REF)).toBe(old)
    expect((await world.ledger.history({ operation: 'undo', limit: 1 }))[0]).toMatchObject({ outcome: 'permit', result: 'done', refs: [{ oldId: rewritten, newId: old, rewrite: true }] })
    expect(await undo()).toMatchObject({ kind: 'undone', tip: { objectId: rewritten } })
    expect((await world.leftovers()).refs.get(REF)).toBe(rewritten)
    expect((await world.leftovers()).quarantine).toEqual([])
  })

  test('brings back a deleted branch, also when the upstream has forgotten its objects', async () => {
    await world.push(`:${REF}`)
    await world.repository.git(['gc', '-q', '--prune=now'])
    expect((await tryGit(['--git-dir', world.repository.gitDir, 'cat-file', '-e', old])).status).not.toBe(0)
    expect(await undo()).toMatchObject({ kind: 'undone' })
    expect((await world.leftovers()).refs.get(REF)).toBe(old)
  })

  test('does not overwrite what came after', async () => {
    await world.push('-f', `HEAD:${REF}`)
    await world.commit({ 'b.ts': 'later\n' })
    await world.push(`HEAD:${REF}`)
    expect(await undo()).toMatchObject({ kind: 'refused', refusals: [{ code: 'RW_UNDO_IMPOSSIBLE' }] })
    expect((await world.ledger.history({ operation: 'undo', limit: 1 }))[0]).toMatchObject({ outcome: 'deny' })
  })

  test('says when nothing is kept', async () => {
    expect(await undo()).toMatchObject({ kind: 'refused', refusals: [{ code: 'RW_UNDO_IMPOSSIBLE' }] })
  })

  test('tells what the forge says when it refuses', async () => {
    await world.push('-f', `HEAD:${REF}`)
    await world.repository.setHook('pre-receive', 'exit 1')
    expect(await undo()).toMatchObject({ kind: 'refused', refusals: [{ code: 'RW_UPSTREAM_REJECTED' }] })
    expect(await world.ledger.listTips({ limit: 10 })).toHaveLength(1)
  })
})

describe('settling what a crash left', () => {
  test.each([
    ['applied', async (): Promise<string> => world.repository.git(['update-ref', REF, rewritten]), { result: 'done' }],
    ['not applied', async (): Promise<string> => '', { result: 'refused' }],
    ['superseded', async (): Promise<string> => world.repository.git(['update-ref', REF, 'refs/heads/main']), { result: 'unknown' }],
  ] as const)('%s', async (_, happen, outcome) => {
    await tryGit(['push', '-q', world.repository.urlWithPassword, 'HEAD:refs/heads/somewhere'], { cwd: world.clone })
    const { subject, repo } = world.permit()
    const refs = [{ ref: REF, kind: 'update' as const, oldId: old, newId: rewritten, rewrite: true, rule: 'branches.own[0]' }]
    await world.ledger.decided({ request: world.nextRequest(), agent: subject.agent, repo: repo.id, operation: 'push', outcome: 'permit', rules: [], codes: [], refs })
    await happen()
    expect(await world.engine.settle(AbortSignal.timeout(5000))).toMatchObject([{ kind: 'settled', outcome: { ...outcome, by: 'settled' } }])
    expect(await world.ledger.openDecisions()).toEqual([])
    expect(await world.engine.settle(AbortSignal.timeout(5000))).toEqual([])
  })

  test('a forge that cannot be asked leaves it open', async () => {
    const { subject, repo } = world.permit()
    const refs = [{ ref: REF, kind: 'update' as const, oldId: old, newId: rewritten, rewrite: true, rule: 'branches.own[0]' }]
    await world.ledger.decided({ request: world.nextRequest(), agent: subject.agent, repo: repo.id, operation: 'push', outcome: 'permit', rules: [], codes: [], refs })
    world.upstream.plan({ kind: 'status', status: 503 }, { operation: 'advertise' }, 5)
    expect(await world.engine.settle(AbortSignal.timeout(5000))).toMatchObject([{ kind: 'open' }])
    expect(await world.ledger.openDecisions()).toHaveLength(1)
  })

  test('a quarantine that a crash left is removed at the start', async () => {
    const { mkdir } = await import('node:fs/promises')
    await mkdir(`${world.data}/quarantine/left/pack`, { recursive: true })
    expect(await world.deps.quarantines.open()).toBe(1)
    expect((await world.leftovers()).quarantine).toEqual([])
  })
})

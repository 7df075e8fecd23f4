import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tryGit } from '@refward/testing-repositories'
import { type PushWorld, createPushWorld } from './testing/push-world.ts'

const RULES = `
branches: { own: ["agent/{agent}/**", "shared"], delete: own, rewrite: own }
tags: { create: ["**"], move: ["**"], delete: ["**"] }
`

let world: PushWorld

beforeAll(async () => {
  world = await createPushWorld({ rules: RULES })
})

afterAll(async () => {
  await world.close()
})

beforeEach(async () => {
  await world.agent(['checkout', '-q', '--detach', 'origin/main'])
})

async function expectAccepted(args: readonly string[], refs: Readonly<Record<string, string | undefined>>): Promise<string> {
  const result = await world.push(...args)
  expect(result).toMatchObject({ status: 0 })
  const left = await world.leftovers()
  for (const [ref, id] of Object.entries(refs)) expect([ref, left.refs.get(ref)]).toEqual([ref, id])
  expect(left.quarantine).toEqual([])
  expect((await world.decisions())[0]).toMatchObject({ outcome: 'permit', result: 'done' })
  expect(world.outcomes.at(-1)).toMatchObject({ kind: 'forwarded', drained: true })
  return result.stderr
}

describe('pushes of a real client that are let through', () => {
  test('a new branch of its own, then more commits on it', async () => {
    const first = await world.commit({ 'a.ts': '1\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/a'], { 'refs/heads/agent/fixer/a': first })
    const second = await world.commit({ 'a.ts': '2\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/a'], { 'refs/heads/agent/fixer/a': second })
    const [update, create] = await world.decisions()
    expect(create?.refs).toMatchObject([{ kind: 'create', rewrite: false, result: 'accepted' }])
    expect(update?.refs).toMatchObject([{ kind: 'update', rewrite: false, oldId: first, newId: second }])
  })

  test('objects move to the mirror, so that the next push asks the upstream for nothing but its refs', async () => {
    const first = await world.commit({ 'b.ts': '1\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/b'], { 'refs/heads/agent/fixer/b': first })
    world.upstream.clear()
    const second = await world.commit({ 'b.ts': '2\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/b'], { 'refs/heads/agent/fixer/b': second })
    await world.upstream.settled()
    expect(world.upstream.count({ operation: 'fetch' })).toBe(0)
    expect(world.upstream.count({ operation: 'push' })).toBe(1)
  })

  test('several refs in one atomic request', async () => {
    const head = await world.commit({ 'c.ts': '1\n' })
    await expectAccepted(['--atomic', 'HEAD:refs/heads/agent/fixer/c1', 'HEAD:refs/heads/agent/fixer/c2', 'HEAD~1:refs/heads/agent/fixer/c3'], {
      'refs/heads/agent/fixer/c1': head,
      'refs/heads/agent/fixer/c2': head,
      'refs/heads/agent/fixer/c3': await world.agent(['rev-parse', 'HEAD~1']),
    })
  })

  test('a branch at a commit that is there already, which needs no object', async () => {
    const main = await world.agent(['rev-parse', 'origin/main~1'])
    await expectAccepted(['origin/main~1:refs/heads/agent/fixer/old'], { 'refs/heads/agent/fixer/old': main })
  })

  test('deleting', async () => {
    await expectAccepted(['origin/main:refs/heads/agent/fixer/gone'], {})
    await expectAccepted([':refs/heads/agent/fixer/gone'], { 'refs/heads/agent/fixer/gone': undefined })
    const id = await world.agent(['rev-parse', 'origin/main'])
    expect(await world.ledger.listTips({ limit: 10 })).toMatchObject([{ ref: 'refs/heads/agent/fixer/gone', objectId: id }])
  })

  test('deleting and creating in one push', async () => {
    const head = await world.commit({ 'd.ts': '1\n' })
    await expectAccepted(['origin/main:refs/heads/agent/fixer/d1'], {})
    await expectAccepted([':refs/heads/agent/fixer/d1', 'HEAD:refs/heads/agent/fixer/d2'], {
      'refs/heads/agent/fixer/d1': undefined,
      'refs/heads/agent/fixer/d2': head,
    })
  })

  test('a tag, an annotated tag and a tag of a tag', async () => {
    const head = await world.commit({ 'e.ts': '1\n' })
    await world.agent(['tag', 'light'])
    await world.agent(['tag', '-a', '-m', 'first', 'annotated'])
    await world.agent(['tag', '-a', '-m', 'nested', 'nested', 'annotated'])
    await expectAccepted(['light', 'annotated', 'nested'], {
      'refs/tags/light': head,
      'refs/tags/annotated': await world.agent(['rev-parse', 'annotated']),
      'refs/tags/nested': await world.agent(['rev-parse', 'nested']),
    })
    const [decision] = await world.decisions()
    const byTag = await world.ledger.history({ object: (await world.agent(['rev-parse', 'nested'])) as never, limit: 1 })
    expect(byTag).toMatchObject([{ id: decision?.id }])
  })

  test('force keeps the old tip, in the ledger and in the mirror', async () => {
    const old = await world.commit({ 'f.ts': '1\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/f'], {})
    await world.agent(['reset', '-q', '--hard', 'HEAD~1'])
    const head = await world.commit({ 'f.ts': 'other\n' })
    await expectAccepted(['--force-with-lease=refs/heads/agent/fixer/f:' + old, 'HEAD:refs/heads/agent/fixer/f'], { 'refs/heads/agent/fixer/f': head })
    expect((await world.decisions())[0]?.refs).toMatchObject([{ rewrite: true, oldId: old, newId: head }])
    expect(await world.ledger.listTips({ limit: 1 })).toMatchObject([{ objectId: old, replacedBy: head }])
  })

  test('a merge of main into a branch that was behind is no rewrite', async () => {
    const behind = await world.agent(['rev-parse', 'origin/main~1'])
    await expectAccepted([`${behind}:refs/heads/agent/fixer/m`], {})
    const head = await world.commit({ 'm.ts': '1\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/m'], { 'refs/heads/agent/fixer/m': head })
    expect((await world.decisions())[0]?.refs).toMatchObject([{ rewrite: false }])
  })

  test('from a shallow clone', async () => {
    await world.agent(['fetch', '-q', '--depth=1', '--update-shallow', 'origin', 'main'])
    const shallow = `${world.clone}-shallow`
    expect(await tryGit(['clone', '-q', '--depth=1', world.repository.urlWithPassword, shallow])).toMatchObject({ status: 0 })
    await tryGit(['commit', '-q', '--allow-empty', '-m', 'shallow'], { cwd: shallow })
    const result = await tryGit(['push', '-q', world.server.url, 'HEAD:refs/heads/agent/fixer/shallow'], { cwd: shallow })
    expect(result).toMatchObject({ status: 0 })
    await world.settled()
    const head = (await tryGit(['rev-parse', 'HEAD'], { cwd: shallow })).stdout.trim()
    expect((await world.leftovers()).refs.get('refs/heads/agent/fixer/shallow')).toBe(head)
  })

  test('a file that comes back with a client which leaves out what it knows the upstream has', async () => {
    const readme = await world.agent(['show', 'origin/main:src/widget.ts'])
    await world.agent(['rm', '-q', 'src/widget.ts'])
    await world.commit({})
    await expectAccepted(['HEAD:refs/heads/agent/fixer/r'], {})
    const head = await world.commit({ 'src/widget.ts': `${readme}\n` })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/r'], { 'refs/heads/agent/fixer/r': head })
  })

  test('a client that is slower to learn than the upstream: objects that the upstream has are no reason to refuse', async () => {
    const other = await world.commit({ 'elsewhere.ts': '1\n' })
    await tryGit(['push', '-q', world.repository.urlWithPassword, 'HEAD:refs/heads/elsewhere'], { cwd: world.clone })
    const head = await world.commit({ 'here.ts': '1\n' })
    await expectAccepted(['HEAD:refs/heads/agent/fixer/slow'], { 'refs/heads/agent/fixer/slow': head, 'refs/heads/elsewhere': other })
  })

  test('the trace says how long each step took', () => {
    const outcome = world.outcomes.at(-1)
    expect(Object.keys(outcome?.stages ?? {})).toEqual(['commands', 'listing', 'mirror', 'receive', 'scan', 'content', 'record', 'forward', 'answer', 'adopt'])
  })
})

import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectRefused } from './testing/expect-refused.ts'
import { buildPack } from './testing/pack-builder.ts'
import { PASSWORD, type PushWorld, createPushWorld, shownCodes } from './testing/push-world.ts'
import { renderRawPush, sendRaw } from './testing/raw-push.ts'

const OWN = 'refs/heads/agent/fixer/x'
const PUSH = { operation: 'push' } as const
const RULES = `
tags: { create: ["**"] }
limits: { time: 5s }
`

let world: PushWorld

beforeEach(async () => {
  world = await createPushWorld({ rules: RULES })
})

afterEach(async () => {
  await world.close()
})

describe('the result of the upstream is the result of the client', () => {
  test('a hook declines: its words reach the client without the password and without terminal sequences', async () => {
    await world.repository.setHook('pre-receive', `printf 'no: \\033[31m%s\\007\\n' '${PASSWORD}' >&2; exit 1`)
    await world.commit({ 'a.ts': '1\n' })
    const result = await world.push(`HEAD:${OWN}`)
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain('pre-receive hook declined')
    expect(result.stderr).toContain('remote: no: \\x1b[31m[masked]\\x07')
    expect(result.stderr).not.toContain(PASSWORD)
    expect((await world.decisions())[0]).toMatchObject({ outcome: 'permit', result: 'refused', refs: [{ result: 'refused', message: 'pre-receive hook declined' }] })
    expect((await world.leftovers()).quarantine).toEqual([])
    expect((await world.leftovers()).refs.has(OWN)).toBe(false)
  })

  test('one of three refs is refused by a forge without atomic pushes: each is told as it is', async () => {
    await world.repository.git(['config', 'receive.advertiseAtomic', 'false'])
    await world.repository.setHook('update', `[ "$1" != refs/heads/agent/fixer/two ]`)
    const head = await world.commit({ 'a.ts': '1\n' })
    const names = ['one', 'two', 'three'].map((name) => `refs/heads/agent/fixer/${name}`)
    const result = await world.push(...names.map((name) => `HEAD:${name}`))
    expect(result.stderr).toContain('the forge has no atomic push')
    expect(result.stderr).toMatch(/remote rejected\] +HEAD -> agent\/fixer\/two \(hook declined\)/)
    const { refs, quarantine } = await world.leftovers()
    expect(names.map((name) => refs.get(name))).toEqual([head, undefined, head])
    expect(quarantine).toEqual([])
    expect((await world.decisions())[0]).toMatchObject({ result: 'partial' })
  })

  test('one of three refs is refused by a forge with atomic pushes: none is there, and none is said to be', async () => {
    await world.repository.setHook('update', `[ "$1" != refs/heads/agent/fixer/two ]`)
    await world.commit({ 'a.ts': '1\n' })
    const names = ['one', 'two', 'three'].map((name) => `refs/heads/agent/fixer/${name}`)
    const result = await world.push(...names.map((name) => `HEAD:${name}`))
    expect(result.stderr.match(/remote rejected/g)).toHaveLength(3)
    const { refs } = await world.leftovers()
    expect(names.some((name) => refs.has(name))).toBe(false)
    expect((await world.decisions())[0]).toMatchObject({ result: 'refused' })
  })

  test('an atomic push that the forge cannot do is refused, and not done by halves', async () => {
    await world.repository.git(['config', 'receive.advertiseAtomic', 'false'])
    await world.commit({ 'a.ts': '1\n' })
    await expectRefused(world, { args: ['--atomic', `HEAD:${OWN}`, 'HEAD:refs/heads/agent/fixer/y'], code: 'RW_PROTOCOL_MALFORMED' })
  })

  test('a ref that moves between the listing and the push: the lease holds it back', async () => {
    const first = await world.commit({ 'a.ts': '1\n' })
    await world.push(`HEAD:${OWN}`)
    const main = await world.repository.git(['rev-parse', 'refs/heads/main'])
    await world.repository.setHook('pre-receive', `git update-ref ${OWN} ${main} ${first}`)
    await world.commit({ 'a.ts': '2\n' })
    const result = await world.push(`HEAD:${OWN}`)
    expect(result.status).not.toBe(0)
    expect((await world.decisions())[0]).toMatchObject({ result: 'refused' })
    expect((await world.leftovers()).quarantine).toEqual([])
  })
})

describe('a lost answer', () => {
  test('the push was made: the refs are read back, and success is told', async () => {
    world.upstream.plan({ kind: 'lost-answer' }, PUSH)
    const head = await world.commit({ 'a.ts': '1\n' })
    const result = await world.push(`HEAD:${OWN}`)
    expect(result).toMatchObject({ status: 0 })
    expect((await world.leftovers()).refs.get(OWN)).toBe(head)
    expect((await world.decisions())[0]).toMatchObject({ result: 'done' })
  })

  test('the connection is reset in the middle of the pack: that it was not made is told', async () => {
    world.upstream.plan({ kind: 'reset-upload', afterBytes: 1000 }, PUSH)
    await world.commit({ 'a.bin': randomBytes(3_000_000) })
    const result = await world.push(`HEAD:${OWN}`)
    expect(result.status).not.toBe(0)
    expect([...shownCodes(result)]).toEqual(['RW_UPSTREAM_LOST'])
    expect((await world.leftovers()).refs.has(OWN)).toBe(false)
    expect((await world.decisions())[0]).toMatchObject({ result: 'refused' })
  })

  test('half of a push that is not atomic', async () => {
    await world.repository.git(['config', 'receive.advertiseAtomic', 'false'])
    await world.repository.setHook('update', `[ "$1" != refs/heads/agent/fixer/two ]`)
    world.upstream.plan({ kind: 'lost-answer' }, PUSH)
    await world.commit({ 'a.ts': '1\n' })
    const result = await world.push('HEAD:refs/heads/agent/fixer/one', 'HEAD:refs/heads/agent/fixer/two')
    expect(result.stderr).toMatch(/new branch\] +HEAD -> agent\/fixer\/one/)
    expect(result.stderr).toMatch(/remote rejected\] +HEAD -> agent\/fixer\/two \(RW_UPSTREAM_LOST\)/)
    expect((await world.decisions())[0]).toMatchObject({ result: 'partial' })
  })

  test('nobody can be asked: the decision stays open, and is settled when the forge is back', async () => {
    world.upstream.plan({ kind: 'lost-answer' }, PUSH)
    const head = await world.commit({ 'a.ts': '1\n' })
    // One listing for the client, one for the gateway; what comes after them fails.
    const answer = world.push(`HEAD:${OWN}`)
    await failListingsAfterPush(world)
    const result = await answer
    expect([...shownCodes(result)]).toEqual(['RW_PUSH_OUTCOME_UNKNOWN'])
    expect(await world.ledger.openDecisions()).toHaveLength(1)
    world.upstream.clearFaults()
    expect(await world.engine.settle(AbortSignal.timeout(5000))).toMatchObject([{ kind: 'settled', outcome: { result: 'done', by: 'settled' } }])
    expect(await world.ledger.openDecisions()).toEqual([])
    expect((await world.leftovers()).refs.get(OWN)).toBe(head)
  })
})

describe('faults before anything is sent', () => {
  test.each([
    ['the forge is down', { kind: 'reset', afterBytes: 0 }, 'RW_UPSTREAM_UNREACHABLE'],
    ['the forge has an error', { kind: 'status', status: 500 }, 'RW_UPSTREAM_FAILED'],
    ['the forge talks nonsense', { kind: 'nonsense', body: '<html>login</html>' }, 'RW_UPSTREAM_PROTOCOL'],
    ['the forge redirects', { kind: 'redirect', location: 'https://evil.example/' }, 'RW_UPSTREAM_REDIRECT'],
  ] as const)('%s', async (_, fault, code) => {
    const { id, body } = await smallPush(world)
    world.upstream.plan(fault, { operation: 'advertise' }, 5)
    const answer = await sendRaw(world, body)
    expect(answer.report?.refs).toEqual([{ kind: 'ng', name: OWN, reason: code }])
    expect(answer.progress).not.toContain(PASSWORD)
    expect((await world.decisions())[0]).toMatchObject({ outcome: 'deny', codes: [code] })
    expect((await world.leftovers()).quarantine).toEqual([])
    expect(id).toHaveLength(40)
  })

  test('a scanner that gives up denies', async () => {
    await world.close()
    world = await createPushWorld({
      change: (deps) => ({
        ...deps,
        scanner: () => ({
          name: 'broken',
          scan: async () => ({ kind: 'incomplete', reason: 'scanner-failed', detail: 'it fell over', findings: [] }),
          warm: () => undefined,
          close: async () => undefined,
        }),
      }),
    })
    await world.commit({ 'a.ts': '1\n' })
    await expectRefused(world, { args: [`HEAD:${OWN}`], code: 'RW_SCAN_UNAVAILABLE' })
  })

  test('a ledger that cannot write denies: what cannot be recorded is not done', async () => {
    await world.close()
    world = await createPushWorld({
      change: (deps) => ({ ...deps, ledger: { ...deps.ledger, decided: () => Promise.reject(new Error('no space')) } }),
    })
    await world.commit({ 'a.ts': '1\n' })
    const result = await world.push(`HEAD:${OWN}`)
    expect([...shownCodes(result)]).toEqual(['RW_INTERNAL'])
    expect((await world.leftovers()).refs.has(OWN)).toBe(false)
    expect((await world.leftovers()).quarantine).toEqual([])
  })
})

describe('a client that goes away', () => {
  test('in the middle of its pack: nothing is sent, nothing is left, and it is recorded', async () => {
    const { body } = await smallPush(world)
    const url = new URL(`${world.server.url}/git-receive-pack`)
    const headers = { 'content-type': 'application/x-git-receive-pack-request', 'content-length': String(body.length) }
    const request = httpRequest(url, { method: 'POST', headers })
    request.on('error', () => undefined)
    request.write(body.subarray(0, body.length - 10))
    await until(async () => (await world.leftovers()).quarantine.length > 0)
    request.destroy()
    await until(async () => world.outcomes.length > 0)
    expect(world.outcomes).toMatchObject([{ kind: 'refused', codes: ['RW_PUSH_INTERRUPTED'], drained: false }])
    expect((await world.leftovers()).quarantine).toEqual([])
    expect((await world.decisions())[0]).toMatchObject({ outcome: 'deny', codes: ['RW_PUSH_INTERRUPTED'] })
    expect(world.upstream.count(PUSH)).toBe(0)
  })

  test('after the push was sent: it is seen to its end and recorded', async () => {
    const { id, body } = await smallPush(world)
    world.upstream.plan({ kind: 'delay', milliseconds: 300 }, PUSH)
    const url = new URL(`${world.server.url}/git-receive-pack`)
    const request = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/x-git-receive-pack-request' } })
    request.on('error', () => undefined)
    request.end(body)
    await until(async () => world.upstream.count(PUSH) > 0)
    request.destroy()
    await until(async () => world.outcomes.length > 0)
    expect(world.outcomes).toMatchObject([{ kind: 'forwarded', refs: [{ result: 'accepted' }] }])
    expect((await world.leftovers()).refs.get(OWN)).toBe(id)
    expect((await world.decisions())[0]).toMatchObject({ result: 'done' })
  })
})

describe('an empty repository', () => {
  test('takes the first branch where the policy lets an agent choose it', async () => {
    await world.close()
    world = await createPushWorld({ rules: 'branches: { own: ["**"], initial_push: allow }', fill: async () => undefined })
    const head = await world.commit({ 'a.ts': '1\n' })
    const result = await world.push('HEAD:refs/heads/trunk')
    expect(result).toMatchObject({ status: 0 })
    expect((await world.leftovers()).refs.get('refs/heads/trunk')).toBe(head)
  })

  test('and refuses it where it does not', async () => {
    await world.close()
    world = await createPushWorld({ fill: async () => undefined })
    await world.commit({ 'a.ts': '1\n' })
    await expectRefused(world, { args: [`HEAD:${OWN}`], code: 'RW_REPOSITORY_EMPTY' })
  })
})

/** A new commit, as a push without a client. */
async function smallPush({ repository }: PushWorld): Promise<{ readonly id: string; readonly body: Buffer }> {
  const main = await repository.git(['rev-parse', 'refs/heads/main'])
  const tree = await repository.git(['rev-parse', 'refs/heads/main^{tree}'])
  const commit = `tree ${tree}\nparent ${main}\nauthor A <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\n${'long '.repeat(200)}\n`
  const id = await repository.git(['hash-object', '-t', 'commit', '--stdin'], { input: commit })
  const rest = buildPack([{ kind: 'object', type: 'commit', content: commit }])
  return { id, body: renderRawPush({ commands: [{ name: OWN, newId: id }], rest }) }
}

/** From the moment at which the push is there, every listing fails. */
async function failListingsAfterPush({ upstream }: PushWorld): Promise<void> {
  await until(async () => upstream.count(PUSH) > 0)
  upstream.plan({ kind: 'status', status: 503 }, { operation: 'advertise' }, 100)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await holds()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('it did not come about')
}

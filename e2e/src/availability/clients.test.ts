import { join } from 'node:path'
import { type RawConnection, type RawRepository, advertise, openConnection, rawRepository, renderCall, renderPush } from '@refward/testing-raw-git'
import { tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { makeOffer, offerFiles } from '../world/offers.ts'

// Class: one agent that floods, clients that are slow or silent. Limits are per agent; others keep their latency.

let world: AttackWorld
let quiet: RawRepository
const dripping: { connection: RawConnection; done: Promise<void> }[] = []
beforeAll(async () => {
  world = await createAttackWorld({ config: 'limits: { agent_per_minute: 1000000, agent_in_flight: 8, in_flight: 64, client_idle: 5s }' })
  quiet = rawRepository(world.gateway.url('acme/widget.git', await world.gateway.addAgent('quiet', ['forge/acme/widget'])))
})
afterAll(async () => {
  for (const { connection } of dripping) connection.destroy()
  await world.close()
})

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Milliseconds of listings of the quiet agent, one after the other. */
async function timeListings(count: number): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const began = performance.now()
    expect((await advertise(quiet, 'git-upload-pack')).status).toBe(200)
    times.push(performance.now() - began)
  }
  return median(times)
}

describe('clients that hold on', () => {
  it('a byte a second: they begin now, and are looked at later', async () => {
    const { brings: _brings, ...push } = offerFiles(world.base, 'refs/heads/agent/fixer/slow', { 'slow.txt': 'slow\n' })
    const bytes = renderCall(world.ways.refward, { service: 'git-receive-pack', body: renderPush(push) })
    const body = bytes.indexOf('\r\n\r\n') + 4
    for (let client = 0; client < 4; client += 1) {
      const connection = await openConnection(world.gateway.origin)
      connection.send(bytes.subarray(0, body + 60))
      dripping.push({ connection, done: connection.drip(bytes.subarray(body + 60), { bytes: 1, milliseconds: 1000 }) })
    }
    expect(await timeListings(3)).toBeGreaterThan(0)
  })

  it('a hundred connections that say nothing cost the others nothing', async () => {
    const before = await timeListings(9)
    const idle = await Promise.all(Array.from({ length: 100 }, () => openConnection(world.gateway.origin)))
    const half = await Promise.all(Array.from({ length: 20 }, () => openConnection(world.gateway.origin)))
    for (const connection of half) connection.send('GET /git/forge/acme/widget')
    expect(await timeListings(9)).toBeLessThan(5 * before + 100)
    // Whoever has not asked after ten seconds is let go.
    await Promise.all([...idle, ...half].map((connection) => connection.ended()))
  })

  it('a request that stops in the middle is ended after its idle time', async () => {
    const bytes = renderCall(world.ways.refward, { service: 'git-receive-pack', body: renderPush(makeOffer([{ ref: 'refs/heads/agent/fixer/half', newId: '1'.repeat(40) }], [])) })
    const connection = await openConnection(world.gateway.origin)
    connection.send(bytes.subarray(0, bytes.length - 10))
    const [answer] = await connection.answers(1)
    expect(answer?.body.toString()).toContain('RW_CLIENT_SLOW')
    connection.destroy()
    expect(await world.gateway.quarantine()).toEqual([])
  })
})

describe('an agent that floods', () => {
  it('is refused above its bounds, and another keeps its latency', async () => {
    const before = await timeListings(15)
    const flooding = new AbortController()
    const statuses = new Map<number, number>()
    const flood = Array.from({ length: 24 }, async () => {
      while (!flooding.signal.aborted) {
        const { status } = await advertise(world.ways.refward, 'git-upload-pack')
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    })
    const during = await timeListings(15)
    flooding.abort()
    await Promise.all(flood)
    expect(statuses.get(429)).toBeGreaterThan(0)
    // The upstream of this test and both clients share the machine with the gateway: what is bounded is the growth.
    expect(during / before).toBeLessThan(25)
    expect(await timeListings(5)).toBeLessThan(10 * before + 50)
  })

  it('by requests in a minute is told when to come again', async () => {
    const limited = await createAttackWorld({ config: 'limits: { agent_per_minute: 5 }' })
    const answers = []
    for (let turn = 0; turn < 7; turn += 1) answers.push(await advertise(limited.ways.refward, 'git-upload-pack'))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(answers.at(-1)?.body.toString()).toContain('RW_LIMIT_PER_MINUTE')
    await limited.close()
  })
})

describe('many at once', () => {
  it('fifty clones of a repository that nobody has asked for cost the upstream one fetch', async () => {
    const crowd = await createAttackWorld({ config: 'limits: { agent_per_minute: 100000, agent_in_flight: 100, in_flight: 200 }' })
    const url = crowd.gateway.url('acme/widget.git', crowd.token)
    const clones = await Promise.all(Array.from({ length: 50 }, (_, index) => tryGit(['clone', '-q', '--bare', url, join(crowd.directory, `clone-${index}`)])))
    expect(clones.map(({ status }) => status)).toEqual(clones.map(() => 0))
    expect(crowd.upstream.count({ operation: 'fetch' })).toBe(1)
    await crowd.close()
  })
})

describe('the clients of a byte a second', () => {
  it('have been let go, and nothing is left of them', async () => {
    await Promise.all(dripping.map(({ connection }) => connection.ended()))
    const answers = await Promise.all(dripping.map(({ connection }) => connection.answers(1)))
    expect(answers.flat().every(({ body }) => body.toString().includes('RW_CLIENT_SLOW'))).toBe(true)
    expect(await world.gateway.quarantine()).toEqual([])
    expect((await world.widget.refs()).has('refs/heads/agent/fixer/slow')).toBe(false)
  })
})

import type { RefwardCode } from '@refward/core-policy'
import type { Fault } from '@refward/testing-http-upstream'
import { type HttpAnswer, call, pkt, renderV2 } from '@refward/testing-raw-git'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'

// Class: the upstream is slow, down, half-open, rate-limiting, resets, or answers nonsense. Waits are bounded, answers truthful.

const WAIT_SECONDS = 1
let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ forgeSettings: `timeouts: { connect: 1s, answer: ${WAIT_SECONDS}s, idle: ${WAIT_SECONDS}s, total: 5s }` })
  await list()
})
afterAll(() => world.close())
afterEach(() => world.upstream.clearFaults())

const list = (): Promise<HttpAnswer> => call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('ls-refs', []) })
const fetchId = (id: string): Promise<HttpAnswer> => call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('fetch', [`want ${id}`, 'done']) })

/** A commit that the mirror does not have yet. */
async function addCommit(): Promise<string> {
  const id = await world.widget.git(['commit-tree', world.base.tree, '-p', 'topic', '-m', `new ${performance.now()}`])
  await world.widget.git(['update-ref', 'refs/heads/topic', id])
  return id
}

interface Row {
  readonly name: string
  readonly fault: Fault
  readonly code: RefwardCode | RegExp
}

const rows: readonly Row[] = [
  { name: 'answers too late', fault: { kind: 'delay', milliseconds: 1500 }, code: 'RW_UPSTREAM_TIMEOUT' },
  { name: 'stops in the middle', fault: { kind: 'stall', afterBytes: 20 }, code: 'RW_UPSTREAM_TIMEOUT' },
  { name: 'takes the question and says nothing', fault: { kind: 'half-open' }, code: 'RW_UPSTREAM_TIMEOUT' },
  { name: 'resets at once', fault: { kind: 'reset', afterBytes: 0 }, code: 'RW_UPSTREAM_UNREACHABLE' },
  { name: 'resets in the middle', fault: { kind: 'reset', afterBytes: 20 }, code: /RW_UPSTREAM_(UNREACHABLE|PROTOCOL)/ },
  { name: 'ends early and looks whole', fault: { kind: 'truncate', afterBytes: 20 }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'has an error', fault: { kind: 'status', status: 500, body: 'oops' }, code: 'RW_UPSTREAM_FAILED' },
  { name: 'is not ready', fault: { kind: 'status', status: 503 }, code: 'RW_UPSTREAM_FAILED' },
  { name: 'limits the rate', fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, code: 'RW_UPSTREAM_RATE_LIMITED' },
  { name: 'does not know the repository any more', fault: { kind: 'status', status: 404 }, code: 'RW_UPSTREAM_NOT_FOUND' },
  { name: 'does not take the credential any more', fault: { kind: 'status', status: 401 }, code: 'RW_CREDENTIAL_REJECTED' },
  { name: 'answers nonsense', fault: { kind: 'nonsense', body: 'hello\n' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'answers with a page', fault: { kind: 'content-type', contentType: 'text/html' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'answers in brotli', fault: { kind: 'encoding', encoding: 'br' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'answers in deflate', fault: { kind: 'encoding', encoding: 'deflate' }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'answers with a gzip bomb', fault: { kind: 'gzip-bomb', decodedBytes: 2 ** 30 }, code: 'RW_UPSTREAM_PROTOCOL' },
  { name: 'answers without end', fault: { kind: 'endless', chunk: 'ffff'.repeat(4096) }, code: /RW_UPSTREAM_(PROTOCOL|TIMEOUT)/ },
  { name: 'has refs without end', fault: { kind: 'endless', chunk: Buffer.concat(Array.from({ length: 500 }, (_, index) => pkt(`${'a'.repeat(40)} refs/heads/${index}\n`))) }, code: /RW_UPSTREAM_(PROTOCOL|TIMEOUT)/ },
]

/** Every question is asked at most twice, and a listing stands before a fetch. */
const LONGEST_MS = 2 * 2 * (WAIT_SECONDS + 5) * 1000

async function expectFault(ask: () => Promise<HttpAnswer>, { fault, code }: Row): Promise<void> {
  world.upstream.plan(fault, { service: 'git-upload-pack' }, 100)
  const began = performance.now()
  const answer = await ask()
  expect(performance.now() - began).toBeLessThan(LONGEST_MS)
  const text = answer.body.toString('latin1')
  expect(text).toMatch(code)
  expect(text).not.toContain('PACK')
  world.upstream.clearFaults()
  expect((await list()).body.toString()).toContain('refs/heads/main')
}

describe('a listing of an upstream that', () => {
  it.each(rows)('$name', (row) => expectFault(list, row))
})

describe('a fetch of new objects from an upstream that', () => {
  it.each(rows)('$name', async (row) => {
    const id = await addCommit()
    // The listing is true; what fails is the fetch that fills the mirror.
    await list()
    await expectFault(() => fetchId(id), row)
    expect((await fetchId(id)).body.toString('latin1')).toContain('PACK')
  })
})

describe('an upstream that is gone', () => {
  it('is told as that, and what the mirror holds is not passed for the truth', async () => {
    await world.upstream.close()
    const answer = await list()
    expect(answer.body.toString()).toContain('RW_UPSTREAM_UNREACHABLE')
    expect((await world.gateway.control('GET', '/v1/status')).status).toBe(200)
  })
})

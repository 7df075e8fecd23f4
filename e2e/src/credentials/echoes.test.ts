import { join } from 'node:path'
import { advertise, call, pkt, renderV2 } from '@refward/testing-raw-git'
import { tryGit } from '@refward/testing-repositories'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { filesWith, processesWith } from '../kill/leftovers.ts'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { send } from '../world/expect-refused.ts'
import { type Offer, offerFiles } from '../world/offers.ts'
import { findSecrets } from '../world/planted.ts'

// Class: the credential in an upstream's own answer. Whatever passes through is searched for it, in every encoding.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ forgeSettings: 'timeouts: { connect: 2s, answer: 5s, idle: 5s, total: 10s }' })
})
afterAll(() => world.close())
afterEach(async () => {
  world.upstream.clearFaults()
  await world.widget.setHook('post-receive', undefined)
  await world.widget.setHook('pre-receive', undefined)
})

let number = 0
const nextOffer = (): Offer => offerFiles(world.base, `refs/heads/agent/fixer/echo-${(number += 1)}`, { 'echo.txt': `${number}\n` })
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const basicOf = (password: string): string => Buffer.from(`gateway:${password}`).toString('base64')
const hexOf = (password: string): string => Buffer.from(password).toString('hex')

/** In no answer, and not in what was written about it. */
async function expectUnheard(bytes: Uint8Array | string): Promise<void> {
  expect(findSecrets(bytes, [world.password])).toEqual([])
  expect(findSecrets(world.gateway.output(), [world.password])).toEqual([])
  expect(findSecrets(JSON.stringify(await world.gateway.audit()), [world.password])).toEqual([])
}

describe('a hook that prints it', () => {
  it.each([
    { name: 'as it is', script: (password: string) => `printf %s ${quoted(`see ${password} here`)} >&2` },
    { name: 'as its Basic header', script: (password: string) => `echo ${quoted(`authorization: Basic ${basicOf(password)}`)} >&2` },
    { name: 'in hex', script: (password: string) => `echo ${hexOf(password)} >&2` },
    { name: 'percent-encoded in an address', script: (password: string) => `echo ${quoted(`https://gateway:${encodeURIComponent(password)}@forge/`)} >&2` },
    { name: 'in two pieces with a pause between', script: (password: string) => `printf %s ${quoted(`a${password.slice(0, 9)}`)} >&2; sleep 0.3; printf '%s\\n' ${quoted(password.slice(9))} >&2` },
    { name: 'letter by letter', script: (password: string) => `${Array.from(password, (letter) => `printf %s ${quoted(letter)} >&2`).join('; ')}; echo >&2` },
  ])('$name', async ({ script }) => {
    await world.widget.setHook('post-receive', `echo begin >&2; ${script(world.password)}; echo end >&2`)
    const answer = await send(world.ways.refward, nextOffer())
    expect(answer.report?.refs).toMatchObject([{ kind: 'ok' }])
    expect(answer.progress).toContain('end')
    await expectUnheard(answer.bytes)
    await expectUnheard(answer.progress)
  })
})

describe('an error that repeats it', () => {
  it.each([
    { name: 'a page for programs', fault: (password: string) => ({ kind: 'status', status: 500, body: `failed for gateway:${password}` }) as const },
    { name: 'a page with the header', fault: (password: string) => ({ kind: 'status', status: 403, body: `you sent Basic ${basicOf(password)}` }) as const },
    { name: 'JSON', fault: (password: string) => ({ kind: 'status', status: 422, body: JSON.stringify({ message: password, url: `http://gateway:${encodeURIComponent(password)}@forge` }), headers: { 'content-type': 'application/json' } }) as const },
    { name: 'an ERR line', fault: (password: string) => ({ kind: 'nonsense', body: pkt(`ERR no access for ${password}\n`) }) as const },
    { name: 'a content type', fault: (password: string) => ({ kind: 'content-type', contentType: `text/${hexOf(password)}` }) as const },
    { name: 'a location', fault: (password: string) => ({ kind: 'redirect', location: `http://gateway:${encodeURIComponent(password)}@127.0.0.1:1/` }) as const },
  ])('$name, in a listing', async ({ fault }) => {
    // Reads are asked once more when a server may have changed its ways.
    world.upstream.plan(fault(world.password), {}, 3)
    const answer = await advertise(world.ways.refward, 'git-upload-pack')
    expect(answer.status).toBeGreaterThanOrEqual(400)
    await expectUnheard(answer.body)
  })

  it.each([
    { name: 'a reason in the report', body: (password: string, ref: string) => Buffer.concat([pkt(`\x01${String(pkt('unpack ok\n'))}${String(pkt(`ng ${ref} denied ${password}\n`))}0000`), Buffer.from('0000')]) },
    { name: 'the state of the pack', body: (password: string, ref: string) => Buffer.concat([pkt(`\x01${String(pkt(`unpack ${hexOf(password)}\n`))}${String(pkt(`ng ${ref} unpacker error\n`))}0000`), Buffer.from('0000')]) },
    { name: 'the fatal channel', body: (password: string) => pkt(`\x03fatal: ${basicOf(password)}\n`) },
  ])('$name, in the answer to a push', async ({ body }) => {
    const offer = nextOffer()
    world.upstream.plan({ kind: 'nonsense', body: body(world.password, offer.commands[0]?.ref ?? '') }, { operation: 'push' })
    const answer = await send(world.ways.refward, offer)
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    await expectUnheard(answer.bytes)
  })
})

describe('a ref that is named by it', () => {
  it('is not shown, in any protocol', async () => {
    const name = `refs/heads/x-${hexOf(world.password)}`
    await world.widget.git(['update-ref', name, world.base.id])
    const { refward } = world.ways
    const answers = [
      await advertise(refward, 'git-upload-pack'),
      await advertise(refward, 'git-upload-pack', 1),
      await advertise(refward, 'git-receive-pack'),
      await call(refward, { service: 'git-upload-pack', version: 2, body: renderV2('ls-refs', ['peel', 'symrefs', 'ref-prefix refs/heads/']) }),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body.toString()).toContain('refs/heads/topic')
      await expectUnheard(body)
    }
    await world.widget.git(['update-ref', '-d', name])
  })

  it('nor as what HEAD leads to', async () => {
    const name = `refs/heads/${hexOf(world.password)}`
    await world.widget.git(['update-ref', name, world.base.id])
    await world.widget.git(['symbolic-ref', 'HEAD', name])
    const answer = await call(world.ways.refward, { service: 'git-upload-pack', version: 2, body: renderV2('ls-refs', ['symrefs']) })
    await world.widget.git(['symbolic-ref', 'HEAD', 'refs/heads/main'])
    await world.widget.git(['update-ref', '-d', name])
    expect(answer.body.toString()).toContain('refs/heads/main')
    await expectUnheard(answer.body)
  })
})

describe('a credential at rest', () => {
  it('is with no process but the gateway, also while git works', async () => {
    world.upstream.plan({ kind: 'stall', afterBytes: 0 }, { operation: 'push' })
    const pushing = send(world.ways.refward, nextOffer())
    while (!world.upstream.requests.some(({ operation, state }) => operation === 'push' && state === 'open')) await new Promise((resolve) => setImmediate(resolve))
    const holders = await processesWith(world.password)
    expect(holders).toHaveLength(1)
    expect(holders[0]).toContain('up --config')
    world.upstream.resetConnections()
    await pushing
  })

  it('is in no file, and in no configuration of a clone', async () => {
    const clone = join(world.directory, 'clone')
    expect(await tryGit(['clone', '-q', world.gateway.url('acme/widget.git', world.token), clone])).toMatchObject({ status: 0 })
    expect(await filesWith(clone, world.password)).toEqual([])
    expect(await filesWith(world.gateway.directory, world.password)).toEqual([])
  })

  it('is in nothing that an operator is shown', async () => {
    for (const path of ['/v1/status', '/v1/agents', '/v1/audit', '/metrics', '/v1/tips']) {
      expect(findSecrets((await world.gateway.control('GET', path)).body, [world.password])).toEqual([])
    }
    expect(findSecrets(await world.gateway.operator('agent', 'list'), [world.password])).toEqual([])
  })
})

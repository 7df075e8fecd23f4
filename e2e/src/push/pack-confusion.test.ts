import { deflateSync } from 'node:zlib'
import { FLUSH, type RawPush, ZERO, blob, call, lyingPkt, pkt, push, readPushAnswer, renderPack, renderPush } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectPushRefused, expectRefused, expectTaken, present } from '../world/expect-refused.ts'
import { makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { plantedSecret } from '../world/planted.ts'
import { type PushAttack, runPushAttack } from '../world/push-attack.ts'

// Classes: objects in the pack that no ref reaches (CVE-2025-54586); fake PACK signatures, trailing data, odd packets (CVE-2025-54584);
// push options (CVE-2026-3854) and certificates.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld()
})
afterAll(() => world.close())

const unreachable: readonly PushAttack[] = [
  { name: 'a blob beside a commit', works: 'naive', code: 'RW_OBJECTS_UNREACHABLE', build: (base, ref, secret) => {
    const made = makeCommit([base.id], { 'a.txt': 'a\n' })
    return makeOffer([{ ref, newId: made.id }], [...made.objects, blob(secret)])
  } },
  { name: 'a whole history beside a commit', works: 'naive', code: 'RW_OBJECTS_UNREACHABLE', build: (base, ref, secret) => {
    const made = makeCommit([base.id], { 'b.txt': 'b\n' })
    const hidden = makeCommit([base.id], { 'b.txt': secret })
    return makeOffer([{ ref, newId: made.id }], [...made.objects, ...hidden.objects])
  } },
  { name: 'a commit on top of what is pushed', works: 'naive', code: 'RW_OBJECTS_UNREACHABLE', build: (base, ref, secret) => {
    const made = makeCommit([base.id], { 'c.txt': 'c\n' })
    const next = makeCommit([made.id], { 'c.txt': secret })
    return makeOffer([{ ref, newId: made.id }], [...made.objects, ...next.objects])
  } },
  { name: 'a blob as a delta to one that is pushed', works: 'naive', code: 'RW_OBJECTS_UNREACHABLE', build: (base, ref, secret) => {
    const shown = blob('d\n')
    const made = makeCommit([base.id], { 'd.txt': 'd\n' })
    const hidden = blob(`d\n${secret}`)
    const delta = { baseSize: 2, size: hidden.content.length, instructions: Buffer.concat([Buffer.from([0x90, 2]), Buffer.from([secret.length]), Buffer.from(secret)]) }
    return { ...makeOffer([{ ref, newId: made.id }], made.objects, { entries: [...made.objects, { kind: 'ref-delta', base: shown.id, delta }] }), brings: [hidden.id] }
  } },
]

/** A pack with something about it that two parsers read in two ways. */
function offerPack(change: (pack: Buffer, secret: string) => Buffer): PushAttack['build'] {
  return (base, ref, secret) => {
    const offer = offerFiles(base, ref, { 'x.txt': `${ref}\n` })
    return { ...offer, pack: change(Buffer.from(offer.pack ?? ''), secret) }
  }
}

const confused: readonly PushAttack[] = [
  { name: 'a second pack behind the first', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack, secret) => Buffer.concat([pack, renderPack([blob(secret)])])) },
  { name: 'one byte behind the pack', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => Buffer.concat([pack, Buffer.from('x')])) },
  { name: 'a kilobyte behind the pack', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack, secret) => Buffer.concat([pack, Buffer.alloc(1024, secret)])) },
  { name: 'other commands behind the pack', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => Buffer.concat([pack, renderPush({ commands: [{ ref: 'refs/heads/main', newId: ZERO }] })])) },
  { name: 'a signature that is none before the true one', works: 'none', code: 'RW_PROTOCOL_MALFORMED', build: offerPack((pack) => Buffer.concat([Buffer.from('PACK'), pack])) },
  { name: 'a pack of a version that there is not', works: 'none', code: 'RW_PROTOCOL_MALFORMED', build: offerPack((pack) => { pack.writeUInt32BE(9, 4); return pack }) },
  { name: 'fewer objects than announced', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => { pack.writeUInt32BE(99, 8); return pack }) },
  { name: 'more objects than announced', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => { pack.writeUInt32BE(1, 8); return pack }) },
  { name: 'no objects announced', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => { pack.writeUInt32BE(0, 8); return pack }) },
  { name: 'another checksum', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => Buffer.concat([pack.subarray(0, -20), Buffer.alloc(20, 1)])) },
  { name: 'an end that is missing', works: 'none', code: 'RW_PACK_INVALID', build: offerPack((pack) => pack.subarray(0, -5)) },
  { name: 'no pack', works: 'none', code: 'RW_PACK_INVALID', build: offerPack(() => Buffer.alloc(0)) },
  { name: 'an object that is longer than it says', works: 'none', code: 'RW_PACK_INVALID', build: (base, ref) => {
    const made = makeCommit([base.id], { 'y.txt': 'yyyy' })
    return makeOffer([{ ref, newId: made.id }], made.objects, { entries: [...made.objects.slice(0, 2), { kind: 'lying', type: 'blob', announced: 2, deflated: deflateSync(Buffer.from('yyyy')) }] })
  } },
  { name: 'an object of a type that there is not', works: 'none', code: 'RW_PACK_INVALID', build: (base, ref) => {
    const made = makeCommit([base.id], { 'z.txt': 'z' })
    return makeOffer([{ ref, newId: made.id }], made.objects, { entries: [...made.objects, { kind: 'raw', bytes: Buffer.concat([Buffer.from([0x51]), deflateSync(Buffer.from('z'))]) }] })
  } },
  { name: 'the same object twice', works: 'none', code: 'RW_PACK_INVALID', build: (base, ref) => {
    const made = makeCommit([base.id], { 'w.txt': 'w' })
    return makeOffer([{ ref, newId: made.id }], made.objects, { entries: [...made.objects, ...made.objects.slice(-1)] })
  } },
  { name: 'a tree that names .git', works: 'raw', code: 'RW_PACK_INVALID', build: (base, ref) => offerFiles(base, ref, { '.git': 'x' }) },
  { name: 'a tree that names .GIT in capitals', works: 'raw', code: 'RW_PACK_INVALID', build: (base, ref) => offerFiles(base, ref, { '.GIT': 'x' }) },
  { name: 'a link called .gitmodules (CVE-2018-17456)', works: 'raw', code: 'RW_PACK_INVALID', build: (base, ref) => offerFiles(base, ref, { '.gitmodules': { mode: '120000', object: blob('x') } }) },
  { name: 'a commit with two trees', works: 'none', code: 'RW_PACK_INVALID', build: (base, ref) => offerFiles(base, ref, { 'v.txt': 'v' }, { author: `A <a@b.example> 1 +0000\ntree ${ZERO}` }) },
]

describe('objects that no ref reaches', () => {
  it.each(unreachable)('$name', (attack) => runPushAttack(world, attack))
})

describe('packs that two parsers read in two ways', () => {
  it.each(confused)('$name', (attack) => runPushAttack(world, attack))

  it('the word PACK in a ref name hides nothing from whoever looks for the first one', async () => {
    const secret = plantedSecret()
    const offer = offerFiles(world.base, 'refs/heads/agent/fixer/PACK', { 'pack.txt': secret })
    await expectTaken(world.ways.naive, world.scanned, offer)
    await expectPushRefused(world, offer, { code: 'RW_SECRET_FOUND', secrets: [secret] })
  })

  it('the word PACK in a capability neither', async () => {
    const secret = plantedSecret()
    const offer = { ...offerFiles(world.base, 'refs/heads/agent/fixer/agent-pack', { 'agent.txt': secret }), capabilities: ' report-status side-band-64k agent=PACK' }
    await expectTaken(world.ways.naive, world.scanned, offer)
    await expectPushRefused(world, offer, { code: 'RW_SECRET_FOUND', secrets: [secret] })
  })
})

describe('commands that are not of the protocol', () => {
  const id = 'a'.repeat(40)
  const ref = 'refs/heads/agent/fixer/odd'
  const command = (text: string): Buffer => pkt(`${ZERO} ${id} ${text}`)
  const line = command(`${ref}\0 report-status side-band-64k`)

  it.each([
    { name: 'two commands for one ref', body: [line, command(ref), FLUSH] },
    { name: 'a NUL in a second command', body: [line, command('refs/heads/agent/fixer/x\0y'), FLUSH] },
    { name: 'a line end in a ref name', body: [command(`${ref}\nrefs/heads/main\0 report-status`), FLUSH] },
    { name: 'a length in capitals with a sign', body: [lyingPkt('+0FF', line), FLUSH] },
    { name: 'a length of three', body: [lyingPkt('0003', ''), line, FLUSH] },
    { name: 'a length that no packet has', body: [lyingPkt('ffff', line), FLUSH] },
    { name: 'a delimiter of protocol v2', body: [Buffer.from('0001'), line, FLUSH] },
    { name: 'an id in capitals', body: [pkt(`${ZERO} ${'A'.repeat(40)} ${ref}\0 report-status`), FLUSH] },
    { name: 'an id of 39 digits', body: [pkt(`${ZERO} ${'a'.repeat(39)} ${ref}\0 report-status`), FLUSH] },
    { name: 'two spaces', body: [pkt(`${ZERO}  ${id} ${ref}\0 report-status`), FLUSH] },
    { name: 'commands without an end', body: [line] },
    { name: 'nothing but the pack', body: [renderPack([])] },
    { name: 'a capability that nobody knows', body: [command(`${ref}\0 report-status x-open-door`), FLUSH] },
    { name: 'no report-status, so that a refusal looks like success', body: [command(`${ref}\0 side-band-64k`), FLUSH] },
  ])('$name', async ({ body }) => {
    const bytes = Buffer.concat([...body, renderPack([])])
    await expectRefused(world, { code: 'RW_PROTOCOL_MALFORMED' }, async () => {
      const answer = await call(world.ways.refward, { service: 'git-receive-pack', body: bytes })
      return { bytes: answer.body }
    })
  })

  it.each([
    { name: 'push options', code: 'RW_PUSH_OPTIONS', body: Buffer.concat([command(`${ref}\0 report-status push-options`), FLUSH, pkt('ci.skip'), FLUSH, renderPack([])]) },
    { name: 'push options beside others', code: 'RW_PUSH_OPTIONS', body: Buffer.concat([command(`${ref}\0 report-status atomic push-options side-band-64k`), FLUSH, pkt('merge_request.create'), FLUSH, renderPack([])]) },
    { name: 'an empty list of push options', code: 'RW_PUSH_OPTIONS', body: Buffer.concat([command(`${ref}\0 report-status push-options`), FLUSH, FLUSH, renderPack([])]) },
    { name: 'a push certificate', code: 'RW_PUSH_CERT', body: Buffer.concat([pkt('push-cert\0 report-status'), pkt('certificate version 0.1\n'), pkt('push-cert-end\n'), FLUSH, renderPack([])]) },
    { name: 'a repository of SHA-256', code: 'RW_OBJECT_FORMAT', body: Buffer.concat([command(`${ref}\0 report-status object-format=sha256`), FLUSH, renderPack([])]) },
  ] as const)('$name', async ({ code, body }) => {
    await expectRefused(world, { code }, async () => ({ bytes: (await call(world.ways.refward, { service: 'git-receive-pack', body })).body }))
  })
})

describe('what is sent in other ways is the same push', () => {
  const offerOf = (name: string): RawPush & { readonly brings: readonly string[] } => offerFiles(world.base, `refs/heads/agent/fixer/${name}`, { 'fine.txt': `${name}\n` })

  it.each([{ framing: 'chunked', gzip: false }, { framing: 'length', gzip: true }, { framing: 'chunked', gzip: true }] as const)('$framing, gzip: $gzip', async ({ framing, gzip }) => {
    const { brings, ...offer } = offerOf(`${framing}-${gzip}`)
    const answer = await push(world.ways.refward, { ...offer, framing, gzip })
    expect(answer.report?.refs).toMatchObject([{ kind: 'ok' }])
    expect(await present(world.widget, brings)).toEqual(brings)
  })

  it('a push without a side-band is answered with the report alone', async () => {
    const { brings: _brings, ...offer } = offerOf('bare')
    const { body } = await call(world.ways.refward, { service: 'git-receive-pack', body: renderPush({ ...offer, capabilities: ' report-status' }) })
    expect(readPushAnswer(body, false).report?.refs).toMatchObject([{ kind: 'ok' }])
  })
})

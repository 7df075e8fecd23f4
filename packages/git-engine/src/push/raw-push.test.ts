import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { ZERO_ID, encodeData } from '@refward/git-wire'
import type { RefwardCode } from '@refward/core-policy'
import { runGit } from '../process/run-git.ts'
import { expectNothingDone, snapshot } from './testing/expect-refused.ts'
import { type PackEntry, buildPack, copyInstruction, objectId } from './testing/pack-builder.ts'
import { type PushWorld, createPushWorld, upstreamObjects } from './testing/push-world.ts'
import { type RawAnswer, renderRawPush, sendRaw } from './testing/raw-push.ts'

const RULES = `
limits: { pack: 2 MiB, object: 1 MiB, unpacked: 4 MiB, objects: 1000, depth: 20, time: 20s }
visible: ["refs/heads/main", "refs/heads/agent/**", "refs/tags/**"]
`
const OWN = 'refs/heads/agent/fixer/raw'
const IDENTITY = 'A <a@example.com> 1700000000 +0000'

let world: PushWorld
let main: string

beforeAll(async () => {
  world = await createPushWorld({ rules: RULES })
  main = await world.agent(['rev-parse', 'origin/main'])
})

afterAll(async () => {
  await world.close()
})

/** A commit on top of main with one file, as the objects that it needs. */
function commitOf(blob: string | Uint8Array): { readonly id: string; readonly entries: readonly PackEntry[] } {
  const file = Buffer.from(objectId('blob', blob), 'hex')
  const tree = Buffer.concat([Buffer.from('100644 file\0'), file])
  const commit = `tree ${objectId('tree', tree)}\nparent ${main}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\nx\n`
  const entries: readonly PackEntry[] = [
    { kind: 'object', type: 'commit', content: commit },
    { kind: 'object', type: 'tree', content: tree },
    { kind: 'object', type: 'blob', content: blob },
  ]
  return { id: objectId('commit', commit), entries }
}

async function expectDenied(body: Uint8Array, code: RefwardCode): Promise<RawAnswer> {
  const before = await snapshot(world)
  const answer = await sendRaw(world, body)
  expect(answer.progress).toContain(code)
  expect(answer.report?.refs.every(({ kind }) => kind === 'ng')).toBe(true)
  await expectNothingDone(world, before, code)
  return answer
}

describe('what real clients send besides a push', () => {
  test('a lone flush asks whether a push is possible', async () => {
    expect(await sendRaw(world, Buffer.from('0000'))).toMatchObject({ status: 200, text: '' })
    expect(world.outcomes.at(-1)).toMatchObject({ kind: 'probe' })
  })

  test('without a side-band the report alone is told', async () => {
    const { id, entries } = commitOf('no side-band\n')
    const body = renderRawPush({ commands: [{ name: OWN, newId: id }], capabilities: { sideband: false }, rest: buildPack(entries) })
    const answer = await sendRaw(world, body, false)
    expect(answer.report).toEqual({ unpack: 'ok', refs: [{ kind: 'ok', name: OWN, options: {} }] })
    const refused = renderRawPush({ commands: [{ name: 'refs/heads/main', oldId: main, newId: id }], capabilities: { sideband: false }, rest: buildPack([]) })
    expect((await sendRaw(world, refused, false)).report).toEqual({ unpack: 'ok', refs: [{ kind: 'ng', name: 'refs/heads/main', reason: 'RW_REF_PROTECTED' }] })
  })
})

describe('clients that cannot be told the truth, and broken requests, are refused before anything happens', () => {
  const id = 'a'.repeat(40)
  const raw = (...lines: readonly string[]): Buffer => Buffer.concat([...lines.map((text) => encodeData(text)), Buffer.from('0000')])
  test.each([
    ['no report-status', renderRawPush({ commands: [{ name: OWN, newId: id }], capabilities: { reportStatus: 'none' }, rest: buildPack([]) }), 'report-status'],
    ['push options (CVE-2026-3854)', raw(`${ZERO_ID} ${id} ${OWN}\0report-status push-options`), 'push options'],
    ['a push certificate', raw(`push-cert\0report-status`), 'push certificates'],
    ['an unknown capability', raw(`${ZERO_ID} ${id} ${OWN}\0report-status x-secret-door`), 'x-secret-door'],
    ['SHA-256', raw(`${ZERO_ID} ${id} ${OWN}\0report-status object-format=sha256`), 'sha256'],
    ['two commands for one ref (CVE-2025-54583)', raw(`${ZERO_ID} ${id} ${OWN}\0report-status`, `${ZERO_ID} ${'b'.repeat(40)} ${OWN}`), 'twice'],
    ['a NUL in a later command', raw(`${ZERO_ID} ${id} ${OWN}\0report-status`, `${ZERO_ID} ${id} refs/heads/x\0y`), 'NUL'],
    ['a truncated command', Buffer.from('00ff'), 'protocol'],
    ['nothing', Buffer.alloc(0), 'protocol'],
    ['bytes that are no pack', Buffer.concat([raw(`${ZERO_ID} ${id} ${OWN}\0report-status`), Buffer.from('KCAP00000000000000000000')]), 'signature'],
    ['bytes behind a deletion', Buffer.concat([raw(`${id} ${ZERO_ID} ${OWN}\0report-status`), buildPack([])]), 'only deletes'],
  ])('%s', async (_, body, word) => {
    const before = (await world.decisions()).length
    const answer = await sendRaw(world, body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).toContain(word)
    expect(await world.decisions()).toHaveLength(before)
    expect((await world.leftovers()).quarantine).toEqual([])
  })
})

describe('lies', () => {
  test('the old id: what the upstream says counts, also when the client says that it creates', async () => {
    const { id, entries } = commitOf('lie\n')
    const pack = buildPack(entries)
    await expectDenied(renderRawPush({ commands: [{ name: OWN, newId: id }], rest: pack }), 'RW_REF_STALE')
    await expectDenied(renderRawPush({ commands: [{ name: OWN, oldId: main, newId: id }], rest: pack }), 'RW_REF_STALE')
  })

  test('an old id that makes the history which a naive scanner reads empty', async () => {
    const secret = `ghp_${'zY9xW8vU7t'.repeat(4).slice(0, 36)}`
    const { id, entries } = commitOf(`TOKEN=${secret}\n`)
    // A pre-receive hook that scans old..new would see nothing new between a commit and itself.
    const body = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/lie', oldId: id, newId: id }], rest: buildPack(entries) })
    await expectDenied(body, 'RW_REF_STALE')
    const honest = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/lie', newId: id }], rest: buildPack(entries) })
    expect((await expectDenied(honest, 'RW_SECRET_FOUND')).text).not.toContain(secret)
  })

  test('that the history is shallow where it is not', async () => {
    const { id, entries } = commitOf('shallow\n')
    const body = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/shallow', newId: id }], shallow: [id], rest: buildPack(entries) })
    expect((await sendRaw(world, body)).report?.refs).toEqual([{ kind: 'ok', name: 'refs/heads/agent/fixer/shallow', options: {} }])
    const orphan = `tree ${objectId('tree', '')}\nparent ${'1'.repeat(40)}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\nx\n`
    const cut = objectId('commit', orphan)
    const pack = buildPack([{ kind: 'object', type: 'commit', content: orphan }, { kind: 'object', type: 'tree', content: '' }])
    await expectDenied(renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/cut', newId: cut }], shallow: [cut], rest: pack }), 'RW_OBJECTS_MISSING')
  })
})

describe('objects that no ref reaches (CVE-2025-54586)', () => {
  test('are refused', async () => {
    const { id, entries } = commitOf('reachable\n')
    const hidden = 'hidden from every walk\n'
    const pack = buildPack([...entries, { kind: 'object', type: 'blob', content: hidden }])
    const answer = await expectDenied(renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/u', newId: id }], rest: pack }), 'RW_OBJECTS_UNREACHABLE')
    expect(answer.progress).toContain(objectId('blob', hidden).slice(0, 10))
  })

  test('raw git takes them, so that they lie on the forge', async () => {
    const { id, entries } = commitOf('reachable for raw git\n')
    const hidden = 'hidden and taken\n'
    const body = renderRawPush({ commands: [{ name: 'refs/heads/raw', newId: id }], rest: buildPack([...entries, { kind: 'object', type: 'blob', content: hidden }]) })
    const { origin, pathname, username, password } = new URL(world.repository.urlWithPassword)
    const headers = { 'content-type': 'application/x-git-receive-pack-request', authorization: `Basic ${btoa(`${username}:${password}`)}` }
    await fetch(`${origin}${pathname}/git-receive-pack`, { method: 'POST', headers, body: Buffer.from(body) })
    await world.upstream.settled()
    expect(await upstreamObjects(world)).toContain(objectId('blob', hidden))
  })

  test('objects that the upstream has already are no reason to refuse', async () => {
    const { id, entries } = commitOf('with old ones\n')
    const readme = Buffer.from(`${await world.agent(['show', 'origin/main:README.md'])}\n`)
    const pack = buildPack([...entries, { kind: 'object', type: 'blob', content: readme }])
    const answer = await sendRaw(world, renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/old', newId: id }], rest: pack }))
    expect(answer.report?.refs).toMatchObject([{ kind: 'ok' }])
  })
})

describe('objects that were not sent', () => {
  test('a ref cannot be pushed to an object which the gateway has and the session is not shown', async () => {
    const tree = await world.repository.git(['rev-parse', 'refs/heads/main^{tree}'])
    const hidden = await world.repository.git(['commit-tree', tree, '-p', 'refs/heads/main', '-m', 'embargoed'])
    await world.repository.git(['update-ref', 'refs/heads/embargo', hidden])
    // The mirror has it: it holds every branch, whoever may see it.
    const mirror = await world.deps.mirrors.mirror(world.permit().repo)
    const signal = AbortSignal.timeout(10_000)
    await mirror.refresh({ listing: await world.forge.list(signal), needed: [hidden], source: world.forge, signal })
    const body = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/peek', newId: hidden }], rest: buildPack([]) })
    await expectDenied(body, 'RW_OBJECTS_MISSING')
    await world.repository.git(['update-ref', '-d', 'refs/heads/embargo'])
  })

  test('an object that is nowhere', async () => {
    const body = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/nowhere', newId: 'b'.repeat(40) }], rest: buildPack([]) })
    await expectDenied(body, 'RW_OBJECTS_MISSING')
  })

  test('a commit whose tree is missing', async () => {
    const { id, entries } = commitOf('incomplete\n')
    const body = renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/hole', newId: id }], rest: buildPack(entries.slice(0, 1)) })
    await expectDenied(body, 'RW_OBJECTS_MISSING')
  })
})

describe('parser confusion (CVE-2025-54584)', () => {
  const name = 'refs/heads/agent/fixer/confused'

  test('a second pack behind the first', async () => {
    const { id, entries } = commitOf('first\n')
    const second = commitOf('second\n')
    const rest = Buffer.concat([buildPack(entries), buildPack(second.entries)])
    await expectDenied(renderRawPush({ commands: [{ name, newId: id }], rest }), 'RW_PACK_INVALID')
  })

  test.each([1, 20, 70_000, 400_000])('%d bytes behind the pack', async (count) => {
    const { id, entries } = commitOf(`trailing ${count}\n`)
    const rest = Buffer.concat([buildPack(entries), Buffer.alloc(count, 'P')])
    await expectDenied(renderRawPush({ commands: [{ name, newId: id }], rest }), 'RW_PACK_INVALID')
  })

  test('bytes behind a thin pack, whose length git changes', async () => {
    const base = await world.commit({ 'thin.ts': 'line\n'.repeat(500) })
    await world.push(`${base}:${name}`)
    const next = await world.commit({ 'thin.ts': 'line\n'.repeat(501) })
    const pack = await thinPack(next, base)
    await expectDenied(renderRawPush({ commands: [{ name, oldId: base, newId: next }], rest: Buffer.concat([pack, Buffer.from('x')]) }), 'RW_PACK_INVALID')
    const answer = await sendRaw(world, renderRawPush({ commands: [{ name, oldId: base, newId: next }], rest: pack }))
    expect(answer.report?.refs).toMatchObject([{ kind: 'ok' }])
  })

  test.each([
    ['no pack at all', Buffer.alloc(0)],
    ['the beginning of one', Buffer.from('PACK')],
    ['a pack that is cut', buildPack([{ kind: 'object', type: 'blob', content: 'x'.repeat(2000) }]).subarray(0, -30)],
    ['a pack with a wrong checksum', Buffer.concat([buildPack([]).subarray(0, -1), Buffer.from([0])])],
    ['fewer objects than announced', buildPack([{ kind: 'object', type: 'blob', content: 'x' }], 2)],
    ['more objects than announced', buildPack([{ kind: 'object', type: 'blob', content: 'x' }, { kind: 'object', type: 'blob', content: 'y' }], 1)],
    ['an object twice', buildPack([{ kind: 'object', type: 'blob', content: 'x' }, { kind: 'object', type: 'blob', content: 'x' }])],
  ])('%s', async (_, rest) => {
    await expectDenied(renderRawPush({ commands: [{ name: 'refs/heads/agent/fixer/none', newId: 'c'.repeat(40) }], rest }), 'RW_PACK_INVALID')
  })
})

describe('bombs', () => {
  const name = 'refs/heads/agent/fixer/bomb'

  test('a header that announces four thousand million objects', async () => {
    await expectDenied(renderRawPush({ commands: [{ name, newId: 'c'.repeat(40) }], rest: buildPack([], 0xffffffff) }), 'RW_LIMIT_OBJECTS')
  })

  test('a pack over the limit', async () => {
    const rest = buildPack([1, 2, 3].map(() => ({ kind: 'object', type: 'blob', content: randomBytes(900_000) })))
    await expectDenied(renderRawPush({ commands: [{ name, newId: 'c'.repeat(40) }], rest }), 'RW_LIMIT_PACK_BYTES')
  })

  test('a blob of a kilobyte that unpacks to sixty megabytes', async () => {
    const { id, entries } = commitOf(Buffer.alloc(60 * 1024 * 1024))
    await expectDenied(renderRawPush({ commands: [{ name, newId: id }], rest: buildPack(entries) }), 'RW_LIMIT_OBJECT_BYTES')
  })

  test('deltas of a hundred bytes that double the object thirty times', async () => {
    const entries: PackEntry[] = [{ kind: 'object', type: 'blob', content: Buffer.alloc(1000, 'A') }]
    for (let size = 1000, step = 0; step < 30; step += 1, size *= 2) entries.push(doubling(size))
    await expectDenied(renderRawPush({ commands: [{ name, newId: 'c'.repeat(40) }], rest: buildPack(entries) }), 'RW_LIMIT_OBJECT_BYTES')
  })

  test('a chain of deltas that is deeper than the limit', async () => {
    const blobs: Buffer[] = [Buffer.alloc(1000, 'A')]
    const entries: PackEntry[] = [{ kind: 'object', type: 'blob', content: blobs[0] ?? '' }]
    for (let step = 1; step <= 25; step += 1) {
      const number = Buffer.alloc(4)
      number.writeUInt32BE(step)
      const instructions = Buffer.concat([copyInstruction(0, 1000), Buffer.from([4]), number])
      entries.push({ kind: 'delta', baseSize: step === 1 ? 1000 : 1004, size: 1004, instructions })
      blobs.push(Buffer.concat([Buffer.alloc(1000, 'A'), number]))
    }
    const tree = Buffer.concat(blobs.map((blob, index) => Buffer.concat([Buffer.from(`100644 f${String(index).padStart(3, '0')}\0`), Buffer.from(objectId('blob', blob), 'hex')])))
    const commit = `tree ${objectId('tree', tree)}\nparent ${main}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\nx\n`
    const pack = buildPack([...entries, { kind: 'object', type: 'tree', content: tree }, { kind: 'object', type: 'commit', content: commit }])
    await expectDenied(renderRawPush({ commands: [{ name, newId: objectId('commit', commit) }], rest: pack }), 'RW_LIMIT_DEPTH')
  })

  test('directories that are nested deeper than the limit', async () => {
    const trees: Buffer[] = []
    let entry = Buffer.concat([Buffer.from('100644 f\0'), Buffer.from(objectId('blob', 'deep\n'), 'hex')])
    for (let level = 0; level < 25; level += 1) {
      trees.push(entry)
      entry = Buffer.concat([Buffer.from('40000 d\0'), Buffer.from(objectId('tree', entry), 'hex')])
    }
    const top = trees.at(-1) ?? Buffer.alloc(0)
    const commit = `tree ${objectId('tree', top)}\nparent ${main}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\nx\n`
    const entries: readonly PackEntry[] = [
      { kind: 'object', type: 'commit', content: commit },
      { kind: 'object', type: 'blob', content: 'deep\n' },
      ...trees.map((content): PackEntry => ({ kind: 'object', type: 'tree', content })),
    ]
    await expectDenied(renderRawPush({ commands: [{ name, newId: objectId('commit', commit) }], rest: buildPack(entries) }), 'RW_LIMIT_DEPTH')
  })
})

function doubling(size: number): PackEntry {
  const copies: Buffer[] = []
  for (let round = 0; round < 2; round += 1) {
    for (let at = 0; at < size; at += 0xffffff) copies.push(copyInstruction(at, Math.min(size - at, 0xffffff)))
  }
  return { kind: 'delta', baseSize: size, size: size * 2, instructions: Buffer.concat(copies) }
}

async function thinPack(newId: string, base: string): Promise<Buffer> {
  const { stdout } = await runGit(world.deps.git, { command: 'pack-objects', gitDir: `${world.clone}/.git`, flags: { '--revs': true, '--thin': true, '--stdout': true, '--quiet': true } }, {
    input: `${newId}\n^${base}\n`,
  })
  return stdout
}

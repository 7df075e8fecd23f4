import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawObject, blob, commit, rawObject, tag, tree } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectPushRefused, expectTaken, send } from '../world/expect-refused.ts'
import { type Base, type Offer, makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { findSecrets, formsOf, plantedSecret } from '../world/planted.ts'
import { type PushAttack, expectNaiveFinds, runPushAttack } from '../world/push-attack.ts'

// Class: content hidden from a diff. Scanners that read `git log -p` see what git shows to people; Refward reads every new object.

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ widget: 'tags: { create: own }' })
})
afterAll(() => world.close())

const asTag = (ref: string): string => ref.replace('refs/heads/', 'refs/tags/')
const utf16 = (text: string, order: 'le' | 'be', mark: boolean): Buffer => {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

function offerMerge(base: Base, ref: string, content: string): Offer {
  const left = makeCommit([base.id], { 'left.txt': 'left\n' })
  const right = makeCommit([base.id], { 'right.txt': 'right\n' })
  const merge = makeCommit([left.id, right.id], { 'left.txt': 'left\n', 'right.txt': 'right\n', 'merge.txt': content })
  return makeOffer([{ ref, newId: merge.id }], [...merge.objects, ...left.objects, ...right.objects])
}

function offerTag(base: Base, ref: string, tags: (commitId: string) => readonly RawObject[]): Offer {
  const made = makeCommit([base.id], { 'tagged.txt': `${ref}\n` })
  const objects = tags(made.id)
  return makeOffer([{ ref: asTag(ref), newId: objects[0]?.id ?? '' }], [...objects, ...made.objects])
}

const attacks: readonly PushAttack[] = [
  { name: 'in plain sight', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'config.ts': `token = "${secret}"\n` }) },
  { name: 'in the tree of a merge alone', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerMerge(base, ref, `token = "${secret}"\n`) },
  { name: 'UTF-16 with a mark', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'a.ini': utf16(`token="${secret}"\r\n`, 'le', true) }) },
  { name: 'UTF-16 big-endian without a mark', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'b.ini': utf16(`token="${secret}"\r\n`, 'be', false) }) },
  { name: 'behind a NUL, which makes a file binary', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'c.bin': `\0\0\0\ntoken = "${secret}"\n` }) },
  { name: 'at the end of three megabytes', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'd.log': `${'line of a log\n'.repeat(220_000)}${secret}\n` }) },
  { name: 'in a commit that a later one takes back', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => {
    const first = makeCommit([base.id], { 'e.ts': secret })
    const second = makeCommit([first.id], { 'e.ts': 'nothing to see\n' })
    return makeOffer([{ ref, newId: second.id }], [...second.objects, ...first.objects])
  } },
  { name: 'in the body of a message', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'f.txt': 'f\n' }, { message: `subject\n\n${secret}\n` }) },
  { name: 'in a message behind a NUL', works: 'none', code: 'RW_PACK_INVALID', build: (base, ref, secret) => offerFiles(base, ref, { 'g.txt': 'g\n' }, { message: `subject\n\0${secret}\n` }) },
  { name: 'as the name of an author', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'h.txt': 'h\n' }, { author: `${secret} <a@b.example> 1700000000 +0000` }) },
  { name: 'as the address of a committer', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'i.txt': 'i\n' }, { committer: `A <${secret}@b.example> 1700000000 +0000` }) },
  { name: 'in a header of a commit that git does not know', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'j.txt': 'j\n' }, { headers: [`x-note ${secret}`] }) },
  { name: 'in a signature that is none', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { 'k.txt': 'k\n' }, { headers: ['gpgsig -----BEGIN PGP SIGNATURE-----', ` ${secret}`, ' -----END PGP SIGNATURE-----'] }) },
  { name: 'as a file name', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { [secret]: '' }) },
  { name: 'as the name of a directory without files', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { [secret]: { mode: '40000', object: tree([]) } }) },
  { name: 'as the target of a symbolic link', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerFiles(base, ref, { link: { mode: '120000', object: blob(secret) } }) },
  { name: 'in a commit that only a submodule entry names', works: 'naive', code: 'RW_OBJECTS_UNREACHABLE', build: (base, ref, secret) => {
    const hidden = makeCommit([], { 'l.txt': secret })
    const modules = '[submodule "l"]\n\tpath = l\n\turl = ../other.git\n'
    const shown = makeCommit([base.id], { '.gitmodules': modules, l: { mode: '160000', object: rawObject('commit', hidden.objects[0]?.content ?? '') } })
    return makeOffer([{ ref, newId: shown.id }], [...shown.objects, ...hidden.objects])
  } },
  { name: 'in the message of a tag', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerTag(base, ref, (object) => [tag({ object, type: 'commit', message: `${secret}\n` })]) },
  { name: 'in a tag inside a tag', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerTag(base, ref, (object) => {
    const inner = tag({ object, type: 'commit', message: `${secret}\n` })
    return [tag({ object: inner.id, type: 'tag' }), inner]
  }) },
  { name: 'as the name of a tagger', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => offerTag(base, ref, (object) => [tag({ object, type: 'commit', tagger: `${secret} <a@b.example> 1700000000 +0000` })]) },
  { name: 'in a blob that a tag points to', works: 'naive', code: 'RW_REF_TARGET', build: (_, ref, secret) => {
    const content = blob(`m ${secret}`)
    const outer = tag({ object: content.id, type: 'blob' })
    return makeOffer([{ ref: asTag(ref), newId: outer.id }], [outer, content])
  } },
  { name: 'in a tree that a tag points to', works: 'naive', code: 'RW_REF_TARGET', build: (_, ref, secret) => {
    const content = blob(`n ${secret}`)
    const top = tree([{ mode: '100644', name: 'n', id: content.id }])
    return makeOffer([{ ref: asTag(ref), newId: top.id }], [top, content])
  } },
  // A graft that a client can send. Whoever looks for the commands in the first line finds none.
  { name: 'behind a claim that history is shallow', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => {
    const first = makeCommit([base.id], { 'p.txt': secret })
    const second = makeCommit([first.id], { 'p.txt': 'p\n' })
    return makeOffer([{ ref, newId: second.id }], [...second.objects, ...first.objects], { shallow: ['1'.repeat(40)] })
  } },
  { name: 'in a second parent', works: 'raw', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => {
    const side = makeCommit([], { 'q.txt': secret })
    const merge = commit({ tree: base.tree, parents: [base.id, side.id] })
    return makeOffer([{ ref, newId: merge.id }], [merge, ...side.objects])
  } },
]

describe('content hidden from a diff', () => {
  it('is found by the naive gateway where it is not hidden', async () => {
    await expectNaiveFinds(world, offerFiles(world.base, 'refs/heads/agent/fixer/plain', { 'config.ts': `token = "${plantedSecret()}"\n` }))
  })

  it.each(attacks)('a secret $name', (attack) => runPushAttack(world, attack))

  it('a secret behind a replacement that the upstream has', async () => {
    const secret = plantedSecret()
    const ref = 'refs/heads/agent/fixer/replaced'
    const bad = makeCommit([world.base.id], { 'r.txt': secret })
    const offer = makeOffer([{ ref, newId: bad.id }], bad.objects)
    const replacement = [`refs/replace/${bad.id}`, world.base.id]
    await world.widget.git(['update-ref', ...replacement])
    await world.scanned.git(['--git-dir', world.naive.gitDir, 'update-ref', ...replacement])
    await expectTaken(world.ways.naive, world.scanned, offer)
    await expectPushRefused(world, offer, { code: 'RW_SECRET_FOUND', secrets: [secret] })
  })

  it('a secret in a branch name', async () => {
    const secret = plantedSecret()
    const offer = offerFiles(world.base, `refs/heads/agent/fixer/${secret}`, { 'o.txt': 'o\n' })
    await expectTaken(world.ways.naive, world.scanned, offer)
    // The protocol answers with the client's own name of the ref, and the record says which it was.
    await expectPushRefused(world, offer, { code: 'RW_SECRET_FOUND' })
  })

  it("the gateway's own credential in a branch name, which is not even recorded", async () => {
    const ref = `refs/heads/agent/fixer/${Buffer.from(world.password).toString('hex')}`
    const seq = (await world.gateway.audit()).length
    const answer = await send(world.ways.refward, offerFiles(world.base, ref, { 's.txt': 's\n' }))
    expect(answer.report?.refs).toMatchObject([{ kind: 'ng' }])
    const audit = JSON.stringify(await world.gateway.audit(seq + 1))
    expect(audit).toContain('RW_OWN_CREDENTIAL')
    expect(findSecrets(audit, [world.password])).toEqual([])
    expect(findSecrets(await readFile(join(world.gateway.dataDirectory, 'ledger.db')), [world.password])).toEqual([])
    expect(findSecrets(await readFile(join(world.gateway.dataDirectory, 'ledger.db-wal')), [world.password])).toEqual([])
  })

  it.each([
    { name: 'as it is', render: (password: string) => Buffer.from(password) },
    { name: 'in base64', render: (password: string) => Buffer.from(Buffer.from(`gateway:${password}`).toString('base64')) },
    { name: 'in hex', render: (password: string) => Buffer.from(Buffer.from(password).toString('hex')) },
    { name: 'percent-encoded', render: (password: string) => Buffer.from(encodeURIComponent(password)) },
    { name: 'in UTF-16', render: (password: string) => utf16(`see ${password}`, 'le', true) },
  ])("the gateway's own credential $name", async ({ name, render }) => {
    const ref = `refs/heads/agent/fixer/own-${name.replaceAll(/\W+/g, '-')}`
    await expectPushRefused(world, offerFiles(world.base, ref, { 'leak.txt': render(world.password) }), { code: 'RW_OWN_CREDENTIAL' })
  })

  it('nothing of it is in what the gateway wrote', async () => {
    await world.gateway.stop()
    expect(world.gateway.output()).toContain('RW_SECRET_FOUND')
    expect(world.gateway.output()).not.toMatch(/ghp_[A-Za-z0-9]{20}/)
    expect(findSecrets(world.gateway.output(), [world.password])).toEqual([])
    expect(formsOf(world.password).length).toBeGreaterThan(5)
  })
})

import { ZERO } from '@refward/testing-raw-git'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackWorld, createAttackWorld } from '../world/attack-world.ts'
import { expectPushRefused, expectTaken } from '../world/expect-refused.ts'
import { makeCommit, makeOffer, offerFiles } from '../world/offers.ts'
import { type PushAttack, runPushAttack } from '../world/push-attack.ts'

// Classes: refspec tricks and namespaces; several refs, mixed case and names that are not canonical (CVE-2025-54583);
// new branches and tags that skip a check (CVE-2025-54585).

let world: AttackWorld
beforeAll(async () => {
  world = await createAttackWorld({ widget: 'branches: { protected: ["release/**"] }' })
})
afterAll(() => world.close())

let count = 0
const anyCommit = (base: { readonly id: string }): ReturnType<typeof makeCommit> => makeCommit([base.id], { 'n.txt': `${(count += 1)}\n` })

function toRef(target: string): PushAttack['build'] {
  return (base) => {
    const made = anyCommit(base)
    return makeOffer([{ ref: target, newId: made.id }], made.objects)
  }
}

function withSecond(second: string): PushAttack['build'] {
  return (base, ref) => {
    const made = anyCommit(base)
    return makeOffer([{ ref, newId: made.id }, { ref: second, newId: made.id }], made.objects)
  }
}

const namespaces: readonly PushAttack[] = [
  { name: 'refs/for, which reviews', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/for/main/topic') },
  { name: 'refs/drafts', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/drafts/main') },
  { name: 'refs/pull, which a forge owns', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/pull/1/head') },
  { name: 'refs/merge-requests', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/merge-requests/1/head') },
  { name: 'refs/notes', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/notes/commits') },
  { name: 'refs/replace', works: 'naive', code: 'RW_REF_RESERVED', build: (base) => {
    const made = anyCommit(base)
    return makeOffer([{ ref: `refs/replace/${base.id}`, newId: made.id }], made.objects)
  } },
  { name: 'refs/Replace, which some file systems fold', works: 'naive', code: 'RW_REF_RESERVED', build: (base) => {
    const made = anyCommit(base)
    return makeOffer([{ ref: `refs/Replace/${made.id}`, newId: made.id }], made.objects)
  } },
  { name: 'the own namespace of the gateway', works: 'naive', code: 'RW_REF_RESERVED', build: toRef('refs/refward/tip/x') },
  { name: 'refs/remotes', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/remotes/origin/main') },
  { name: 'refs/stash', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/stash') },
  { name: 'refs/meta/config', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/meta/config') },
  { name: 'refs/changes', works: 'naive', code: 'RW_REF_NAMESPACE', build: toRef('refs/changes/01/1/1') },
  { name: 'HEAD itself', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('HEAD') },
  { name: 'refs/heads/HEAD', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/HEAD') },
  { name: 'refs/heads/head', works: 'naive', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/head') },
  { name: 'refs/heads/refs/heads/main', works: 'naive', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/refs/heads/main') },
  { name: 'a branch that looks like an id', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef(`refs/heads/${'a'.repeat(40)}`) },
  { name: 'a branch that is an option', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/--upload-pack=evil') },
  { name: 'traversal', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/../../main') },
  { name: 'a doubled slash', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads//agent/fixer/x') },
  { name: 'a name without refs/', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('agent/fixer/x') },
  { name: 'a glob', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/*') },
  { name: 'a reflog expression', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/x@{1}') },
  { name: 'a lock file', works: 'none', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/x.lock') },
  { name: 'a lock file in capitals', works: 'naive', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/x.LOCK') },
  { name: 'a name of other letters that look the same', works: 'naive', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/m\u0430in') },
  { name: 'a letter that turns the text round', works: 'naive', code: 'RW_REF_NAME_INVALID', build: toRef('refs/heads/agent/fixer/x\u202emain') },
]

const rights: readonly PushAttack[] = [
  { name: 'a new branch outside its own', works: 'naive', code: 'RW_REF_NOT_OWNED', build: toRef('refs/heads/hotfix') },
  { name: 'a branch of another agent', works: 'naive', code: 'RW_REF_NOT_OWNED', build: toRef('refs/heads/agent/other/x') },
  { name: 'a branch whose name begins like its own', works: 'naive', code: 'RW_REF_NOT_OWNED', build: toRef('refs/heads/agent/fixer2/x') },
  { name: 'its own namespace in capitals', works: 'naive', code: 'RW_REF_NOT_OWNED', build: toRef('refs/heads/Agent/Fixer/x') },
  { name: 'the default branch in capitals', works: 'naive', code: 'RW_REF_PROTECTED', build: toRef('refs/heads/Main') },
  { name: 'a protected branch that does not exist yet', works: 'naive', code: 'RW_REF_PROTECTED', build: toRef('refs/heads/release/9') },
  { name: 'a protected branch in capitals', works: 'naive', code: 'RW_REF_PROTECTED', build: toRef('refs/heads/Release/9b') },
  { name: 'a tag, which starts a release', works: 'naive', code: 'RW_TAG_DENIED', build: toRef('refs/tags/v9') },
  { name: 'a tag beside a branch', works: 'naive', code: 'RW_TAG_DENIED', build: toRef('refs/tags/main') },
  { name: 'a directory in place of a branch', works: 'none', code: 'RW_REF_NOT_OWNED', build: toRef('refs/heads/main/x') },
  { name: 'heads in capitals', works: 'naive', code: 'RW_REF_RESERVED', build: toRef('refs/Heads/agent/fixer/x') },
]

const several: readonly PushAttack[] = [
  { name: 'a second ref that is protected', works: 'none', code: 'RW_REF_PROTECTED', build: withSecond('refs/heads/main') },
  { name: 'a second ref in another namespace', works: 'naive', code: 'RW_REF_NAMESPACE', build: withSecond('refs/pull/7/head') },
  { name: 'a second ref with a hidden secret behind the first', works: 'naive', code: 'RW_SECRET_FOUND', build: (base, ref, secret) => {
    const clean = anyCommit(base)
    const bad = makeCommit([base.id], { 'second.txt': secret })
    return makeOffer([{ ref: `${ref}-a`, newId: clean.id }, { ref: `${ref}-b`, newId: bad.id }], [...clean.objects, ...bad.objects])
  } },
  { name: 'a deletion of the default branch behind a creation', works: 'none', code: 'RW_REF_PROTECTED', build: (base, ref) => {
    const made = anyCommit(base)
    return makeOffer([{ ref, newId: made.id }, { ref: 'refs/heads/main', oldId: base.id, newId: ZERO }], made.objects)
  } },
  { name: 'two refs that differ in case', works: 'naive', code: 'RW_REF_CASE_CONFLICT', build: (base, ref) => {
    const made = anyCommit(base)
    return makeOffer([{ ref: `${ref}/x`, newId: made.id }, { ref: `${ref}/X`, newId: made.id }], made.objects)
  } },
  { name: 'a ref and a directory of the same name', works: 'none', code: 'RW_REF_DIRECTORY_CONFLICT', build: (base, ref) => {
    const made = anyCommit(base)
    return makeOffer([{ ref, newId: made.id }, { ref: `${ref}/x`, newId: made.id }], made.objects)
  } },
  { name: 'more refs than a push may have', works: 'naive', code: 'RW_LIMIT_REFS', build: (base, ref) => {
    const made = anyCommit(base)
    return makeOffer(Array.from({ length: 51 }, (_, index) => ({ ref: `${ref}/${index}`, newId: made.id })), made.objects)
  } },
]

describe('namespaces and names', () => {
  it.each(namespaces)('$name', (attack) => runPushAttack(world, attack))
})

describe('refs that are not the agent’s', () => {
  it.each(rights)('$name', (attack) => runPushAttack(world, attack))

  it('the tip of a protected branch under another name is only a name', async () => {
    const offer = { commands: [{ ref: 'refs/heads/agent/fixer/copy', newId: world.base.id }], brings: [world.base.id] }
    await expectTaken(world.ways.refward, world.widget, { ...offer, pack: makeOffer([], []).pack ?? Buffer.alloc(0) })
  })
})

describe('several refs in one push', () => {
  it.each(several)('$name', (attack) => runPushAttack(world, attack))

  it('refuses the innocent ones with a code of their own', async () => {
    const made = anyCommit(world.base)
    const innocent = 'refs/heads/agent/fixer/innocent'
    const offer = makeOffer([{ ref: innocent, newId: made.id }, { ref: 'refs/heads/main', oldId: world.base.id, newId: made.id }], made.objects)
    const answer = await expectPushRefused(world, offer, { code: 'RW_REF_PROTECTED' })
    expect(answer.report?.refs).toContainEqual({ kind: 'ng', name: innocent, reason: 'RW_PUSH_REFUSED_TOGETHER' })
  })

  it('a symbolic ref on the upstream does not lead to what is protected', async () => {
    await world.widget.git(['symbolic-ref', 'refs/heads/agent/fixer/alias', 'refs/heads/main'])
    const made = anyCommit(world.base)
    await expectPushRefused(world, makeOffer([{ ref: 'refs/heads/agent/fixer/alias', oldId: world.base.id, newId: made.id }], made.objects), { code: 'RW_REF_SYMBOLIC' })
    expect((await world.widget.refs()).get('refs/heads/main')).toBe(world.base.id)
  })

  it('what the agent may do, it can', async () => {
    await expectTaken(world.ways.refward, world.widget, offerFiles(world.base, 'refs/heads/agent/fixer/fine', { 'fine.txt': 'fine\n' }))
  })
})

import fc from 'fast-check'
import { posix } from 'node:path'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ZERO_ID } from '../ids/object-id.ts'
import type { ObjectId } from '../ids/object-id.ts'
import { createFacts, createReceive, createUpstream, NEW_ID } from '../testing/policy-world.ts'
import { decideContent } from './decide-content.ts'
import { decideRefs } from './decide-refs.ts'
import { leadsOutside } from './content/symlink-target.ts'
import type { PushFacts } from './facts.ts'
import type { ForwardPermit, ReadPermit, ReceivePermit, RefsPermit } from './permits.ts'

const REF = 'refs/heads/agent/fixer/x'

function permitRefs(settings: object = {}): RefsPermit {
  const facts = { commands: [{ ref: REF, oldId: ZERO_ID, newId: NEW_ID }], upstream: createUpstream(), owned: new Set<string>() }
  const decision = decideRefs(createReceive(settings), facts)
  if (decision.kind === 'deny') throw new Error(decision.refusals.map(({ message }) => message).join('\n'))
  return decision.permit
}

const TARGETS: PushFacts['targets'] = new Map([[REF, { type: 'commit', peeled: 'commit' }]])

describe('a forward permit', () => {
  test('binds repository, refs and both ids, and is spent once', () => {
    const decision = decideContent(permitRefs(), createFacts({ targets: TARGETS }))
    if (decision.kind === 'deny') throw new Error('denied')
    const { permit } = decision
    expect(permit.repo.id).toBe('gitea/acme/widget')
    expect(permit.spend()).toEqual([{ kind: 'create', ref: REF, oldId: ZERO_ID, newId: NEW_ID }])
    // CVE-2025-54585: an approval that is used a second time, for something else.
    expect(() => permit.spend()).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
  })

  test('cannot be made up: an object of the same shape is no permit', () => {
    interface LooksAlike {
      readonly repo: ForwardPermit['repo']
      readonly subject: ForwardPermit['subject']
      readonly updates: ForwardPermit['updates']
      readonly rules: ForwardPermit['rules']
      spend(): ForwardPermit['updates']
    }
    expectTypeOf<ForwardPermit>().toExtend<LooksAlike>()
    expectTypeOf<LooksAlike>().not.toExtend<ForwardPermit>()
    expectTypeOf<Pick<ReadPermit, keyof ReadPermit>>().not.toExtend<ReadPermit>()
    expectTypeOf<Pick<ReceivePermit, keyof ReceivePermit>>().not.toExtend<ReceivePermit>()
    expectTypeOf<Pick<RefsPermit, keyof RefsPermit>>().not.toExtend<RefsPermit>()
    expectTypeOf<ReadPermit>().not.toExtend<ReceivePermit>()
  })
})

describe('decisions on content', () => {
  test('a target that nobody looked at is refused', () => {
    expect(decideContent(permitRefs(), createFacts())).toMatchObject({ kind: 'deny', refusals: [{ code: 'RW_OBJECTS_MISSING', ref: REF }] })
  })

  test('never throw, and say nothing that a terminal would carry out', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('__proto__', 'constructor', '', '.github/workflows/x', '../../..', '-x', 'ext::x', 'https://git.example.org:99999/'))
    const facts: fc.Arbitrary<PushFacts> = fc.record({
      commits: fc.array(fc.record({ id: fc.constant(NEW_ID), author: fc.record({ name: text, email: text }), committer: fc.record({ name: text, email: text }), message: text }), { maxLength: 3 }),
      changes: fc.array(fc.record({ commit: text, path: text }), { maxLength: 3 }),
      rewrites: fc.array(text, { maxLength: 2 }).map((refs) => new Set(refs)),
      targets: fc.constant(TARGETS),
      objects: fc.record({ count: fc.nat(), bytes: fc.nat(), largest: fc.option(fc.record({ id: text, bytes: fc.nat() }), { nil: undefined }), unreachable: fc.option(fc.record({ count: fc.nat(), example: text }), { nil: undefined }) }),
      gitlinks: fc.array(fc.record({ commit: text, path: text }), { maxLength: 2 }),
      symlinks: fc.array(fc.record({ commit: text, path: text, target: text }), { maxLength: 2 }),
      submodules: fc.array(fc.record({ commit: text, path: text, url: text }), { maxLength: 2 }),
      findings: fc.array(fc.record({ object: text, rule: text, fingerprint: text, path: text }), { maxLength: 2 }),
      ownCredentials: fc.array(fc.record({ object: text }), { maxLength: 2 }),
      now: fc.nat(),
    })
    const refs = permitRefs({ commits: { author: ['{agent}@x.org'], committer: ['*@x.org'], subject_length: 10, subject_prefixes: ['x'], signoff: true }, paths: { deny: ['a/**'] }, submodules: { hosts: ['x.org'] } })
    fc.assert(
      fc.property(facts, (pushed) => {
        const decision = decideContent(refs, pushed)
        if (decision.kind === 'permit') return pushed.ownCredentials.length === 0 && pushed.findings.length === 0
        return decision.refusals.length <= 21 && decision.refusals.every(({ message, hint }) => /^[\x20-\x7e]+$/.test(message + hint))
      }),
      { numRuns: 500 },
    )
  })

  test('a push of two hundred thousand changes is judged within seconds', () => {
    const changes = Array.from({ length: 200_000 }, (_, index) => ({ commit: NEW_ID, path: `src/module-${index % 997}/file-${index}.ts` }))
    const commits = Array.from({ length: 10_000 }, () => {
      const identity = { name: 'F', email: 'fixer@agents.example.org' }
      return { id: NEW_ID satisfies ObjectId, author: identity, committer: identity, message: 'x' }
    })
    const start = performance.now()
    expect(decideContent(permitRefs({ paths: { deny: ['infra/**'] }, commits: { author: ['{agent}@agents.example.org'] } }), createFacts({ targets: TARGETS, changes, commits })).kind).toBe('permit')
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

test('symbolic links that leave the repository are those that a file system would follow out of it', () => {
  const part = fc.constantFrom('a', 'b', '..', '.', '')
  const path = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const target = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'))
  /** Step by step: once outside is outside, even if the way leads back. */
  const escapes = (from: string, to: string): boolean => {
    const steps = to.split('/').map((_, index, all) => posix.join('/top/repo', posix.dirname(from), all.slice(0, index + 1).join('/')))
    return to === '' || to.startsWith('/') || steps.some((step) => !`${step}/`.startsWith('/top/repo/'))
  }
  fc.assert(
    fc.property(path, target, (from, to) => leadsOutside(from, to) === escapes(from, to)),
    { numRuns: 1000 },
  )
})

import { describe, expect, test } from 'vitest'
import { WIDGET, createPolicy, createSubject } from '../testing/policy-world.ts'
import { decideForgeChange, decideForgeIntent, decideForgeRead } from './decide-forge.ts'
import type { ForgeChange } from './forge-change.ts'
import type { ForgeFacts, ForgeObjectFact } from './forge-facts.ts'

const CREATE: ForgeChange = { kind: 'pull.create', title: 'a title', body: 'a text', head: 'agent/fixer/x', base: 'main', draft: false }
const EDIT: ForgeChange = { kind: 'pull.edit', number: 7, title: 'another' }
const MERGE: ForgeChange = { kind: 'pull.merge', number: 7, method: 'merge', headId: 'a'.repeat(40) }
const COMMENT: ForgeChange = { kind: 'issue.comment', number: 7, body: 'a text' }
const CLOSE_ISSUE: ForgeChange = { kind: 'issue.state', number: 7, state: 'closed' }

const OWN_PULL: ForgeObjectFact = { kind: 'pull', number: 7, id: '70', head: { branch: 'agent/fixer/x', isSameRepository: true }, base: 'main' }
const OTHERS_PULL: ForgeObjectFact = { ...OWN_PULL, head: { branch: 'agent/other/x', isSameRepository: true } }
const ISSUE: ForgeObjectFact = { kind: 'issue', number: 7, id: '70' }

interface Case {
  readonly name: string
  readonly change: ForgeChange
  readonly settings?: object
  readonly facts?: Partial<ForgeFacts>
  readonly agent?: string
  readonly expected: string
}

function decide({ change, settings = {}, facts = {}, agent = 'fixer' }: Omit<Case, 'name' | 'expected'>): string {
  const intent = decideForgeIntent(createPolicy(settings), createSubject(agent), WIDGET, change)
  if (intent.kind === 'deny') return intent.refusals.map(({ code, rule }) => `${code} ${rule}`).join()
  const decision = decideForgeChange(intent.permit, { ownedRefs: new Set(), ownedObjects: [], object: undefined, findings: [], ownCredentials: [], now: Date.parse('2026-11-25'), ...facts })
  return decision.kind === 'deny' ? decision.refusals.map(({ code, rule }) => `${code} ${rule}`).join() : `allow ${decision.permit.rules.join(' ')}`
}

const allowed: readonly Case[] = [
  { name: 'a pull request from an own branch', change: CREATE, expected: 'forge.pulls.create branches.own[0] forge.pulls.base[0]' },
  { name: 'from a branch that the ledger knows', change: { ...CREATE, head: 'topic' }, facts: { ownedRefs: new Set(['refs/heads/topic']) }, expected: 'ledger' },
  { name: 'from any branch, where that is written', change: { ...CREATE, head: 'topic' }, settings: { forge: { pulls: { create: 'any' } } }, expected: 'forge.head' },
  { name: 'editing what comes from an own branch', change: EDIT, facts: { object: OWN_PULL }, expected: 'branches.own[0]' },
  { name: 'editing what the ledger knows', change: EDIT, facts: { object: OTHERS_PULL, ownedObjects: [{ kind: 'pull', number: 7, id: '70' }] }, expected: 'ledger' },
  { name: 'commenting on what is another’s', change: COMMENT, facts: { object: ISSUE }, expected: 'forge.issues.comment' },
  { name: 'merging, where that is written', change: MERGE, settings: { forge: { pulls: { merge: 'own' } } }, facts: { object: OWN_PULL }, expected: 'forge.pulls.merge' },
  { name: 'a finding that the operator excepted', change: COMMENT, settings: { secrets: { exceptions: [{ fingerprint: 'rwf1_0123456789', reason: 'x', expires: '2027-01-01' }] } }, facts: { object: ISSUE, findings: [{ object: 'body', rule: 'r', fingerprint: 'rwf1_0123456789' }] }, expected: 'secrets' },
]

const refused: readonly Case[] = [
  { name: 'merging is never allowed by itself', change: MERGE, facts: { object: OWN_PULL }, expected: 'RW_FORGE_DENIED forge.pulls.merge' },
  { name: 'merging what is another’s', change: MERGE, settings: { forge: { pulls: { merge: 'own' } } }, facts: { object: OTHERS_PULL }, expected: 'RW_FORGE_NOT_OWNED forge.pulls.merge' },
  { name: 'an agent that may only read', change: COMMENT, settings: { push: ['other'], read: ['*'] }, facts: { object: ISSUE }, expected: 'RW_FORGE_NOT_ALLOWED repository.push' },
  { name: 'an agent that may not read', change: COMMENT, settings: { push: ['other'], read: ['other'] }, expected: 'RW_REPOSITORY_NOT_VISIBLE repository.read' },
  { name: 'where nothing may be read', change: COMMENT, settings: { forge: { read: 'never' } }, expected: 'RW_FORGE_DENIED forge.read' },
  { name: 'a branch of another', change: { ...CREATE, head: 'agent/other/x' }, expected: 'RW_FORGE_BRANCH forge.pulls.create' },
  { name: 'a branch whose name only begins like an own one', change: { ...CREATE, head: 'agent/fixer-2/x' }, expected: 'RW_FORGE_BRANCH forge.pulls.create' },
  { name: 'a branch of a fork', change: { ...CREATE, head: 'stranger:agent/fixer/x' }, expected: 'RW_FORGE_BRANCH forge.head' },
  { name: 'a branch that is not shown', change: CREATE, settings: { visible: ['refs/heads/main'], branches: { own: [] } }, expected: 'RW_FORGE_BRANCH forge.head' },
  { name: 'a base that is not named', change: CREATE, settings: { forge: { pulls: { base: ['develop'] } } }, expected: 'RW_FORGE_BRANCH forge.pulls.base' },
  { name: 'a base that is the head', change: { ...CREATE, base: 'agent/fixer/x' }, expected: 'RW_FORGE_BRANCH forge.head' },
  { name: 'a new base that is not named', change: { ...EDIT, base: 'release' }, settings: { forge: { pulls: { base: ['main'] } } }, facts: { object: OWN_PULL }, expected: 'RW_FORGE_BRANCH forge.pulls.base' },
  { name: 'what the forge does not have', change: EDIT, expected: 'RW_FORGE_NOT_FOUND forge.object' },
  { name: 'a number that is an issue', change: EDIT, facts: { object: ISSUE }, expected: 'RW_FORGE_NOT_FOUND forge.object' },
  { name: 'another number than was asked for', change: EDIT, facts: { object: { ...OWN_PULL, number: 8 } }, expected: 'RW_FORGE_NOT_FOUND forge.object' },
  { name: 'a pull request of a branch that is not shown', change: EDIT, settings: { visible: ['refs/heads/main'], branches: { own: ['main'] } }, facts: { object: OTHERS_PULL }, expected: 'RW_FORGE_NOT_FOUND forge.object' },
  { name: 'editing what is another’s', change: EDIT, facts: { object: OTHERS_PULL }, expected: 'RW_FORGE_NOT_OWNED forge.pulls.edit' },
  { name: 'a fork with a branch of that name', change: EDIT, facts: { object: { ...OWN_PULL, head: { branch: 'agent/fixer/x', isSameRepository: false } } }, expected: 'RW_FORGE_NOT_OWNED forge.pulls.edit' },
  { name: 'a number of the ledger in a repository that was made again', change: CLOSE_ISSUE, facts: { object: ISSUE, ownedObjects: [{ kind: 'issue', number: 7, id: '12' }] }, expected: 'RW_FORGE_NOT_OWNED forge.issues.close' },
  { name: 'a number of the ledger that is of another kind', change: CLOSE_ISSUE, facts: { object: ISSUE, ownedObjects: [{ kind: 'pull', number: 7, id: '70' }] }, expected: 'RW_FORGE_NOT_OWNED forge.issues.close' },
  { name: 'a secret', change: COMMENT, facts: { object: ISSUE, findings: [{ object: 'body', rule: 'r', fingerprint: 'rwf1_0123456789' }] }, expected: 'RW_FORGE_SECRET secrets' },
  { name: 'a credential of the gateway', change: COMMENT, facts: { object: ISSUE, ownCredentials: [{ object: 'body' }] }, expected: 'RW_OWN_CREDENTIAL secrets.own' },
  { name: 'a command', change: { ...COMMENT, body: 'a\n/merge' }, facts: { object: ISSUE }, expected: 'RW_FORGE_COMMAND forge.commands' },
  { name: 'a title of two lines', change: { ...CREATE, title: 'a\nb' }, expected: 'RW_FORGE_TEXT forge.text' },
  { name: 'a title that says nothing', change: { ...CREATE, title: '  ' }, expected: 'RW_FORGE_TEXT forge.text' },
  { name: 'a terminal sequence', change: { ...COMMENT, body: 'a\u001b[2J' }, facts: { object: ISSUE }, expected: 'RW_FORGE_TEXT forge.text' },
  { name: 'a text beyond the bound', change: { ...COMMENT, body: 'a'.repeat(65_537) }, facts: { object: ISSUE }, expected: 'RW_FORGE_TEXT forge.text' },
  { name: 'half of a character', change: { ...COMMENT, body: 'a\ud800' }, facts: { object: ISSUE }, expected: 'RW_FORGE_TEXT forge.text' },
]

describe('decideForgeChange', () => {
  test.each(allowed)('allows $name', ({ expected, ...rest }) => {
    expect(decide(rest)).toMatch(/^allow /)
    expect(decide(rest)).toContain(expected)
  })

  test.each(refused)('refuses: $name', ({ expected, ...rest }) => {
    expect(decide(rest)).toBe(expected)
  })

  test('a permit is spent once', () => {
    const intent = decideForgeIntent(createPolicy(), createSubject(), WIDGET, CREATE)
    if (intent.kind === 'deny') throw new Error('denied')
    const decision = decideForgeChange(intent.permit, { ownedRefs: new Set(), ownedObjects: [], object: undefined, findings: [], ownCredentials: [], now: 0 })
    if (decision.kind === 'deny') throw new Error('denied')
    expect(decision.permit.spend()).toBe(CREATE)
    expect(() => decision.permit.spend()).toThrow(expect.objectContaining({ code: 'RW_INTERNAL' }))
  })
})

test('reading needs the right to read, and no more', () => {
  expect(decideForgeRead(createPolicy({ push: ['other'] }), createSubject(), WIDGET).kind).toBe('permit')
  expect(decideForgeRead(createPolicy({ forge: { read: 'never' } }), createSubject(), WIDGET)).toMatchObject({ refusals: [{ code: 'RW_FORGE_DENIED' }] })
})

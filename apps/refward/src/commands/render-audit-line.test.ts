import { describe, expect, it } from 'vitest'

import { renderAuditLine } from './render-audit-line.ts'
import { renderDecision } from './render-decision.ts'

const at = Date.parse('2026-11-23T10:00:00Z')
const line = (kind: string, event: object): string => renderAuditLine({ seq: 7, at, kind, hash: '', text: JSON.stringify({ kind, ...event }) })

describe('renderAuditLine', () => {
  it('tells a decision and its outcome', () => {
    const refs = [{ ref: 'refs/heads/main', kind: 'update', oldId: 'a'.repeat(40), newId: 'b'.repeat(40), rewrite: true, rule: 'branches.default', code: 'RW_REF_PROTECTED' }]
    const decided = { decision: 3, agent: 'fixer', outcome: 'deny', operation: 'push', repo: 'gitea/acme/widget', request: 'r1', rules: ['branches.own[0]'], codes: ['RW_REF_PROTECTED'], refs }
    expect(line('decided', decided)).toBe(
      `     7  2026-11-23 10:00:00Z  #3 fixer denied push gitea/acme/widget (RW_REF_PROTECTED, branches.own[0]) request r1
                              update refs/heads/main aaaaaaaaaa..bbbbbbbbbb rewriting RW_REF_PROTECTED (branches.default)\n`,
    )
    const finished = { decision: 3, result: 'refused', by: 'settled', code: 'RW_UPSTREAM_LOST', refs: [{ ref: 'refs/heads/x', result: 'refused', message: 'hook declined' }] }
    expect(line('finished', finished)).toBe(
      `     7  2026-11-23 10:00:00Z  #3 refused (RW_UPSTREAM_LOST), settled after a crash
                              refs/heads/x refused: "hook declined"\n`,
    )
  })

  it('tells what was done through the API of a forge', () => {
    const decided = { decision: 4, agent: 'fixer', outcome: 'permit', operation: 'forge-write', action: 'pull.create', target: 'agent/fixer/x', credential: 'bot', repo: 'gitea/acme/widget', request: 'r1', rules: ['branches.own[0]'], codes: [], refs: [] }
    expect(line('decided', decided)).toContain('#4 fixer permitted forge-write gitea/acme/widget pull.create agent/fixer/x as bot (branches.own[0]) request r1')
    expect(line('finished', { decision: 4, result: 'done', made: { kind: 'pull', number: 7 }, refs: [] })).toContain('#4 done, made pull 7')
  })

  it.each([
    { name: 'a ref that clears the screen', text: '\u001b[2J' },
    { name: 'a ref that begins a line of its own', text: 'x\n     8  2026-11-23 10:00:00Z  #4 admin permitted push' },
    { name: 'a ref that is read from right to left', text: '\u202egnp.exe' },
  ])('stays on its line whatever stands in it: $name', ({ text }) => {
    const ref = { ref: text, kind: 'create', oldId: text, newId: text, rule: text, code: text }
    const texts = [
      line('decided', { action: text, target: text, credential: text, agent: text, repo: text, request: text, operation: text, decision: text, rules: [text], codes: [text], refs: [ref] }),
      line('finished', { decision: 1, result: text, refs: [{ ref: text, result: text, message: text }] }),
      line('agent-added', { agent: text, repositories: [text] }),
    ]
    for (const rendered of texts) expect(rendered).toMatch(/^[\x20-\x7e…]*\n(?: {30}[\x20-\x7e…]*\n)*$/)
  })

  it('does not fail on members that are not what they were', () => {
    expect(line('decided', { refs: [null, 1], rules: 'x' })).toContain('denied')
    expect(line('finished', {})).toContain('#')
  })
})

it('renderDecision answers who, what, where, when and why', () => {
  const text = renderDecision({
    id: 3,
    request: 'r1',
    agent: 'fixer',
    session: 's1',
    repo: 'gitea/acme/widget',
    operation: 'push',
    outcome: 'permit',
    rules: ['branches.own[0]'],
    codes: [],
    decidedAt: at,
    decidedSeq: 7,
    finishedAt: at,
    finishedSeq: 8,
    result: 'done',
    refs: [{ ref: 'refs/heads/agent/fixer/x', kind: 'create', oldId: '0'.repeat(40), newId: 'b'.repeat(40), rewrite: false, rule: 'branches.own[0]', result: 'accepted' }],
  } as unknown as Parameters<typeof renderDecision>[0])
  expect(text).toBe(`#3  2026-11-23 10:00:00Z  fixer was permitted push on gitea/acme/widget
    why      branches.own[0]
    ref      create refs/heads/agent/fixer/x ${'0'.repeat(40)} -> ${'b'.repeat(40)} (branches.own[0]): accepted
    outcome  done 2026-11-23 10:00:00Z
    by       session s1, request r1
    audit    line 7 and 8
`)
})

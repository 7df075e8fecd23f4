import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explainPush } from './explain/explain-push.ts'
import type { ExplainedRule } from './explain/explanation.ts'
import { ZERO_ID } from './ids/object-id.ts'
import { unwrap } from './testing/unwrap.ts'
import { parseRepoId } from './ids/repo-id.ts'
import { parseCaseFile } from './testing/case-file.ts'
import { createPolicy, createSubject } from './testing/policy-world.ts'
import { decideCaseRefs, readPush, runCase } from './testing/run-case.ts'

const folder = new URL('../cases/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => ({ name, file: parseCaseFile(readFileSync(new URL(name, folder), 'utf8')) }))

describe.each(files)('$name: $file.about', ({ file }) => {
  test.each(file.cases)('$name', (policyCase) => {
    const { lines, refusals } = runCase(file, policyCase)
    const briefly = policyCase.expect.includes('allow') && refusals.length === 0
    expect(briefly ? ['allow'] : lines).toEqual(policyCase.expect)
    expect(refusals[0]?.message ?? '').toContain(policyCase.message ?? '')
    expect(refusals[0]?.hint ?? '').toContain(policyCase.hint ?? '')
  })

  test.each(file.cases.filter(({ push }) => push !== undefined))('explained in the same words: $name', (policyCase) => {
    const { upstream, commands } = readPush(file, policyCase)
    const explanation = explainPush(createPolicy(policyCase.policy ?? file.policy), {
      subject: createSubject(policyCase.agent, policyCase.grants),
      repo: unwrap(parseRepoId(policyCase.repository)),
      audience: 'agent',
      refs: commands.map(({ ref, newId }) => ({ ref, action: newId === ZERO_ID ? 'delete' : 'push' })),
      upstream,
      owned: new Set(policyCase.owned),
    })
    const decision = decideCaseRefs(file, policyCase)
    const refusals = decision.kind === 'permit' ? [] : decision.refusals.filter(({ code }) => code !== 'RW_PUSH_REFUSED_TOGETHER')
    const told = [...explanation.access, ...explanation.refs.flatMap(({ rules }) => rules)].filter(({ outcome }) => outcome === 'refuses')
    expect(explanation.outcome).toBe(decision.kind === 'permit' ? 'allow' : 'deny')
    expect(told.map(wordsOf)).toEqual(refusals.map(wordsOf))
  })
})

function wordsOf({ code, rule, message, hint }: Pick<ExplainedRule, 'code' | 'rule' | 'message' | 'hint'>): unknown {
  return { code, rule, message, hint }
}

test('there are cases enough to be a description', () => {
  expect(files.flatMap(({ file }) => file.cases).length).toBeGreaterThanOrEqual(80)
})

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explainForge } from './explain/explain-forge.ts'
import { parseForgeCaseFile } from './testing/forge-case-file.ts'
import { createPolicy, createSubject, WIDGET } from './testing/policy-world.ts'
import { readForgeFacts, readForgeQuestion, runForgeCase } from './testing/run-forge-case.ts'

const folder = new URL('../cases/forge/', import.meta.url)
const files = readdirSync(folder).map((name) => ({ name, file: parseForgeCaseFile(readFileSync(new URL(name, folder), 'utf8')) }))

describe.each(files)('forge/$name: $file.about', ({ file }) => {
  test.each(file.cases)('$name', (one) => {
    const outcome = runForgeCase(file, one)
    const lines = outcome.kind === 'allow' ? outcome.rules.map((rule) => `allow ${rule}`) : [`refuse ${outcome.refusal.code} ${outcome.refusal.rule}`]
    expect(lines).toContain(one.expect)
    const { message, hint } = outcome.kind === 'allow' ? { message: '', hint: '' } : outcome.refusal
    expect(message).toContain(one.message ?? '')
    expect(hint).toContain(one.hint ?? '')
  })

  // What is written is not asked about.
  const askable = file.cases.filter(({ expect: expected }) => !/ (?:secrets|secrets\.own|forge\.text|forge\.commands)$/.test(expected))
  test.each(askable)('explained in the same words: $name', (one) => {
    const outcome = runForgeCase(file, one)
    const explanation = explainForge(createPolicy(one.policy ?? file.policy), {
      subject: createSubject(one.agent, one.grants),
      repo: WIDGET,
      audience: 'agent',
      asked: [{ question: readForgeQuestion(one), facts: readForgeFacts(one) }],
      defaultBranch: undefined,
      assumptions: [],
    })
    const told = [...explanation.access, ...explanation.forge.flatMap(({ rules }) => rules)].filter(({ outcome: said }) => said === 'refuses')
    const refused = outcome.kind === 'refuse' ? [outcome.refusal] : []
    expect(told.map(({ code, rule, message, hint }) => ({ code, rule, message, hint }))).toEqual(refused.map(({ code, rule, message, hint }) => ({ code, rule, message, hint })))
    expect(explanation.outcome).toBe(outcome.kind === 'refuse' ? 'deny' : 'allow')
    const gave = explanation.forge.map(({ rule }) => rule)
    expect(outcome.kind === 'allow' ? outcome.rules : gave).toEqual(expect.arrayContaining(gave))
  })
})

test('there are cases enough to be a description', () => {
  expect(files.flatMap(({ file }) => file.cases).length).toBeGreaterThanOrEqual(60)
})

import { describe, expect, it } from 'vitest'

import { composeTexts } from './compose-texts.ts'

const one = { subject: 'mend the widget', body: 'It was broken.\n\nNow it turns.' }
const two = { subject: 'oil it', body: '' }

describe('title and text of commits', () => {
  it.each([
    { name: 'one', commits: [one], form: 'all', expected: { title: 'mend the widget', body: 'It was broken.\n\nNow it turns.' } },
    { name: 'one without a text', commits: [two], form: 'verbose', expected: { title: 'oil it', body: '' } },
    { name: 'several', commits: [one, two], form: 'all', expected: { title: 'agent/fixer/mend the widget', body: '- mend the widget\n- oil it\n' } },
    { name: 'the first of several', commits: [one, two], form: 'first', expected: { title: 'mend the widget', body: 'It was broken.\n\nNow it turns.' } },
    { name: 'several in full', commits: [one, two], form: 'verbose', expected: { title: 'agent/fixer/mend the widget', body: '- mend the widget\n\n  It was broken.\n\n  Now it turns.\n\n- oil it\n' } },
  ] as const)('are these: $name', ({ commits, form, expected }) => {
    expect(composeTexts(commits, form, 'agent/fixer/mend_the-widget')).toEqual(expected)
  })
})

import { acceptedCommands, refusedCommands, wordsOf } from '@refward/testing-commands'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../../testing/unwrap.ts'
import { parseGit, renderGit } from './parse-git.ts'

const named = <Row extends { readonly name: string; readonly given: string | readonly string[] }>(rows: readonly Row[]) =>
  rows.map((row) => ({ ...row, title: `${wordsOf(row.given).join(' ').slice(0, 80)}: ${row.name}` }))

describe('accepted', () => {
  test.each(named(acceptedCommands))('$title', ({ given, normal }) => {
    const invocation = unwrap(parseGit(wordsOf(given)))
    expect(renderGit(invocation)).toEqual(wordsOf(normal))
    expect(unwrap(parseGit(wordsOf(normal)))).toEqual(invocation)
  })
})

describe('refused', () => {
  test.each(named(refusedCommands))('$title', ({ given, code }) => {
    const parsed = parseGit(wordsOf(given))
    expect(parsed.kind === 'error' ? parsed.problems[0]?.code : 'accepted').toBe(code)
  })
})

test('the corpus is large, and no line stands in it twice', () => {
  const lines = [...acceptedCommands.map(({ given, place }) => [place, ...wordsOf(given)]), ...refusedCommands.map(({ given }) => wordsOf(given))].map((words) => JSON.stringify(words))
  expect(new Set(lines).size).toBe(lines.length)
  expect(acceptedCommands.length).toBeGreaterThanOrEqual(150)
  expect(refusedCommands.length).toBeGreaterThanOrEqual(100)
})

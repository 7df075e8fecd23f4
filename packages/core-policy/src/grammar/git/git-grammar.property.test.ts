import { acceptedCommands, refusedCommands, wordsOf } from '@refward/testing-commands'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { negate } from '../engine/spellings.ts'
import { isRefusedOption } from '../engine/table.ts'
import { gitTables } from './git-tables.ts'
import { globalTable } from './global-table.ts'
import { parseGit, renderGit } from './parse-git.ts'

const corpus = [...acceptedCommands, ...refusedCommands].map(({ given }) => wordsOf(given))
const options = [globalTable, ...gitTables].flatMap((table) => table.options)
const spellings = options.flatMap(({ flag, short, aliases = [] }) => [flag, negate(flag)].concat(short ?? [], aliases))
const values = corpus.flat().flatMap((word) => [word, word.slice(word.indexOf('=') + 1)])

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...spellings) },
  { weight: 4, arbitrary: fc.constantFrom(...values) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...spellings), fc.constantFrom(...values)).map(([flag, value]) => `${flag}=${value}`) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('-', '=', ':', '+', '^', '*', '/', '.', '@', 'a', 'f', 'u', 'HEAD', 'refs/heads/', '\0', '\n', '~'), maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)

/** A line of the corpus with words put in, taken out and moved, or words alone. */
const line = fc.oneof(
  fc.array(word, { maxLength: 8 }),
  fc
    .tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(8), fc.nat(1), word), { maxLength: 3 }))
    .map(([base, edits]) => edits.reduce<readonly string[]>((words, [at, remove, text]) => words.toSpliced(at, remove, text), base)),
)

/** The flags that may stand in a rendered line, with the words that their values may be. */
const rendered = new Map(
  options.flatMap((option) => (isRefusedOption(option) ? [] : [[option.flag, option.value?.choices ?? []] as const, [negate(option.flag), []] as const])),
)

function isSafe(argument: string): boolean {
  if (!argument.startsWith('-')) return true
  const [flag = '', ...rest] = argument.split('=')
  const choices = rendered.get(flag)
  return choices !== undefined && (!rest.join('=').startsWith('-') || choices.includes(rest.join('=')))
}

describe('whatever is given', () => {
  test('nothing is thrown, and a refusal says why', () => {
    fc.assert(
      fc.property(line, (argv) => {
        const parsed = parseGit(argv)
        return parsed.kind === 'ok' || (parsed.problems.length > 0 && parsed.problems.every(({ message, hint }) => /^[\x20-\x7e…]+$/.test(`${message}${hint ?? ''}`)))
      }),
      { numRuns: 3000 },
    )
  })

  test('what is accepted is rendered and read as itself', () => {
    let accepted = 0
    fc.assert(
      fc.property(line, (argv) => {
        const parsed = parseGit(argv)
        if (parsed.kind === 'error') return
        accepted += 1
        const normal = renderGit(parsed.value)
        expect(parseGit(normal)).toEqual(parsed)
        expect(renderGit(parsed.value)).toEqual(normal)
      }),
      { numRuns: 3000 },
    )
    // Or the property says nothing.
    expect(accepted).toBeGreaterThan(300)
  })

  test('what is rendered has no option that is not in a table, and no value that begins with a dash', () => {
    fc.assert(
      fc.property(line, (argv) => {
        const parsed = parseGit(argv)
        return parsed.kind === 'error' || renderGit(parsed.value).every(isSafe)
      }),
      { numRuns: 3000 },
    )
  })

  test('no rendered argument has a control character', () => {
    fc.assert(
      fc.property(line, (argv) => {
        const parsed = parseGit(argv)
        return parsed.kind === 'error' || renderGit(parsed.value).every((argument) => !/[\0-\x1f\x7f]/.test(argument))
      }),
      { numRuns: 1000 },
    )
  })
})

test('very long and very many arguments are refused at once', () => {
  for (const argv of [['fetch', 'x'.repeat(10_000_000)], Array.from({ length: 1_000_000 }, () => 'fetch'), ['fetch', `-${'v'.repeat(300_000)}`], ['fetch', `-${'v'.repeat(300)}`]]) {
    expect(parseGit(argv)).toMatchObject({ kind: 'error', problems: [{ code: 'RW_ARGUMENT_LIMIT' }] })
  }
})

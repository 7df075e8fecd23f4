import { describe, expect, test } from 'vitest'
import { listCompletions } from '../engine/list-completions.ts'
import { renderCommandHelp } from '../engine/render-help.ts'
import { listSpellings } from '../engine/spellings.ts'
import { isRefusedOption } from '../engine/table.ts'
import { asksForHelp, gitFront } from './git-front.ts'
import { gitTables } from './git-tables.ts'
import { globalTable } from './global-table.ts'
import { parseGit } from './parse-git.ts'

describe.each([...gitTables, globalTable])('the table of "$words"', (table) => {
  test('no spelling stands for two things', () => {
    const names = table.options.flatMap((option) => {
      if (isRefusedOption(option)) return [option.flag, option.short, ...(option.aliases ?? [])]
      const forms = listSpellings({ ...table, options: [option] }).keys()
      return [...forms]
    })
    const given = names.filter((name) => name !== undefined)
    expect(given.filter((name, index) => given.indexOf(name) !== index)).toEqual([])
  })

  test('values are never prose, which may begin with a dash', () => {
    const types = table.options.flatMap((option) => (isRefusedOption(option) || option.value === undefined ? [] : [option.value]))
    const all = [...types, ...table.positionals.map(({ value }) => value)]
    expect(all.filter(({ lines, dash, choices }) => lines === true || (dash === true && choices === undefined))).toEqual([])
  })

  test('conflicts and variants name options that there are', () => {
    const spellings = listSpellings(table)
    for (const { flag, with: others } of table.conflicts ?? []) for (const name of [flag, ...others]) expect(spellings.get(name)?.kind).toBe('allowed')
    for (const { flag } of table.variants ?? []) expect(spellings.get(flag)?.kind).toBe('allowed')
  })

  test('help shows every option, and fits into a terminal', () => {
    const help = renderCommandHelp('git', table)
    const shows = (flag: string): boolean => [flag, `--[no-]${flag.slice(2)}`, `--no-${flag.slice(2)}`].some((name) => help.includes(name))
    expect(table.options.filter(({ flag }) => !shows(flag))).toEqual([])
    expect(help.split('\n').filter(({ length }) => length > 120)).toEqual([])
  })
})

describe('a refusal', () => {
  test.each(gitTables)('of $operation lists all that is accepted', ({ words }) => {
    const parsed = parseGit([...words, '--frobnicate'])
    const hint = parsed.kind === 'error' ? (parsed.problems[0]?.hint ?? '') : ''
    expect(hint).toMatch(/^accepted: --/)
    expect(hint).not.toContain('…')
  })

  test.each([
    { given: ['fetch', '--pruen'], hint: 'did you mean --prune?' },
    { given: ['push', '--force-with-leas'], hint: 'write it in full: --force-with-lease' },
    { given: ['fech'], hint: 'did you mean fetch?' },
    { given: ['push', '--forec'], hint: 'did you mean --force?' },
  ])('names the nearest: $given', ({ given, hint }) => {
    expect(parseGit(given)).toMatchObject({ kind: 'error', problems: [{ hint: expect.stringContaining(hint) as unknown }] })
  })

  test('lists every problem', () => {
    const parsed = parseGit(['fetch', '--frobnicate', '--depth=x', '--upload-pack=evil', '-z', 'origin'])
    expect(parsed.kind === 'error' ? parsed.problems.map(({ code }) => code) : []).toEqual([
      'RW_ARGUMENT_UNKNOWN',
      'RW_ARGUMENT_VALUE',
      'RW_ARGUMENT_DENIED',
      'RW_ARGUMENT_UNKNOWN',
    ])
  })
})

test('completion knows spellings, values and words', () => {
  const fetch = new Map(gitTables.flatMap((table) => (table.operation === 'fetch' ? listCompletions(table) : [])).map((one) => [one.option, one]))
  expect(fetch.get('--depth')).toMatchObject({ value: 'next', choices: [] })
  expect(fetch.get('--recurse-submodules')).toMatchObject({ value: 'attached', choices: ['yes', 'no', 'on-demand'] })
  expect(fetch.get('-n')).toMatchObject({ value: 'none' })
  expect(fetch.has('--upload-pack')).toBe(false)
})

describe('the front', () => {
  test('knows every operation, and every option before a command', () => {
    expect(gitFront.remoteCommands.map((words) => words.join(' ')).sort()).toEqual(gitTables.map(({ operation }) => operation).sort())
    const known = new Set(gitFront.globalOptions.map(({ flag }) => flag))
    expect([...listSpellings(globalTable).keys()].filter((name) => !known.has(name))).toEqual([])
  })

  test.each([
    { argv: ['-h'], help: true },
    { argv: ['--help'], help: true },
    { argv: ['origin', '--help'], help: true },
    { argv: ['-h', 'origin'], help: false },
    { argv: ['--', '--help'], help: false },
    { argv: [], help: false },
  ])('$argv asks for help: $help', ({ argv, help }) => {
    expect(asksForHelp(argv)).toBe(help)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AllowedOption, type GitTable, gitTables, isRefusedOption, listCompletions } from '@refward/core-policy'
import { git, tryGit } from '@refward/testing-repositories'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Spellings that git 2.39 does not know. */
const NEWER: ReadonlySet<string> = new Set(['push --branches', 'push --no-branches', 'ls-remote --branches', 'ls-remote -b', 'ls-remote --no-branches'])
const SAMPLES = ['1', '2023-11-01', 'blob:none', 'main', 'ours', 'lib']

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'refward-spellings-'))
  await git(['init', '-q', directory])
  await git(['commit', '-q', '--allow-empty', '-m', 'empty'], { cwd: directory })
})

afterAll(() => rm(directory, { recursive: true, force: true }))

interface Spelt {
  readonly spelling: string
  readonly argv: readonly string[]
}

/** Every accepted spelling of an option by itself, with a value that its type takes. */
function listSpelt(table: GitTable): readonly Spelt[] {
  const allowed = table.options.flatMap((option) => (isRefusedOption(option) ? [] : [option]))
  return allowed.flatMap((option) =>
    listCompletions({ ...table, options: [option] }).flatMap(({ option: spelling, value }) => {
      const text = value === 'none' ? [] : [sampleOf(option)]
      const joined = text.map((one) => (spelling.startsWith('--') ? `${spelling}=${one}` : `${spelling}${one}`))
      const forms = value === 'next' ? [[spelling, ...text], ...(spelling.startsWith('--') || table.syntax.clusters ? [joined] : [])] : [value === 'none' ? [spelling] : joined]
      return forms.map((form) => ({ spelling: `${table.operation} ${spelling}`, argv: place(table, option, form) }))
    }),
  )
}

function sampleOf({ flag, value }: AllowedOption): string {
  const sample = [...(value?.choices ?? []), ...SAMPLES].find((text) => value?.parse(text).kind === 'ok')
  if (sample === undefined) throw new Error(`no sample for ${flag}`)
  return sample
}

function place({ operation, words }: GitTable, option: AllowedOption, form: readonly string[]): readonly string[] {
  // Of an update, git takes a filter for submodules that are new only.
  if (operation === 'submodule update' && option.flag === '--filter') return [...words, '--init', ...form, 'nowhere']
  return option.place === 'before' ? [...words.slice(0, -1), ...form, ...words.slice(-1), 'nowhere'] : [...words, ...form, 'nowhere']
}

describe.each(gitTables)('git $operation', (table) => {
  const rows = listSpelt(table).map(({ spelling, argv }) => ({ spelling, argv, line: argv.join(' ') }))

  test.each(rows)('knows git $line', async ({ spelling, argv }) => {
    const { status, stderr } = await tryGit(argv, { cwd: directory })
    // 129: arguments that git could not read. A script of git says how it is used.
    const isUnknown = status === 129 || /^usage:|unknown (?:option|switch)/m.test(stderr)
    expect({ isUnknown, stderr }).toEqual({ isUnknown: NEWER.has(spelling) && isUnknown, stderr })
  })
})

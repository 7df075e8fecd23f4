import { createProblem } from '../errors/refusal.ts'
import { parseAnyCommand } from '../grammar/engine/parse-command.ts'
import type { CommandTable } from '../grammar/engine/table.ts'
import type { Parsed } from '../parsed.ts'
import { nameCommand } from '../grammar/engine/problems.ts'
import type { GhCommand } from './gh-operation.ts'
import type { GhValue } from './gh-types.ts'
import { apiTable, authTable, issueTables, repositoryTables } from './other-tables.ts'
import { prTables } from './pr-tables.ts'
import { GhReader } from './gh-reader.ts'
import { findRefusedCommand } from './refused-commands.ts'
import { toOperation } from './to-operation.ts'

/** Every command of gh that is read. */
export const ghTables: readonly CommandTable<GhValue>[] = [...prTables, ...issueTables, ...repositoryTables, authTable, apiTable]

export interface GhInput {
  /** What stands behind `gh`. */
  readonly argv: readonly string[]
  /** What was sent as the standard input, for `--body-file -`. */
  readonly stdin: string | undefined
}

/** Other names of commands and subcommands, as gh has them. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['ls', 'list'],
  ['new', 'create'],
])

/** The command line with the names that the tables have. */
export function nameGhCommand(argv: readonly string[]): readonly string[] {
  return argv.map((argument, index) => (index === 1 ? (SYNONYMS.get(argument) ?? argument) : argument))
}

/** Reads a command line of gh. Never throws, whatever it is given. */
export function parseGh({ argv, stdin }: GhInput): Parsed<GhCommand> {
  const named = nameGhCommand(argv)
  const parsed = parseAnyCommand(ghTables, named)
  if (parsed.kind === 'ok') return toOperation(new GhReader(parsed.value, stdin))
  const refused = isUnknownCommand(parsed) ? findRefusedCommand(named) : undefined
  if (refused === undefined) return parsed
  const command = `gh ${refused.words.join(' ')}`
  return { kind: 'error', problems: [createProblem('RW_GH_REFUSED', nameCommand(refused), { command, reason: refused.reason, remedy: refused.remedy })] }
}

function isUnknownCommand(parsed: Parsed<unknown>): boolean {
  return parsed.kind === 'error' && parsed.problems.every(({ code }) => code === 'RW_ARGUMENT_COMMAND')
}

import type { Parsed } from '../../parsed.ts'
import { findLimitProblem, findOptionLimitProblem } from './argument-limits.ts'
import { describeUnknownCommand } from './problems.ts'
import { readArguments } from './read-arguments.ts'
import { readPositionals } from './read-positionals.ts'
import { settleOptions } from './settle-options.ts'
import type { CommandTable, CommandValue, ParsedCommand } from './table.ts'

/** Reads the arguments behind `git` or `gh`, which begin with the words of the command. `undefined`: they are another command's. */
export function parseCommand<V extends CommandValue>(table: CommandTable<V>, argv: readonly string[]): Parsed<ParsedCommand<V>> | undefined {
  const limit = findLimitProblem(argv)
  if (limit !== undefined) return { kind: 'error', problems: [limit] }
  const read = readArguments(table, argv)
  if (read === undefined) return undefined
  // Behind an option that was not read, nobody knows which texts are positional ones.
  if (read.problems.length > 0) return { kind: 'error', problems: read.problems }
  const excess = findOptionLimitProblem(read.options.length)
  if (excess !== undefined) return { kind: 'error', problems: [excess] }
  const settled = settleOptions(table, read.options)
  const positionals = readPositionals(table, settled.options, read.texts)
  const problems = [...settled.problems, ...positionals.problems]
  if (problems.length > 0) return { kind: 'error', problems }
  return { kind: 'ok', value: { words: table.words, options: settled.options, positionals: positionals.values } }
}

/** Reads the arguments as the first of these commands whose words they begin with. */
export function parseAnyCommand<V extends CommandValue>(tables: readonly CommandTable<V>[], argv: readonly string[]): Parsed<ParsedCommand<V>> {
  for (const table of tables) {
    const parsed = parseCommand(table, argv)
    if (parsed !== undefined) return parsed
  }
  return { kind: 'error', problems: [describeUnknownCommand(tables, argv)] }
}

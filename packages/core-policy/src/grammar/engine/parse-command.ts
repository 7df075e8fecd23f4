import { createProblem } from '../../errors/refusal.ts'
import type { Parsed, Problem } from '../../parsed.ts'
import { describeUnknownCommand } from './problems.ts'
import { readArguments } from './read-arguments.ts'
import { readPositionals } from './read-positionals.ts'
import { settleOptions } from './settle-options.ts'
import type { CommandTable, CommandValue, ParsedCommand } from './table.ts'

const MOST_ARGUMENTS = 256
const MOST_CHARACTERS = 262_144

/** Reads the arguments behind `git` or `gh`, which begin with the words of the command. `undefined`: they are another command's. */
export function parseCommand<V extends CommandValue>(table: CommandTable<V>, argv: readonly string[]): Parsed<ParsedCommand<V>> | undefined {
  const limit = findLimitProblem(argv)
  if (limit !== undefined) return { kind: 'error', problems: [limit] }
  const read = readArguments(table, argv)
  if (read === undefined) return undefined
  // Behind an option that was not read, nobody knows which texts are positional ones.
  if (read.problems.length > 0) return { kind: 'error', problems: read.problems }
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

function findLimitProblem(argv: readonly string[]): Problem | undefined {
  if (argv.length > MOST_ARGUMENTS) return createProblem('RW_ARGUMENT_LIMIT', '', { subject: 'the number of arguments', limit: MOST_ARGUMENTS })
  const length = argv.reduce((sum, argument) => sum + argument.length, 0)
  return length > MOST_CHARACTERS ? createProblem('RW_ARGUMENT_LIMIT', '', { subject: 'the length of all arguments', limit: MOST_CHARACTERS }) : undefined
}

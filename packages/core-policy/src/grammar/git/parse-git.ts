import { createProblem } from '../../errors/refusal.ts'
import type { Parsed } from '../../parsed.ts'
import { parseCommand } from '../engine/parse-command.ts'
import { describeUnknownCommand } from '../engine/problems.ts'
import { readArguments } from '../engine/read-arguments.ts'
import { renderCommand } from '../engine/render-command.ts'
import { settleOptions } from '../engine/settle-options.ts'
import type { ParsedOption } from '../engine/table.ts'
import type { GitCommand, GitValue } from './git-value.ts'
import { gitTableOf, gitTables } from './git-tables.ts'
import { globalTable } from './global-table.ts'

/** A whole command line: what stands between `git` and the command, and the command. */
export interface GitInvocation {
  /** Of `-C`: one after the other, as git changes directories; not judged yet. */
  readonly directories: readonly string[]
  readonly globals: readonly ParsedOption<GitValue>[]
  readonly command: GitCommand
}

/** Reads a command with its arguments, as behind `git`: `['push', '-fu', 'origin', 'main']`. Never throws, whatever it is given. */
export function parseGitCommand(argv: readonly string[]): Parsed<GitCommand> {
  for (const table of gitTables) {
    const parsed = parseCommand(table, argv)
    if (parsed?.kind === 'ok') return { kind: 'ok', value: { operation: table.operation, ...parsed.value } }
    if (parsed !== undefined) return parsed
  }
  return { kind: 'error', problems: [describeUnknownCommand(gitTables, argv)] }
}

/** Reads everything behind `git`: `['-C', 'widget', '--no-pager', 'fetch', '--prune']`. */
export function parseGit(argv: readonly string[]): Parsed<GitInvocation> {
  const globals = readArguments(globalTable, argv)
  const rest = globals?.texts ?? []
  if (globals !== undefined && globals.problems.length > 0) return { kind: 'error', problems: globals.problems }
  if (argv[argv.length - rest.length - 1] === '--') {
    return { kind: 'error', problems: [createProblem('RW_ARGUMENT_COMMAND', '', { command: '--', remedy: 'git knows -- behind a command only' })] }
  }
  const options = settleOptions(globalTable, globals?.options ?? []).options
  const command = parseGitCommand(rest)
  if (command.kind === 'error') return command
  const directories = options.flatMap(({ flag, value }) => (flag === '-C' && value !== undefined ? [value.text] : []))
  return { kind: 'ok', value: { directories, globals: options, command: command.value } }
}

/** The arguments of the command in normal form, without `git`. */
export function renderGitCommand(command: GitCommand): readonly string[] {
  return renderCommand(gitTableOf(command.operation), command)
}

/** Everything behind `git`, in normal form. */
export function renderGit({ globals, command }: GitInvocation): readonly string[] {
  const options = renderCommand(globalTable, { words: [], options: globals, positionals: [] })
  return [...options, ...renderGitCommand(command)]
}

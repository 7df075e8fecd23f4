import { findNearest } from '../../config/nearest-key.ts'
import { createProblem } from '../../errors/refusal.ts'
import type { Problem } from '../../parsed.ts'
import { renderUsage } from './render-usage.ts'
import { type Spellings, listAllowed } from './spellings.ts'
import type { CommandTable, CommandValue, RefusedOption, ValueType } from './table.ts'

/** The command by its words. It is the `path` of every problem, so that those of several commands stay apart. */
export function nameCommand(table: Pick<CommandTable, 'words'>): string {
  return table.words.join(' ')
}

/** Arguments that begin with the words of no command. */
export function describeUnknownCommand<V extends CommandValue>(tables: readonly CommandTable<V>[], argv: readonly string[]): Problem {
  const known = tables.map(nameCommand)
  const command = argv.slice(0, 2).join(' ')
  const nearest = findNearest(command, known) ?? findNearest(argv[0] ?? '', known)
  const list = `known: ${known.join(', ')}`
  return createProblem('RW_ARGUMENT_COMMAND', '', { command, remedy: nearest === undefined ? list : `did you mean ${nearest}? ${list}` })
}

/** Unknown, or an abbreviation of what is known. Of a denied option an abbreviation is denied: `--upload-pa`. */
export function describeUnknown<V extends CommandValue>(table: CommandTable<V>, spellings: Spellings<V>, argument: string): Problem {
  const command = nameCommand(table)
  const longer = argument.length > 3 && argument.startsWith('--') ? [...spellings].filter(([name]) => name.startsWith(argument)) : []
  const names = longer.flatMap(([name, spelling]) => (spelling.kind === 'allowed' || (spelling.kind === 'refused' && spelling.option.byShim === true) ? [name] : []))
  if (names.length > 0) return createProblem('RW_ARGUMENT_ABBREVIATED', command, { argument, names: names.join(' or ') })
  const denied = longer.flatMap(([, spelling]) => (spelling.kind === 'refused' ? [spelling.option] : []))[0]
  if (denied !== undefined) return describeDenied(table, argument, denied)
  return createProblem('RW_ARGUMENT_UNKNOWN', command, { argument, command, remedy: suggest(argument, spellings, listAllowed(table)) })
}

function suggest<V extends CommandValue>(argument: string, spellings: Spellings<V>, allowed: readonly string[]): string {
  const names = [...spellings].flatMap(([name, { kind }]) => (kind === 'allowed' && name.startsWith('--') ? [name] : []))
  const nearest = argument.startsWith('--') ? findNearest(argument, names) : undefined
  const list = allowed.length === 0 ? 'no option is accepted' : `accepted: ${allowed.join(' ')}`
  return nearest === undefined ? list : `did you mean ${nearest}? ${list}`
}

export function describeDenied<V extends CommandValue>(table: CommandTable<V>, argument: string, option: RefusedOption): Problem {
  const command = nameCommand(table)
  if (option.code !== undefined) return createProblem(option.code, command, {})
  return createProblem('RW_ARGUMENT_DENIED', command, { argument, reason: option.refused, remedy: option.instead })
}

export function describeConflict<V extends CommandValue>(table: CommandTable<V>, argument: string, other: string): Problem {
  return createProblem('RW_ARGUMENT_CONFLICT', nameCommand(table), { argument, other })
}

export function describeExcess<V extends CommandValue>(table: CommandTable<V>, argument: string): Problem {
  const command = nameCommand(table)
  return createProblem('RW_ARGUMENT_EXCESS', command, { argument, command, usage: renderUsage(table) })
}

export function describeMissing<V extends CommandValue>(table: CommandTable<V>, name: string): Problem {
  const command = nameCommand(table)
  return createProblem('RW_ARGUMENT_MISSING', command, { command, place: `<${name}>`, usage: renderUsage(table) })
}

export function describeValue<V extends CommandValue>(path: string, place: string, type: ValueType<V>, value: string): Problem {
  return createProblem('RW_ARGUMENT_VALUE', path, { value, place, expected: type.expects })
}

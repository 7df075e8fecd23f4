import { negate } from './spellings.ts'
import { type CommandTable, type CommandValue, type ParsedCommand, type ParsedOption, isRefusedOption } from './table.ts'

/**
 * The arguments of a command in normal form, built anew from the value alone: words, options by their full names with the value behind `=`,
 * then the positional arguments. Nothing of the text that was parsed is passed on.
 */
export function renderCommand<V extends CommandValue>(table: CommandTable<V>, command: ParsedCommand<V>): readonly string[] {
  const before = new Set(table.options.flatMap((option) => (!isRefusedOption(option) && option.place === 'before' ? [option.flag] : [])))
  const leading = command.options.filter(({ flag }) => before.has(flag)).flatMap(renderOption)
  const trailing = command.options.filter(({ flag }) => !before.has(flag)).flatMap(renderOption)
  const words = table.words.slice(0, -1)
  return [...words, ...leading, ...table.words.slice(-1), ...trailing, ...command.positionals.map(({ text }) => text)]
}

function renderOption<V extends CommandValue>({ flag, negated, value }: ParsedOption<V>): readonly string[] {
  if (negated) return [negate(flag)]
  if (value === undefined) return [flag]
  return flag.startsWith('--') ? [`${flag}=${value.text}`] : [flag, value.text]
}

import type { CommandValue, ParsedCommand, ParsedOption } from './table.ts'

/** The option as it counts: the last one of that name. Options are named by their normal form. */
export function findOption<V extends CommandValue>(command: ParsedCommand<V>, flag: string): ParsedOption<V> | undefined {
  return command.options.findLast((option) => option.flag === flag)
}

/** Whether an option is given, and not taken back by its `--no-` form. */
export function hasOption<V extends CommandValue>(command: ParsedCommand<V>, flag: string): boolean {
  return findOption(command, flag)?.negated === false
}

/** Every value of this kind among the options and the positional arguments, in their order. */
export function listValues<V extends CommandValue, K extends V['kind']>(command: ParsedCommand<V>, kind: K): readonly Extract<V, { kind: K }>[] {
  const all = [...command.options.flatMap(({ value }) => (value === undefined ? [] : [value])), ...command.positionals]
  return all.filter((value): value is Extract<V, { kind: K }> => value.kind === kind)
}

/** The values of an option. */
export function listOptionValues<V extends CommandValue>(command: ParsedCommand<V>, flag: string): readonly V[] {
  return command.options.flatMap((option) => (option.flag === flag && option.value !== undefined ? [option.value] : []))
}

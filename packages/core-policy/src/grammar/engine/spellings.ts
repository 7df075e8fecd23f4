import { type AllowedOption, type CommandOption, type CommandTable, type CommandValue, type RefusedOption, isRefusedOption } from './table.ts'

/** What one spelling of an option stands for. */
export type Spelling<V extends CommandValue = CommandValue> =
  | { readonly kind: 'allowed'; readonly option: AllowedOption<V>; readonly negated: boolean }
  | { readonly kind: 'refused'; readonly option: RefusedOption }

/** Every exact spelling of a table's options. */
export type Spellings<V extends CommandValue = CommandValue> = ReadonlyMap<string, Spelling<V>>

export function listSpellings<V extends CommandValue>(table: CommandTable<V>): Spellings<V> {
  return new Map(table.options.flatMap((option) => spell(option)))
}

function spell<V extends CommandValue>(option: CommandOption<V>): (readonly [string, Spelling<V>])[] {
  const names = [option.flag, option.short, ...(option.aliases ?? [])].filter((name) => name !== undefined)
  if (isRefusedOption(option)) return names.map((name) => [name, { kind: 'refused', option }] as const)
  const plain = names.map((name) => [name, { kind: 'allowed', option, negated: false }] as const)
  if (option.negatable === undefined) return plain
  const negations = names.filter((name) => name.startsWith('--')).map(negate)
  if (typeof option.negatable === 'string') negations.push(option.negatable)
  const negated = negations.map((name) => [name, { kind: 'allowed', option, negated: true }] as const)
  return option.negatedOnly === true ? negated : [...plain, ...negated]
}

/** `--prune` to `--no-prune`. */
export function negate(flag: string): string {
  return `--no-${flag.slice(2)}`
}

/** The long spellings that may be given, for the list in a refusal. */
export function listAllowed<V extends CommandValue>(spellings: Spellings<V>): readonly string[] {
  return [...spellings].filter(([name, { kind }]) => kind === 'allowed' && name.startsWith('--')).map(([name]) => name)
}

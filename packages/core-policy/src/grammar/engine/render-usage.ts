import type { CommandTable, CommandValue, Positional, Variant } from './table.ts'

/** `push [<options>] [<remote>] [<refspec>...]`, or `push --delete [<options>] <remote> <name>...` */
export function renderUsage<V extends CommandValue>(table: CommandTable<V>, variant?: Variant<V>): string {
  const options = table.options.length === 0 ? [] : ['[<options>]']
  const flags = variant === undefined ? [] : [variant.flag]
  return [...table.words, ...flags, ...options, ...(variant ?? table).positionals.map(renderPositional)].join(' ')
}

function renderPositional<V extends CommandValue>({ name, count }: Positional<V>): string {
  const names = { one: `<${name}>`, optional: `[<${name}>]`, any: `[<${name}>...]`, some: `<${name}>...` }
  return names[count]
}

import type { Problem } from '../../parsed.ts'
import { describeExcess, describeMissing, nameCommand } from './problems.ts'
import { readValue } from './read-value.ts'
import type { CommandTable, CommandValue, ParsedOption, Positional } from './table.ts'

export interface ReadPositionals<V extends CommandValue> {
  readonly values: readonly V[]
  readonly problems: readonly Problem[]
}

/** Reads positional texts by their place. */
export function readPositionals<V extends CommandValue>(table: CommandTable<V>, options: readonly ParsedOption<V>[], given: readonly string[]): ReadPositionals<V> {
  const expected = choosePositionals(table, options)
  const texts = table.join === undefined ? given : table.join(given)
  const values: V[] = []
  const problems: Problem[] = []
  for (const [index, text] of texts.entries()) {
    const positional = positionalAt(expected, index)
    if (positional === undefined) return { values, problems: [...problems, describeExcess(table, text)] }
    const parsed = readValue(positional.value, text, { command: nameCommand(table), place: `<${positional.name}>` })
    if (parsed.kind === 'ok') values.push(parsed.value)
    else problems.push(...parsed.problems)
  }
  const missing = expected.slice(texts.length).find(({ count }) => count === 'one' || count === 'some')
  return { values, problems: missing === undefined ? problems : [...problems, describeMissing(table, missing.name)] }
}

function choosePositionals<V extends CommandValue>(table: CommandTable<V>, options: readonly ParsedOption<V>[]): readonly Positional<V>[] {
  const variant = table.variants?.find(({ flag }) => options.some((option) => option.flag === flag && !option.negated))
  return variant?.positionals ?? table.positionals
}

/** The last one may stand for all that follow. */
function positionalAt<V extends CommandValue>(expected: readonly Positional<V>[], index: number): Positional<V> | undefined {
  const last = expected.at(-1)
  return expected[index] ?? (last?.count === 'any' || last?.count === 'some' ? last : undefined)
}

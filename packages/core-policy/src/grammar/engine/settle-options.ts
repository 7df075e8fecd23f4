import { createProblem } from '../../errors/refusal.ts'
import type { Problem } from '../../parsed.ts'
import { describeConflict, nameCommand } from './problems.ts'
import { negate } from './spellings.ts'
import { type AllowedOption, type CommandTable, type CommandValue, type ParsedOption, isRefusedOption } from './table.ts'

/** Options as they count: of repeated ones the last, or each. */
export interface SettledOptions<V extends CommandValue> {
  readonly options: readonly ParsedOption<V>[]
  readonly problems: readonly Problem[]
}

export function settleOptions<V extends CommandValue>(table: CommandTable<V>, given: readonly ParsedOption<V>[]): SettledOptions<V> {
  const rules = new Map(table.options.flatMap((option) => (isRefusedOption(option) ? [] : [[option.flag, repetitionOf(option)] as const])))
  const last = new Map(given.map((option, index) => [option.flag, index]))
  const options: ParsedOption<V>[] = []
  const problems: Problem[] = []
  for (const [index, option] of given.entries()) {
    const rule = rules.get(option.flag)
    // The last occurrence keeps its place: options that write one setting (--ff-only, --no-ff) count in their order.
    if (rule === 'list' || last.get(option.flag) === index) options.push(option)
    else if (rule === 'once') problems.push(createProblem('RW_ARGUMENT_REPEATED', nameCommand(table), { argument: option.flag }))
  }
  return { options, problems: [...problems, ...findConflicts(table, options)] }
}

function repetitionOf<V extends CommandValue>({ repeats, value }: AllowedOption<V>): 'list' | 'last' | 'once' {
  return repeats ?? (value === undefined ? 'last' : 'once')
}

function findConflicts<V extends CommandValue>(table: CommandTable<V>, options: readonly ParsedOption<V>[]): readonly Problem[] {
  const given = new Set(options.map(({ flag, negated }) => (negated ? negate(flag) : flag)))
  return (table.conflicts ?? []).flatMap(({ flag, with: others }) =>
    given.has(flag) ? others.filter((other) => given.has(other)).map((other) => describeConflict(table, flag, other)) : [],
  )
}

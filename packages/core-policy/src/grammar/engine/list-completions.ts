import { listSpellings } from './spellings.ts'
import type { CommandTable, CommandValue } from './table.ts'

/** What a shell may complete an option of a command to. */
export interface Completion {
  /** As typed: `--depth`, `-j`, `--no-tags`. */
  readonly option: string
  readonly help: string
  /** How its value stands; `attached` is behind `=` only. */
  readonly value: 'none' | 'next' | 'attached'
  /** The words that the value may be, where they are few. */
  readonly choices: readonly string[]
}

/** Every spelling of every option that is accepted. */
export function listCompletions<V extends CommandValue>(table: CommandTable<V>): readonly Completion[] {
  return [...listSpellings(table)].flatMap(([option, spelling]) => {
    if (spelling.kind === 'refused') return []
    const type = spelling.negated ? undefined : spelling.option.value
    const value = type === undefined ? 'none' : spelling.option.optional === true ? 'attached' : 'next'
    return [{ option, help: spelling.option.help, value, choices: type?.choices ?? [] }]
  })
}

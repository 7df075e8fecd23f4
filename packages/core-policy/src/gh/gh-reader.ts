import { findOption, hasOption, listOptionValues } from '../grammar/engine/find-option.ts'
import type { ParsedCommand } from '../grammar/engine/table.ts'
import type { GhOutput, GhRepo } from './gh-operation.ts'
import type { AssignmentValue, GhRepoValue, GhValue, Selector } from './gh-types.ts'

/** A command of gh that was read by its table, asked for what it says. */
export class GhReader {
  readonly words: string
  readonly #command: ParsedCommand<GhValue>
  readonly #stdin: string | undefined

  constructor(command: ParsedCommand<GhValue>, stdin: string | undefined) {
    this.#command = command
    this.#stdin = stdin
    this.words = command.words.join(' ')
  }

  has(flag: string): boolean {
    return hasOption(this.#command, flag)
  }

  text(flag: string): string | undefined {
    return findOption(this.#command, flag)?.value?.text
  }

  count(flag: string, fallback: number): number {
    const value = findOption(this.#command, flag)?.value
    return value?.kind === 'count' ? value.count : fallback
  }

  texts(flag: string): readonly string[] {
    return listOptionValues(this.#command, flag).map(({ text }) => text)
  }

  /** `--body`, or the standard input with `--body-file -`; undefined when neither is given. */
  body(): string | undefined {
    return this.has('--body-file') ? (this.#stdin ?? '') : this.text('--body')
  }

  /** Whether `--body-file -` was given and nothing came. */
  get lacksInput(): boolean {
    return this.has('--body-file') && this.#stdin === undefined
  }

  positional(): GhValue | undefined {
    return this.#command.positionals[0]
  }

  selector(): Selector | undefined {
    const value = this.positional()
    return value?.kind === 'selector' ? value.selector : undefined
  }

  /** Fields in the order in which they were given, whichever option gave them. */
  assignments(): readonly { readonly flag: string; readonly value: AssignmentValue }[] {
    return this.#command.options.flatMap(({ flag, value }) => (value?.kind === 'assignment' ? [{ flag, value }] : []))
  }

  repo(): GhRepo | undefined {
    const value = this.#repoValue()
    return value === undefined ? undefined : { host: value.host, path: value.path }
  }

  output(): GhOutput {
    return { fields: this.text('--json')?.split(','), jq: this.text('--jq') }
  }

  #repoValue(): GhRepoValue | undefined {
    const named = [findOption(this.#command, '--repo')?.value, this.positional()]
    return named.find((value): value is GhRepoValue => value?.kind === 'gh-repo')
  }
}

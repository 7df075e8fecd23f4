import { createProblem } from '../../errors/refusal.ts'
import type { Problem } from '../../parsed.ts'
import { describeDenied, describeUnknown, nameCommand } from './problems.ts'
import { readValue } from './read-value.ts'
import { type Spelling, type Spellings, listSpellings } from './spellings.ts'
import type { AllowedOption, CommandTable, CommandValue, ParsedOption } from './table.ts'

/** What stands in an argument list, before anything is compared with anything else. */
export interface ReadArguments<V extends CommandValue> {
  readonly options: readonly ParsedOption<V>[]
  readonly texts: readonly string[]
  readonly problems: readonly Problem[]
}

const MOST_PROBLEMS = 10

/** Splits the arguments of one command into options and positional texts. `undefined`: it is another command. */
export function readArguments<V extends CommandValue>(table: CommandTable<V>, argv: readonly string[]): ReadArguments<V> | undefined {
  const reader = new ArgumentReader(table, argv)
  return reader.read() ? reader : undefined
}

class ArgumentReader<V extends CommandValue> implements ReadArguments<V> {
  readonly options: ParsedOption<V>[] = []
  readonly texts: string[] = []
  readonly problems: Problem[] = []
  readonly #table: CommandTable<V>
  readonly #spellings: Spellings<V>
  readonly #argv: readonly string[]
  readonly #command: string
  /** How many words of the command were seen. */
  #words = 0
  #at = 0

  constructor(table: CommandTable<V>, argv: readonly string[]) {
    this.#table = table
    this.#argv = argv
    this.#spellings = listSpellings(table)
    this.#command = nameCommand(table)
  }

  read(): boolean {
    let optionsEnded = false
    for (let argument = this.#next(); argument !== undefined && this.problems.length < MOST_PROBLEMS; argument = this.#next()) {
      if (!optionsEnded && argument.startsWith('-') && argument !== '-' && (this.#words > 0 || this.#table.words.length === 0)) {
        if (argument !== '--') this.#readOption(argument)
        else if (this.#isBetweenWords()) return false
        else optionsEnded = true
      } else if (this.#isBetweenWords()) {
        if (argument !== this.#table.words[this.#words]) return false
        this.#words += 1
      } else {
        this.texts.push(argument)
        optionsEnded ||= !this.#table.syntax.interleaved
      }
    }
    return !this.#isBetweenWords()
  }

  #next(): string | undefined {
    const argument = this.#argv[this.#at]
    this.#at += 1
    return argument
  }

  #isBetweenWords(): boolean {
    return this.#words < this.#table.words.length
  }

  #readOption(argument: string): void {
    if (argument.startsWith('--')) this.#readLong(argument)
    else if (this.#table.syntax.clusters) this.#readCluster(argument)
    else this.#readSpelling(argument, undefined)
  }

  #readLong(argument: string): void {
    const equals = argument.indexOf('=')
    if (equals < 0) this.#readSpelling(argument, undefined)
    else this.#readSpelling(argument.slice(0, equals), argument.slice(equals + 1))
  }

  /** `-fu` is `-f -u`, and behind a letter that takes a value the rest is the value: `-j4`. */
  #readCluster(argument: string): void {
    for (let index = 1; index < argument.length; index += 1) {
      const name = `-${argument[index] ?? ''}`
      const spelling = this.#spellings.get(name)
      const rest = argument.slice(index + 1)
      if (spelling?.kind === 'allowed' && spelling.option.value !== undefined && !spelling.negated) {
        return this.#readSpelling(name, rest === '' ? undefined : this.#stripEquals(rest))
      }
      this.#readSpelling(name, undefined)
      // Behind a letter that is not accepted nothing is known: the rest may be its value.
      if (spelling?.kind !== 'allowed') return
    }
  }

  #stripEquals(rest: string): string {
    return this.#table.syntax.shortEquals && rest.startsWith('=') ? rest.slice(1) : rest
  }

  #readSpelling(name: string, attached: string | undefined): void {
    const spelling = this.#spellings.get(name)
    if (spelling === undefined) this.problems.push(describeUnknown(this.#table, this.#spellings, name))
    else if (spelling.kind === 'refused') this.problems.push(describeDenied(this.#table, name, spelling.option))
    else if (this.#isMisplaced(spelling.option)) this.problems.push(this.#describeMisplaced(name, spelling.option))
    else this.#readAllowed(name, spelling, attached)
  }

  #isMisplaced({ place }: AllowedOption<V>): boolean {
    return this.#isBetweenWords() ? place === undefined : place === 'before'
  }

  #describeMisplaced(argument: string, { place }: AllowedOption<V>): Problem {
    const remedy = `write it ${place === 'before' ? 'before' : 'behind'} ${this.#table.words.at(-1) ?? ''}`
    return createProblem('RW_ARGUMENT_UNKNOWN', this.#command, { argument, command: this.#command, remedy })
  }

  #readAllowed(name: string, { option, negated }: Extract<Spelling<V>, { kind: 'allowed' }>, attached: string | undefined): void {
    const { flag, value: type } = option
    if (type === undefined || negated) {
      if (attached === undefined) this.options.push({ flag, negated })
      else this.problems.push(createProblem('RW_ARGUMENT_VALUE_UNEXPECTED', this.#command, { argument: name }))
      return
    }
    const text = attached ?? (option.optional === true ? undefined : this.#next())
    if (text === undefined) {
      if (option.optional === true) this.options.push({ flag, negated })
      else this.problems.push(createProblem('RW_ARGUMENT_VALUE_MISSING', this.#command, { argument: name, expected: type.expects }))
      return
    }
    const parsed = readValue(type, text, { command: this.#command, place: name })
    if (parsed.kind === 'ok') this.options.push({ flag, negated, value: parsed.value })
    else this.problems.push(...parsed.problems)
  }
}

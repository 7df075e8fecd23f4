/**
 * The engine of every command line that Refward reads: git's remote operations and gh's.
 *
 * An operation is one {@link CommandTable}: its words (`['pr', 'create']`), its options, one line each, and its positional arguments. From it come
 * `parseCommand` (argv to a value, everything unknown refused), `renderCommand` (the value to argv in normal form, built anew),
 * `renderCommandHelp`, `listCompletions` and the reference page. What an argument means is a {@link ValueType}; add one for each type of value.
 *
 * ```ts
 * const view: CommandTable<IssueValue> = {
 *   words: ['issue', 'view'], about: 'show an issue', syntax: PFLAG_SYNTAX,
 *   options: [
 *     { flag: '--comments', short: '-c', help: 'show the comments too' },
 *     { flag: '--limit', short: '-L', value: countType(1, 100), help: 'how many' },
 *     { flag: '--web', refused: 'nothing is opened in a browser', instead: 'use --json' },
 *   ],
 *   positionals: [{ name: 'number', value: issueNumberType, count: 'one' }],
 * }
 * ```
 */
import type { RefwardCode } from '../../errors/error-table.ts'
import type { Problem } from '../../parsed.ts'

/** A value that was read: its type, its normal form, and by the type what it consists of. */
export interface CommandValue {
  readonly kind: string
  /** The one spelling of it that is ever rendered. */
  readonly text: string
}

/** What a text was read as; `mismatch` is not what {@link ValueType.expects} says, `refused` has a problem of its own. */
export type ValueResult<V> =
  | { readonly kind: 'ok'; readonly value: V }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** A type of values. Before `parse` is asked, the engine has refused NUL, and what the switches below do not open. */
export interface ValueType<V extends CommandValue = CommandValue> {
  /** In help: `<n>`. */
  readonly placeholder: string
  /** Ends the sentence "it must be …". */
  readonly expects: string
  /** The words it may be, for completion and the reference page. */
  readonly choices?: readonly string[]
  /** UTF-16 units; 1,000 by default. */
  readonly maximum?: number
  /** Prose: may begin with a dash. Never for what becomes an argument of a program. */
  readonly dash?: true
  /** Prose: may have several lines, and any other control character but NUL. */
  readonly lines?: true
  parse(text: string): ValueResult<V>
}

/** An option that is accepted. Without `value` it takes none. */
export interface AllowedOption<V extends CommandValue = CommandValue> {
  /** Its normal form: `--depth`, or the short one where there is no other. */
  readonly flag: string
  readonly short?: string
  /** Other exact spellings, long or short. */
  readonly aliases?: readonly string[]
  readonly value?: ValueType<V>
  /** The value is never the next argument. `optional`: and may be left out, as in `--rebase[=<mode>]`. */
  readonly attached?: 'optional' | 'required'
  /** `--no-…` is accepted too; a string is a short form of that. */
  readonly negatable?: true | string
  /** Only the negated form is accepted. */
  readonly negatedOnly?: true
  /** `list`: each occurrence counts. `last`: the last one does. `once`: a second one is refused. Without a value `last`, else `once`, by default. */
  readonly repeats?: 'list' | 'last' | 'once'
  /** It stands between the words of the command (`git remote -v update`), and there alone, or in both places. */
  readonly place?: 'before' | 'either'
  readonly help: string
}

/** An option that is known and refused. */
export interface RefusedOption {
  readonly flag: string
  readonly short?: string
  readonly aliases?: readonly string[]
  /** Why; a clause. */
  readonly refused: string
  /** What to do instead. */
  readonly instead: string
  /** A code without values, in place of `RW_ARGUMENT_DENIED`. */
  readonly code?: Extract<RefwardCode, 'RW_PUSH_OPTIONS' | 'RW_PUSH_CERT'>
  /** A shim does it by itself: written in full it is never refused there, and a shorter form is told as what it is. */
  readonly byShim?: true
}

export type CommandOption<V extends CommandValue = CommandValue> = AllowedOption<V> | RefusedOption

/** A positional argument. Only the last of a list may be `any` or `some`. */
export interface Positional<V extends CommandValue = CommandValue> {
  /** In help: `<name>`. */
  readonly name: string
  readonly value: ValueType<V>
  readonly count: 'one' | 'optional' | 'any' | 'some'
}

/** How a program reads its arguments. */
export interface CommandSyntax {
  /** Options may stand behind positional arguments. */
  readonly interleaved: boolean
  /** `-fu`, `-j4`. */
  readonly clusters: boolean
  /** `-R=owner/repo` means the value `owner/repo`. */
  readonly shortEquals: boolean
}

/** git's own parser, and where git stops at the first positional argument. */
export const GIT_SYNTAX: CommandSyntax = { interleaved: true, clusters: true, shortEquals: false }
export const GIT_LEADING_SYNTAX: CommandSyntax = { interleaved: false, clusters: true, shortEquals: false }
/** A loop over `$1` in a shell script, or in git's own main function: exact words, then the first that is no option ends them. */
export const EXACT_SYNTAX: CommandSyntax = { interleaved: false, clusters: false, shortEquals: false }
/** gh's parser. */
export const PFLAG_SYNTAX: CommandSyntax = { interleaved: true, clusters: true, shortEquals: true }

/** An option that does not go with others. */
export interface Conflict {
  readonly flag: string
  readonly with: readonly string[]
}

/** Other positional arguments, when an option is given. */
export interface Variant<V extends CommandValue = CommandValue> {
  readonly flag: string
  readonly positionals: readonly Positional<V>[]
}

export interface CommandTable<V extends CommandValue = CommandValue> {
  /** `['remote', 'update']` */
  readonly words: readonly string[]
  /** What it does; a clause. */
  readonly about: string
  readonly syntax: CommandSyntax
  readonly options: readonly CommandOption<V>[]
  readonly positionals: readonly Positional<V>[]
  /** The first whose option is given counts. */
  readonly variants?: readonly Variant<V>[]
  readonly conflicts?: readonly Conflict[]
  /** Joins positional texts that belong together, before they are read: `tag v1`. */
  readonly join?: (texts: readonly string[]) => readonly string[]
}

/** An option as given, in normal form. */
export interface ParsedOption<V extends CommandValue = CommandValue> {
  readonly flag: string
  readonly negated: boolean
  readonly value?: V
}

/** A command line that was read. Made by `parseCommand` alone. */
export interface ParsedCommand<V extends CommandValue = CommandValue> {
  readonly words: readonly string[]
  /** In the order in which they count. */
  readonly options: readonly ParsedOption<V>[]
  readonly positionals: readonly V[]
}

export function isRefusedOption<V extends CommandValue>(option: CommandOption<V>): option is RefusedOption {
  return 'refused' in option
}

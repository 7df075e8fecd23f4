import { type CommandOption, GIT_SYNTAX } from '../engine/table.ts'
import { countType, textType, wordType } from '../values/plain-types.ts'
import { MOST_JOBS, fetchConflicts, fetchOptions } from './fetch-options.ts'
import { fetchPositionals, joinFetchTag } from './fetch-table.ts'
import type { GitTable, GitValue } from './git-value.ts'
import { refusedConfig } from './refused-options.ts'
import { verbosityOptions } from './verbosity-options.ts'

const STRATEGY_OPTION = textType({
  placeholder: '<option>',
  expects: 'an option of a merge strategy, such as ours, theirs, patience or find-renames=50',
  maximum: 100,
  shape: /^(?:ours|theirs|patience|histogram|minimal|no-renormalize|renormalize|no-renames|ignore-(?:space-change|all-space|space-at-eol|cr-at-eol)|find-renames(?:=(?:100|[1-9]?[0-9])%?)?|diff-algorithm=(?:myers|minimal|patience|histogram))$/,
})

/** Options of the half of a pull that no network sees. */
const localOptions: readonly CommandOption<GitValue>[] = [
  {
    flag: '--rebase',
    short: '-r',
    value: wordType(['true', 'false', 'merges', 'interactive'], [['m', 'merges'], ['i', 'interactive']]),
    optional: true,
    negatable: true,
    repeats: 'last',
    help: 'put local commits on top instead of merging',
  },
  { flag: '--ff', negatable: true, help: 'move forward where no merge is needed' },
  { flag: '--ff-only', help: 'refuse to merge' },
  { flag: '--squash', negatable: true, help: 'leave the changes in the index, without a commit' },
  { flag: '--commit', negatable: true, help: 'make the commit of the merge' },
  { flag: '--edit', negatable: true, help: 'edit its message' },
  { flag: '--autostash', negatable: true, help: 'put uncommitted changes aside meanwhile' },
  { flag: '--stat', negatable: '-n', help: 'show what changed' },
  { flag: '--log', value: countType(0, 10_000), optional: true, negatable: true, repeats: 'last', help: 'list merged commits in the message' },
  { flag: '--signoff', negatable: true, help: 'sign the message off' },
  { flag: '--verify', negatable: true, help: 'run the hooks of the work tree, in the sandbox' },
  { flag: '--verify-signatures', negatable: true, help: 'merge only what has a good signature' },
  { flag: '--allow-unrelated-histories', negatable: true, help: 'merge what has no common commit' },
  { flag: '--cleanup', value: wordType(['strip', 'whitespace', 'verbatim', 'scissors', 'default']), help: 'how the message is cleaned' },
  { flag: '--strategy', short: '-s', value: wordType(['ort', 'recursive', 'resolve', 'octopus', 'ours', 'subtree']), repeats: 'list', help: 'how to merge' },
  { flag: '--strategy-option', short: '-X', value: STRATEGY_OPTION, repeats: 'list', help: 'option of the strategy' },
  { flag: '--gpg-sign', short: '-S', refused: 'it takes a key as an argument', instead: 'set commit.gpgSign in the sandbox' },
]

export const pullTable: GitTable = {
  operation: 'pull',
  words: ['pull'],
  about: 'fetch, then merge or rebase locally',
  syntax: GIT_SYNTAX,
  options: [
    ...verbosityOptions,
    ...fetchOptions,
    { flag: '--tags', short: '-t', negatable: true, help: 'every tag, or none' },
    { flag: '--jobs', short: '-j', value: countType(0, MOST_JOBS), optional: true, help: 'so many at a time' },
    ...localOptions,
    refusedConfig,
  ],
  positionals: fetchPositionals,
  conflicts: fetchConflicts,
  join: joinFetchTag,
}

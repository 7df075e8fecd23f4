import { type CommandTable, EXACT_SYNTAX } from '../engine/table.ts'
import { pathType } from '../values/git-types.ts'
import type { GitValue } from './git-value.ts'
import { refusedConfig, refusedConfiguration } from './refused-options.ts'

/** What may stand between `git` and a command that reaches another repository. */
export const globalTable: CommandTable<GitValue> = {
  words: [],
  about: 'options before the command',
  syntax: EXACT_SYNTAX,
  options: [
    { flag: '-C', value: pathType, repeats: 'list', help: 'run in this directory' },
    { flag: '--no-pager', short: '-P', help: 'no pager' },
    { flag: '--paginate', short: '-p', help: 'a pager' },
    { flag: '--no-replace-objects', help: 'objects as they are' },
    { flag: '--no-optional-locks', help: 'no locks that can be done without' },
    { flag: '--literal-pathspecs', help: 'paths have no magic' },
    refusedConfig,
    ...refusedConfiguration,
    { flag: '--super-prefix', refused: 'it is for git itself', instead: 'leave it out' },
    { flag: '--bare', refused: 'it makes git take the directory for a repository', instead: 'run git in the work tree' },
    { flag: '--shallow-file', refused: 'it changes what the history is', instead: 'leave it out' },
    { flag: '--attr-source', refused: 'it takes attributes from elsewhere', instead: 'leave it out' },
  ],
  positionals: [],
}

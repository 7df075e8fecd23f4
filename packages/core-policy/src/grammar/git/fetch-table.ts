import { GIT_SYNTAX, type Positional } from '../engine/table.ts'
import { filterType } from '../values/git-types.ts'
import { countType } from '../values/plain-types.ts'
import { refspecType } from '../values/ref-types.ts'
import { remoteNameType, remoteType } from '../values/remote-types.ts'
import { MOST_JOBS, fetchConflicts, fetchOptions } from './fetch-options.ts'
import type { GitTable, GitValue } from './git-value.ts'
import { joinTagWords } from './join-tag-words.ts'
import { refusedConfig } from './refused-options.ts'
import { verbosityOptions } from './verbosity-options.ts'

/** Of fetch and pull. */
export const fetchPositionals: readonly Positional<GitValue>[] = [
  { name: 'remote', value: remoteType, count: 'optional' },
  { name: 'refspec', value: refspecType('fetch'), count: 'any' },
]

export function joinFetchTag(texts: readonly string[]): readonly string[] {
  return joinTagWords(texts, (tag) => `refs/tags/${tag}:refs/tags/${tag}`)
}

export const fetchTable: GitTable = {
  operation: 'fetch',
  words: ['fetch'],
  about: 'get commits and refs from a remote',
  syntax: GIT_SYNTAX,
  options: [
    ...verbosityOptions,
    ...fetchOptions,
    { flag: '--multiple', short: '-m', help: 'every argument is a remote or a group' },
    { flag: '--tags', short: '-t', negatable: '-n', help: 'every tag, or none' },
    { flag: '--prune-tags', short: '-P', negatable: true, help: 'forget tags that the remote does not have' },
    { flag: '--jobs', short: '-j', value: countType(0, MOST_JOBS), help: 'so many at a time' },
    { flag: '--filter', value: filterType, help: 'leave objects out until they are needed' },
    { flag: '--atomic', negatable: true, help: 'update all local refs or none' },
    refusedConfig,
    { flag: '--update-head-ok', short: '-u', refused: 'it moves the branch that is checked out under the work tree', instead: 'git pull' },
    { flag: '--stdin', refused: 'refspecs are read from the command line alone', instead: 'write them as arguments' },
    { flag: '--prefetch', refused: 'it is for git maintenance', instead: 'leave it out' },
    { flag: '--negotiate-only', refused: 'it fetches nothing', instead: 'git merge-base' },
  ],
  positionals: fetchPositionals,
  variants: [
    { flag: '--all', positionals: [] },
    { flag: '--multiple', positionals: [{ name: 'remote', value: remoteNameType, count: 'any' }] },
  ],
  conflicts: fetchConflicts,
  join: joinFetchTag,
}

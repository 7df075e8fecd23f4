import type { AllowedOption, CommandOption, Conflict } from '../engine/table.ts'
import { dateType } from '../values/git-types.ts'
import { countType, wordType } from '../values/plain-types.ts'
import { refTextType, refmapType } from '../values/ref-types.ts'
import type { GitValue } from './git-value.ts'
import { refusedAddressFamily, refusedConfiguration, refusedServerOption, refusedUploadPack } from './refused-options.ts'

export const MOST_COMMITS = 2_147_483_647
export const MOST_JOBS = 64

/** How much history: the same for fetch, pull and clone. */
export const depthOptions: readonly AllowedOption<GitValue>[] = [
  { flag: '--depth', value: countType(1, MOST_COMMITS), help: 'only so many commits of each branch' },
  { flag: '--shallow-since', value: dateType, help: 'only commits since then' },
  { flag: '--shallow-exclude', value: refTextType, repeats: 'list', help: 'only commits that this branch or tag does not reach' },
]

/** What fetch and pull share. */
export const fetchOptions: readonly CommandOption<GitValue>[] = [
  { flag: '--all', help: 'fetch from every remote' },
  { flag: '--append', short: '-a', negatable: true, help: 'add to FETCH_HEAD instead of writing it anew' },
  { flag: '--force', short: '-f', negatable: true, help: 'also move local refs that are no ancestors' },
  { flag: '--prune', short: '-p', negatable: true, help: 'forget branches that the remote no longer has' },
  ...depthOptions,
  { flag: '--deepen', value: countType(1, MOST_COMMITS), help: 'so many more commits' },
  { flag: '--unshallow', help: 'the whole history' },
  { flag: '--refmap', value: refmapType, repeats: 'list', help: 'where fetched branches go, in place of the configuration' },
  { flag: '--set-upstream', negatable: true, help: 'remember the branch for a pull without arguments' },
  { flag: '--dry-run', negatable: true, help: 'show what would be done' },
  {
    flag: '--recurse-submodules',
    value: wordType(['yes', 'no', 'on-demand'], [['true', 'yes'], ['false', 'no']]),
    optional: true,
    negatable: true,
    repeats: 'last',
    help: 'fetch submodules too',
  },
  refusedUploadPack,
  ...refusedConfiguration,
  { ...refusedServerOption, short: '-o' },
  ...refusedAddressFamily,
  { flag: '--keep', short: '-k', refused: 'git keeps packs as it sees fit', instead: 'leave it out' },
  { flag: '--update-shallow', refused: 'a remote must not decide where history ends here', instead: 'use --depth' },
  { flag: '--negotiation-tip', refused: 'what is told to the remote is not for an argument to choose', instead: 'leave it out' },
]

export const fetchConflicts: readonly Conflict[] = [
  { flag: '--unshallow', with: ['--depth', '--deepen'] },
  { flag: '--deepen', with: ['--depth'] },
]

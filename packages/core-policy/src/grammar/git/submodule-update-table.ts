import { EXACT_SYNTAX } from '../engine/table.ts'
import { filterType, workPathType } from '../values/git-types.ts'
import { countType } from '../values/plain-types.ts'
import { MOST_COMMITS, MOST_JOBS } from './fetch-options.ts'
import type { GitTable } from './git-value.ts'
import { refusedConfig, refusedConfiguration, refusedReference } from './refused-options.ts'

export const submoduleUpdateTable: GitTable = {
  operation: 'submodule update',
  words: ['submodule', 'update'],
  about: 'bring submodules to the commits that are recorded for them',
  // A shell script in git: letters do not join, and -j4 is not known there.
  syntax: EXACT_SYNTAX,
  options: [
    { flag: '--quiet', short: '-q', place: 'either', help: 'say less' },
    { flag: '--progress', help: 'show progress, also where standard error is no terminal' },
    { flag: '--init', short: '-i', help: 'also those that were not used so far' },
    { flag: '--require-init', help: 'as --init, and only so' },
    { flag: '--remote', help: 'the tip of their branch, in place of the recorded commit' },
    { flag: '--fetch', negatable: '-N', negatedOnly: true, help: 'nothing from the network' },
    { flag: '--force', short: '-f', help: 'throw local changes away' },
    { flag: '--checkout', help: 'check the commit out' },
    { flag: '--merge', short: '-m', help: 'merge it into the branch of the submodule' },
    { flag: '--rebase', short: '-r', help: 'put the branch of the submodule on top of it' },
    { flag: '--recursive', help: 'submodules of submodules too' },
    { flag: '--recommend-shallow', negatable: true, help: 'as little history as .gitmodules recommends' },
    { flag: '--single-branch', negatable: true, help: 'only one branch' },
    { flag: '--depth', value: countType(1, MOST_COMMITS), help: 'only so many commits' },
    { flag: '--jobs', short: '-j', value: countType(0, MOST_JOBS), help: 'so many at a time' },
    { flag: '--filter', value: filterType, help: 'leave objects out until they are needed' },
    ...refusedReference,
    refusedConfig,
    ...refusedConfiguration,
  ],
  positionals: [{ name: 'path', value: workPathType, count: 'any' }],
}

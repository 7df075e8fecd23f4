import { GIT_LEADING_SYNTAX } from '../engine/table.ts'
import { patternType } from '../values/git-types.ts'
import { wordType } from '../values/plain-types.ts'
import { remoteType } from '../values/remote-types.ts'
import type { GitTable } from './git-value.ts'
import { refusedConfig, refusedConfiguration, refusedServerOption, refusedUploadPack } from './refused-options.ts'

const SORT_KEYS = ['refname', '-refname', 'version:refname', '-version:refname', 'objectname', '-objectname']
const SORT_SYNONYMS = [
  ['v:refname', 'version:refname'],
  ['-v:refname', '-version:refname'],
] as const

export const lsRemoteTable: GitTable = {
  operation: 'ls-remote',
  words: ['ls-remote'],
  about: 'list the refs of a remote',
  // git takes whatever stands behind the remote for patterns, options too.
  syntax: GIT_LEADING_SYNTAX,
  options: [
    // Its newer name is --branches, which git before 2.46 does not know.
    { flag: '--heads', short: '-h', aliases: ['--branches', '-b'], negatable: true, help: 'only branches' },
    { flag: '--tags', short: '-t', negatable: true, help: 'only tags' },
    { flag: '--refs', negatable: true, help: 'neither HEAD nor what annotated tags point at' },
    { flag: '--quiet', short: '-q', negatable: true, help: 'do not say where it was read from' },
    { flag: '--exit-code', help: 'end with 2 when nothing matches' },
    { flag: '--get-url', negatable: true, help: 'show the address and do nothing' },
    { flag: '--sort', value: wordType(SORT_KEYS, SORT_SYNONYMS), repeats: 'list', help: 'order of the list' },
    { flag: '--symref', negatable: true, help: 'show what HEAD stands for' },
    refusedUploadPack,
    refusedConfig,
    ...refusedConfiguration,
    { ...refusedServerOption, short: '-o' },
  ],
  positionals: [
    { name: 'remote', value: remoteType, count: 'optional' },
    { name: 'pattern', value: patternType, count: 'any' },
  ],
}

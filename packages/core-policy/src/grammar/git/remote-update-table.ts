import { GIT_SYNTAX } from '../engine/table.ts'
import { remoteNameType } from '../values/remote-types.ts'
import type { GitTable } from './git-value.ts'
import { refusedConfig, refusedConfiguration } from './refused-options.ts'

export const remoteUpdateTable: GitTable = {
  operation: 'remote update',
  words: ['remote', 'update'],
  about: 'fetch from every remote, or from those that are named',
  syntax: GIT_SYNTAX,
  options: [
    { flag: '--verbose', short: '-v', negatable: true, place: 'before', help: 'say more' },
    { flag: '--prune', short: '-p', negatable: true, help: 'forget branches that a remote no longer has' },
    refusedConfig,
    ...refusedConfiguration,
  ],
  positionals: [{ name: 'remote', value: remoteNameType, count: 'any' }],
}

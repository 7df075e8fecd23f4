import { GIT_SYNTAX } from '../engine/table.ts'
import { deletedRefType, leaseType, refspecType } from '../values/ref-types.ts'
import { remoteType } from '../values/remote-types.ts'
import type { GitTable } from './git-value.ts'
import { joinTagWords } from './join-tag-words.ts'
import { refusedAddressFamily, refusedConfig, refusedConfiguration, refusedReceivePack } from './refused-options.ts'
import { verbosityOptions } from './verbosity-options.ts'

export const pushTable: GitTable = {
  operation: 'push',
  words: ['push'],
  about: 'update branches and tags of a remote',
  syntax: GIT_SYNTAX,
  options: [
    ...verbosityOptions,
    { flag: '--force', short: '-f', negatable: true, help: 'also when the branch is rewritten' },
    { flag: '--force-with-lease', value: leaseType, optional: true, negatable: true, repeats: 'list', help: 'rewrite only when the remote has what is expected' },
    { flag: '--force-if-includes', negatable: true, help: 'with a lease: only when what the remote has was seen here' },
    { flag: '--tags', negatable: true, help: 'push every tag too' },
    { flag: '--follow-tags', negatable: true, help: 'push annotated tags of the pushed commits too' },
    { flag: '--delete', short: '-d', negatable: true, help: 'delete the named branches and tags' },
    { flag: '--set-upstream', short: '-u', negatable: true, help: 'remember the branch for a pull without arguments' },
    { flag: '--atomic', negatable: true, help: 'all refs or none' },
    { flag: '--dry-run', short: '-n', negatable: true, help: 'do everything but the push' },
    { flag: '--porcelain', negatable: true, help: 'report for programs' },
    { flag: '--thin', negatable: true, help: 'send differences to what the remote has' },
    { flag: '--verify', negatable: true, help: 'run the pre-push hook of the work tree, in the sandbox' },
    { flag: '--all', aliases: ['--branches'], negatable: true, help: 'push every branch; policy decides on each' },
    { flag: '--mirror', negatable: true, help: 'push every ref and delete the others; policy decides on each' },
    { flag: '--recurse-submodules', negatable: true, negatedOnly: true, help: 'leave submodules alone' },
    refusedReceivePack,
    refusedConfig,
    ...refusedConfiguration,
    ...refusedAddressFamily,
    { flag: '--push-option', short: '-o', code: 'RW_PUSH_OPTIONS', refused: 'options reach hooks and features of the forge that no policy looks at', instead: 'push without it' },
    { flag: '--signed', code: 'RW_PUSH_CERT', refused: 'a push certificate holds the commands a second time', instead: 'push without it; signed commits and tags are fine' },
    { flag: '--prune', refused: 'it deletes branches of the remote for not being here', instead: 'name what to delete: git push --delete <remote> <branch>' },
    { flag: '--recurse-submodules', refused: 'it pushes other repositories too', instead: 'push each submodule by itself' },
    { flag: '--repo', refused: 'a remote has one place', instead: 'name the remote as the first argument' },
  ],
  positionals: [
    { name: 'remote', value: remoteType, count: 'optional' },
    { name: 'refspec', value: refspecType('push'), count: 'any' },
  ],
  variants: [
    {
      flag: '--delete',
      positionals: [
        { name: 'remote', value: remoteType, count: 'one' },
        { name: 'name', value: deletedRefType, count: 'some' },
      ],
    },
    { flag: '--all', positionals: [{ name: 'remote', value: remoteType, count: 'optional' }] },
    { flag: '--mirror', positionals: [{ name: 'remote', value: remoteType, count: 'optional' }] },
  ],
  conflicts: [
    { flag: '--delete', with: ['--all', '--mirror', '--tags'] },
    { flag: '--all', with: ['--mirror', '--tags'] },
    { flag: '--mirror', with: ['--tags'] },
  ],
  join: (texts) => joinTagWords(texts, (tag) => `refs/tags/${tag}`),
}

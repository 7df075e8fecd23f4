import { GIT_SYNTAX } from '../engine/table.ts'
import { filterType, pathType, workPathType } from '../values/git-types.ts'
import { countType, textType } from '../values/plain-types.ts'
import { refTextType } from '../values/ref-types.ts'
import { remoteUrlType } from '../values/remote-types.ts'
import { MOST_JOBS, depthOptions } from './fetch-options.ts'
import type { GitTable } from './git-value.ts'
import { refusedAddressFamily, refusedConfiguration, refusedReference, refusedServerOption, refusedUploadPack } from './refused-options.ts'
import { verbosityOptions } from './verbosity-options.ts'

const remoteNameText = textType({ placeholder: '<name>', expects: 'a name of letters, digits and . _ -', maximum: 100, shape: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/ })

export const cloneTable: GitTable = {
  operation: 'clone',
  words: ['clone'],
  about: 'make a copy of a repository',
  syntax: GIT_SYNTAX,
  options: [
    ...verbosityOptions,
    { flag: '--branch', short: '-b', value: refTextType, help: 'check out this branch or tag' },
    { flag: '--origin', short: '-o', value: remoteNameText, help: 'name of the remote, in place of origin' },
    ...depthOptions,
    { flag: '--single-branch', negatable: true, help: 'only one branch' },
    { flag: '--tags', negatable: true, help: 'tags too' },
    { flag: '--filter', value: filterType, help: 'leave objects out until they are needed' },
    { flag: '--sparse', negatable: true, help: 'only the files at the top' },
    { flag: '--checkout', negatable: '-n', negatedOnly: true, help: 'no files' },
    { flag: '--bare', negatable: true, help: 'no work tree' },
    { flag: '--mirror', negatable: true, help: 'no work tree, and every ref' },
    { flag: '--reject-shallow', negatable: true, help: 'refuse a source without its whole history' },
    { flag: '--recurse-submodules', aliases: ['--recursive'], value: workPathType, optional: true, repeats: 'list', help: 'submodules too' },
    { flag: '--shallow-submodules', negatable: true, help: 'one commit of each submodule' },
    { flag: '--remote-submodules', negatable: true, help: 'submodules at the tip of their branch' },
    { flag: '--also-filter-submodules', negatable: true, help: 'filter submodules too' },
    { flag: '--jobs', short: '-j', value: countType(0, MOST_JOBS), help: 'so many submodules at a time' },
    { ...refusedUploadPack, short: '-u' },
    { flag: '--config', short: '-c', refused: 'it writes configuration into the clone, before anything is fetched', instead: 'git config, after the clone' },
    ...refusedConfiguration,
    ...refusedReference,
    refusedServerOption,
    ...refusedAddressFamily,
    { flag: '--template', refused: 'it copies hooks and configuration into the clone', instead: 'leave it out' },
    { flag: '--separate-git-dir', refused: 'it puts the repository into another directory', instead: 'leave it out' },
    { flag: '--local', short: '-l', refused: 'it is for repositories of the machine', instead: 'leave it out' },
    { flag: '--no-hardlinks', refused: 'it is for repositories of the machine', instead: 'leave it out' },
    { flag: '--shared', short: '-s', refused: 'it takes objects from another repository of the machine', instead: 'leave it out' },
    { flag: '--bundle-uri', refused: 'it fetches from another address', instead: 'leave it out; refward serves from its mirror' },
  ],
  positionals: [
    { name: 'address', value: remoteUrlType, count: 'one' },
    { name: 'directory', value: pathType, count: 'optional' },
  ],
  conflicts: [{ flag: '--bare', with: ['--origin'] }],
}

import type { CommandTable } from '../grammar/engine/table.ts'
import { PFLAG_SYNTAX } from '../grammar/engine/table.ts'
import { countType, wordType } from '../grammar/values/plain-types.ts'
import { bodyConflict, bodyOptions, outputOptions, refusedEverywhere, refusedMarks, refusedTemplate, repoOption, titleOption } from './common-options.ts'
import type { GhValue } from './gh-types.ts'
import { accountType, assignmentType, bodyType, branchType, commitType, endpointType, issueSelectorType, jqType, labelType, repoType } from './gh-types.ts'
import { textType } from '../grammar/values/plain-types.ts'

type Table = CommandTable<GhValue>

const issue = [{ name: 'number | address', value: issueSelectorType, count: 'one' }] as const
const commentOption = { flag: '--comment', short: '-c', value: bodyType, help: 'say why' } as const
const limitOption = { flag: '--limit', short: '-L', value: countType(1, 1000), help: 'at most so many' } as const

export const issueTables: readonly Table[] = [
  {
    words: ['issue', 'create'],
    about: 'open an issue',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      titleOption,
      ...bodyOptions,
      { flag: '--editor', short: '-e', refused: 'there is no editor', instead: 'give --title and --body' },
      { flag: '--recover', refused: 'there is nobody to ask', instead: 'give --title and --body' },
      { flag: '--template', short: '-T', refused: 'the gateway does not read templates of the repository for it', instead: 'give --body' },
      ...refusedMarks('', [['assignee', '-a'], ['label', '-l'], ['milestone', '-m'], ['project', '-p']]),
      ...refusedEverywhere,
    ],
    positionals: [],
    conflicts: [bodyConflict],
  },
  {
    words: ['issue', 'list'],
    about: 'list issues',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      { flag: '--state', short: '-s', value: wordType(['open', 'closed', 'all']), help: 'which; open without it' },
      { ...limitOption, help: 'at most so many; 30 without it' },
      { flag: '--author', short: '-A', value: accountType, help: 'of this account' },
      { flag: '--label', short: '-l', value: labelType, repeats: 'list', help: 'with this label' },
      ...outputOptions,
      { flag: '--search', short: '-S', refused: 'the search of a forge goes beyond one repository', instead: 'use --state, --author and --label' },
      { flag: '--assignee', short: '-a', refused: 'not every forge has it', instead: 'use --json with --jq' },
      { flag: '--mention', refused: 'not every forge has it', instead: 'use --json with --jq' },
      { flag: '--milestone', short: '-m', refused: 'not every forge has it', instead: 'use --json with --jq' },
      { flag: '--app', refused: 'not every forge has it', instead: 'use --author' },
      ...refusedEverywhere,
    ],
    positionals: [],
  },
  {
    words: ['issue', 'view'],
    about: 'show an issue',
    syntax: PFLAG_SYNTAX,
    options: [repoOption, { flag: '--comments', short: '-c', help: 'its comments too' }, ...outputOptions, ...refusedEverywhere],
    positionals: issue,
  },
  {
    words: ['issue', 'comment'],
    about: 'comment on an issue',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      ...bodyOptions,
      { flag: '--editor', short: '-e', refused: 'there is no editor', instead: 'give --body' },
      { flag: '--edit-last', refused: 'the last comment of the account may be that of another agent', instead: 'write a new comment' },
      { flag: '--delete-last', refused: 'nothing is deleted', instead: 'write a new comment' },
      ...refusedEverywhere,
    ],
    positionals: issue,
    conflicts: [bodyConflict],
  },
  {
    words: ['issue', 'edit'],
    about: 'change title or text of an issue',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      titleOption,
      ...bodyOptions,
      ...refusedMarks('add-', [['label'], ['assignee'], ['project']]),
      ...refusedMarks('remove-', [['label'], ['assignee'], ['project'], ['milestone']]),
      ...refusedMarks('', [['milestone', '-m']]),
      ...refusedEverywhere,
    ],
    positionals: issue,
    conflicts: [bodyConflict],
  },
  {
    words: ['issue', 'close'],
    about: 'close an issue',
    syntax: PFLAG_SYNTAX,
    options: [repoOption, commentOption, { flag: '--reason', short: '-r', value: wordType(['completed', 'not planned']), help: 'shown where the forge has reasons' }, ...refusedEverywhere],
    positionals: issue,
  },
  { words: ['issue', 'reopen'], about: 'open an issue again', syntax: PFLAG_SYNTAX, options: [repoOption, commentOption, ...refusedEverywhere], positionals: issue },
]

export const repositoryTables: readonly Table[] = [
  {
    words: ['repo', 'view'],
    about: 'show the repository',
    syntax: PFLAG_SYNTAX,
    options: [...outputOptions, { flag: '--branch', short: '-b', refused: 'files are read with git', instead: 'git fetch, then git show <branch>:<path>' }, ...refusedEverywhere],
    positionals: [{ name: '[host/]owner/repo', value: repoType, count: 'optional' }],
  },
  {
    words: ['run', 'list'],
    about: 'list runs of workflows (pipelines)',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      { ...limitOption, help: 'at most so many; 20 without it' },
      { flag: '--branch', short: '-b', value: branchType, help: 'of this branch' },
      { flag: '--commit', short: '-c', value: commitType, help: 'of this commit' },
      ...outputOptions,
      ...refusedEverywhere,
    ],
    positionals: [],
  },
  {
    words: ['run', 'view'],
    about: 'show a run',
    syntax: PFLAG_SYNTAX,
    options: [
      repoOption,
      ...outputOptions,
      { flag: '--log', refused: 'logs of builds may hold what the build knew', instead: 'look at the checks with gh pr checks' },
      { flag: '--log-failed', refused: 'logs of builds may hold what the build knew', instead: 'look at the checks with gh pr checks' },
      ...refusedEverywhere,
    ],
    positionals: [{ name: 'id', value: countType(1, 1e14), count: 'one' }],
  },
]

export const authTable: Table = {
  words: ['auth', 'status'],
  about: 'say who this agent is to refward, and what it may do',
  syntax: PFLAG_SYNTAX,
  options: [
    { flag: '--active', short: '-a', help: 'without effect: there is one account' },
    { flag: '--show-token', short: '-t', refused: 'no token of a forge ever leaves the gateway', instead: 'leave it out; none is needed' },
    ...refusedEverywhere,
  ],
  positionals: [],
}

const NO_BODY = 'the gateway reads no file, and a body is made of fields'

export const apiTable: Table = {
  words: ['api'],
  about: 'call a route of the list',
  syntax: PFLAG_SYNTAX,
  options: [
    { flag: '--method', short: '-X', value: textType({ placeholder: '<method>', expects: 'GET or POST', maximum: 20, shape: /^[A-Za-z]+$/ }), help: 'GET without fields and POST with them, if it is not given' },
    { flag: '--raw-field', short: '-f', value: assignmentType, repeats: 'list', help: 'a field with a text' },
    { flag: '--field', short: '-F', value: assignmentType, repeats: 'list', help: 'a field; true, false, null and numbers are what they say' },
    { flag: '--header', short: '-H', value: textType({ placeholder: '<key: value>', expects: 'Accept or X-GitHub-Api-Version, which have no effect', maximum: 300, shape: /^(?:accept|x-github-api-version) *: *[\x20-\x7e]*$/i }), repeats: 'list', help: 'without effect; only Accept and X-GitHub-Api-Version' },
    { flag: '--jq', short: '-q', value: jqType, help: 'a part of the answer' },
    { flag: '--paginate', help: 'all pages of a list, up to 1000 entries' },
    { flag: '--silent', help: 'do not show the answer' },
    refusedTemplate,
    { flag: '--input', refused: NO_BODY, instead: 'give the fields with -f name=value', byShim: true },
    { flag: '--include', short: '-i', refused: 'headers of a forge are not passed on', instead: 'leave it out' },
    { flag: '--verbose', refused: 'headers of a forge are not passed on', instead: 'leave it out' },
    { flag: '--cache', refused: 'nothing is cached', instead: 'leave it out' },
    { flag: '--preview', short: '-p', refused: 'previews of an API are not on the list', instead: 'leave it out' },
    { flag: '--slurp', refused: 'pages are one list already', instead: 'leave it out' },
    ...refusedEverywhere,
  ],
  positionals: [{ name: 'endpoint', value: endpointType, count: 'one' }],
}

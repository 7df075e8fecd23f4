import type { CommandTable } from '../grammar/engine/table.ts'
import { PFLAG_SYNTAX } from '../grammar/engine/table.ts'
import { countType, wordType } from '../grammar/values/plain-types.ts'
import { bodyConflict, bodyOptions, outputOptions, refusedEverywhere, refusedMarks, refusedTemplate, repoOption, titleOption } from './common-options.ts'
import type { GhValue } from './gh-types.ts'
import { accountType, bodyType, branchType, labelType, pullSelectorType } from './gh-types.ts'

type Table = CommandTable<GhValue>

const selector = [{ name: 'number | branch | address', value: pullSelectorType, count: 'optional' }] as const
const required = [{ name: 'number | branch | address', value: pullSelectorType, count: 'one' }] as const
const NO_EDITOR = { refused: 'there is no editor and nobody to ask', instead: 'give --title and --body' } as const

const create: Table = {
  words: ['pr', 'create'],
  about: 'open a pull request from a branch that was pushed',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    titleOption,
    ...bodyOptions,
    { flag: '--base', short: '-B', value: branchType, help: 'the branch it goes to; the default branch without it' },
    { flag: '--head', short: '-H', value: branchType, help: 'the branch it comes from; the current one without it' },
    { flag: '--draft', short: '-d', help: 'as a draft' },
    { flag: '--no-maintainer-edit', help: 'without effect: the branch is in this repository' },
    { flag: '--fill', short: '-f', refused: 'the gateway does not read your commits for it', instead: 'give --title and --body', byShim: true },
    { flag: '--fill-first', refused: 'the gateway does not read your commits for it', instead: 'give --title and --body', byShim: true },
    { flag: '--fill-verbose', refused: 'the gateway does not read your commits for it', instead: 'give --title and --body', byShim: true },
    { flag: '--editor', short: '-e', ...NO_EDITOR },
    { flag: '--recover', ...NO_EDITOR },
    { flag: '--template', short: '-T', refused: 'the gateway does not read templates of the repository for it', instead: 'give --body' },
    { flag: '--dry-run', refused: 'nothing is told that was not asked of the forge', instead: 'refward explains what would be allowed: gh auth status' },
    ...refusedMarks('', [['assignee', '-a'], ['label', '-l'], ['milestone', '-m'], ['project', '-p'], ['reviewer', '-r']]),
    ...refusedEverywhere,
  ],
  positionals: [],
  conflicts: [bodyConflict],
}

const list: Table = {
  words: ['pr', 'list'],
  about: 'list pull requests',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    { flag: '--state', short: '-s', value: wordType(['open', 'closed', 'merged', 'all']), help: 'which; open without it' },
    { flag: '--limit', short: '-L', value: countType(1, 1000), help: 'at most so many; 30 without it' },
    { flag: '--base', short: '-B', value: branchType, help: 'to this branch' },
    { flag: '--head', short: '-H', value: branchType, help: 'from this branch' },
    { flag: '--author', short: '-A', value: accountType, help: 'of this account' },
    { flag: '--label', short: '-l', value: labelType, repeats: 'list', help: 'with this label' },
    { flag: '--draft', short: '-d', help: 'only drafts' },
    ...outputOptions,
    { flag: '--search', short: '-S', refused: 'the search of a forge goes beyond one repository', instead: 'use --state, --base, --head, --author and --label' },
    { flag: '--app', refused: 'not every forge has it', instead: 'use --author' },
    { flag: '--assignee', short: '-a', refused: 'not every forge has it', instead: 'use --author, or --json with --jq' },
    ...refusedEverywhere,
  ],
  positionals: [],
}

const view: Table = {
  words: ['pr', 'view'],
  about: 'show a pull request',
  syntax: PFLAG_SYNTAX,
  options: [repoOption, { flag: '--comments', short: '-c', help: 'its comments too' }, ...outputOptions, ...refusedEverywhere],
  positionals: selector,
}

const diff: Table = {
  words: ['pr', 'diff'],
  about: 'show what a pull request changes',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    { flag: '--name-only', help: 'only the names of the files' },
    { flag: '--color', value: wordType(['never', 'auto']), help: 'without effect' },
    { flag: '--patch', refused: 'there is no patch per commit', instead: 'leave it out' },
    ...refusedEverywhere,
  ],
  positionals: selector,
}

const checks: Table = {
  words: ['pr', 'checks'],
  about: 'show the checks of a pull request',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    ...outputOptions,
    { flag: '--watch', refused: 'a request is answered at once', instead: 'ask again later' },
    { flag: '--fail-fast', refused: 'it belongs to --watch', instead: 'leave it out' },
    { flag: '--interval', short: '-i', refused: 'it belongs to --watch', instead: 'leave it out' },
    { flag: '--required', refused: 'which checks are required is not read', instead: 'leave it out' },
    ...refusedEverywhere,
  ],
  positionals: selector,
}

const status: Table = { words: ['pr', 'status'], about: 'show the pull requests of this agent', syntax: PFLAG_SYNTAX, options: [repoOption, ...refusedEverywhere, refusedTemplate], positionals: [] }

const comment: Table = {
  words: ['pr', 'comment'],
  about: 'comment on a pull request',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    ...bodyOptions,
    { flag: '--editor', short: '-e', refused: 'there is no editor', instead: 'give --body' },
    { flag: '--edit-last', refused: 'the last comment of the account may be that of another agent', instead: 'write a new comment' },
    { flag: '--delete-last', refused: 'nothing is deleted', instead: 'write a new comment' },
    { flag: '--create-if-none', refused: 'it belongs to --edit-last', instead: 'leave it out' },
    ...refusedEverywhere,
  ],
  positionals: selector,
  conflicts: [bodyConflict],
}

const edit: Table = {
  words: ['pr', 'edit'],
  about: 'change title, text or base of a pull request',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    titleOption,
    ...bodyOptions,
    { flag: '--base', short: '-B', value: branchType, help: 'the branch it goes to' },
    ...refusedMarks('add-', [['label'], ['assignee'], ['reviewer'], ['project']]),
    ...refusedMarks('remove-', [['label'], ['assignee'], ['reviewer'], ['project'], ['milestone']]),
    ...refusedMarks('', [['milestone', '-m']]),
    ...refusedEverywhere,
  ],
  positionals: selector,
  conflicts: [bodyConflict],
}

const commentOption = { flag: '--comment', short: '-c', value: bodyType, help: 'say why' } as const

const close: Table = {
  words: ['pr', 'close'],
  about: 'close a pull request',
  syntax: PFLAG_SYNTAX,
  options: [repoOption, commentOption, { flag: '--delete-branch', short: '-d', refused: 'branches are deleted with git', instead: 'git push --delete origin <branch>' }, ...refusedEverywhere],
  positionals: required,
}

const reopen: Table = { words: ['pr', 'reopen'], about: 'open a pull request again', syntax: PFLAG_SYNTAX, options: [repoOption, commentOption, ...refusedEverywhere], positionals: required }

const ready: Table = {
  words: ['pr', 'ready'],
  about: 'mark a draft as ready for review',
  syntax: PFLAG_SYNTAX,
  options: [repoOption, { flag: '--undo', help: 'make it a draft again' }, ...refusedEverywhere],
  positionals: selector,
}

const NO_VERDICT = { refused: 'a review of an agent is no verdict', instead: 'review with --comment --body' } as const

const review: Table = {
  words: ['pr', 'review'],
  about: 'review a pull request with a comment',
  syntax: PFLAG_SYNTAX,
  options: [repoOption, { flag: '--comment', short: '-c', help: 'comment, which is all that is possible' }, ...bodyOptions, { flag: '--approve', short: '-a', ...NO_VERDICT }, { flag: '--request-changes', short: '-r', ...NO_VERDICT }, ...refusedEverywhere],
  positionals: selector,
  conflicts: [bodyConflict],
}

const merge: Table = {
  words: ['pr', 'merge'],
  about: 'merge a pull request, where the operator allows it',
  syntax: PFLAG_SYNTAX,
  options: [
    repoOption,
    { flag: '--merge', short: '-m', help: 'with a merge commit' },
    { flag: '--squash', short: '-s', help: 'as one commit' },
    { flag: '--rebase', short: '-r', help: 'by rebasing' },
    { flag: '--auto', refused: 'it would merge later what nobody has looked at', instead: 'merge when the checks have passed' },
    { flag: '--disable-auto', refused: 'it belongs to --auto', instead: 'leave it out' },
    { flag: '--admin', refused: 'it goes round the rules of the forge', instead: 'wait for the requirements of the forge' },
    { flag: '--delete-branch', short: '-d', refused: 'branches are deleted with git', instead: 'git push --delete origin <branch>' },
    { flag: '--match-head-commit', refused: 'the head that was decided on is the one that is merged', instead: 'leave it out' },
    { flag: '--body', short: '-b', refused: 'the forge writes the message', instead: 'leave it out' },
    { flag: '--body-file', short: '-F', refused: 'the forge writes the message', instead: 'leave it out' },
    { flag: '--subject', short: '-t', refused: 'the forge writes the message', instead: 'leave it out' },
    { flag: '--author-email', short: '-A', refused: 'the forge writes the author', instead: 'leave it out' },
    ...refusedEverywhere,
  ],
  positionals: selector,
  conflicts: [
    { flag: '--merge', with: ['--squash', '--rebase'] },
    { flag: '--squash', with: ['--rebase'] },
  ],
}

export const prTables: readonly Table[] = [create, list, view, diff, checks, status, comment, edit, close, reopen, ready, review, merge]

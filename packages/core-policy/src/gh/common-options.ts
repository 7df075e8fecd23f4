import type { CommandOption, RefusedOption } from '../grammar/engine/table.ts'
import type { GhValue } from './gh-types.ts'
import { bodyType, fieldsType, jqType, repoType, stdinType, titleType } from './gh-types.ts'

type Option = CommandOption<GhValue>

export const repoOption: Option = { flag: '--repo', short: '-R', value: repoType, place: 'either', help: 'another repository of the session' }

const refusedWeb: RefusedOption = { flag: '--web', short: '-w', refused: 'nothing is opened in a browser', instead: 'leave it out; the address is printed' }
const refusedHost: RefusedOption = { flag: '--hostname', refused: 'the gateway alone knows how a forge is reached', instead: 'name the repository with -R, and the forge is the one that it lives on' }

/** Refused by every command. */
export const refusedEverywhere: readonly RefusedOption[] = [refusedWeb, refusedHost]
export const refusedTemplate: RefusedOption = { flag: '--template', short: '-t', refused: 'templates are a language of their own that the gateway does not run', instead: 'use --json, and --jq for a part of it' }

/** How an answer is shown. */
export const outputOptions: readonly Option[] = [
  { flag: '--json', value: fieldsType, help: 'these fields as JSON' },
  { flag: '--jq', short: '-q', value: jqType, help: 'a part of the JSON' },
  refusedTemplate,
]

/** What is written. */
export const titleOption: Option = { flag: '--title', short: '-t', value: titleType, help: 'the title' }
export const bodyOptions: readonly Option[] = [
  { flag: '--body', short: '-b', value: bodyType, help: 'the text' },
  { flag: '--body-file', short: '-F', value: stdinType, help: 'the text from the standard input (-)' },
]
export const bodyConflict = { flag: '--body', with: ['--body-file'] } as const

const MARKS = 'labels, assignees, reviewers, milestones and projects start automation and call people'
const LATER = 'leave it out; a person can set it'

/** Options that set what starts automation or calls people. */
export function refusedMarks(prefix: '' | 'add-' | 'remove-', names: readonly (readonly [string, string?])[]): readonly RefusedOption[] {
  return names.map(([name, short]) => ({ flag: `--${prefix}${name}`, ...(short === undefined ? {} : { short }), refused: MARKS, instead: LATER }))
}

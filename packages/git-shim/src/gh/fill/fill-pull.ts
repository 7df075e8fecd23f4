import { type GhValue, type ParsedCommand, RefwardError, findOption, hasOption } from '@refward/core-policy'

import { findMainBranch } from '../find-branch.ts'
import { type FillForm, composeTexts } from './compose-texts.ts'
import { readCommits } from './read-commits.ts'

/** What is known where `gh pr create --fill` was called. */
export interface FillPlace {
  readonly git: string
  /** The remote of the repository, and the branch that is checked out; undefined where there is none. */
  readonly remote: string | undefined
  readonly branch: string | undefined
  /** Its name on the forge. */
  readonly remoteBranch: string | undefined
  /** Asks the forge for its default branch, for a clone that does not know it. */
  askMainBranch(): Promise<string>
}

const FORMS: readonly (readonly [string, FillForm])[] = [
  ['--fill-verbose', 'verbose'],
  ['--fill-first', 'first'],
  ['--fill', 'all'],
]

/** Title and text out of the commits, for a command that asks for it; what was given stays. */
export async function fillPull(command: ParsedCommand<GhValue>, place: FillPlace): Promise<ParsedCommand<GhValue>> {
  const form = FORMS.find(([flag]) => hasOption(command, flag))?.[1]
  if (form === undefined) return command
  const options = command.options.filter(({ flag }) => !FORMS.some(([name]) => name === flag))
  const given = (flag: string): string | undefined => findOption(command, flag)?.value?.text
  const { git, remote, branch } = place
  if (remote === undefined) throw new RefwardError('RW_GH_USAGE', { detail: '--fill reads the commits of a clone, and there is none with a remote here', remedy: 'give --title and --body' })
  const head = given('--head')
  const base = given('--base') ?? (await findMainBranch(git, remote)) ?? (await place.askMainBranch())
  const commits = await readCommits(git, `refs/remotes/${remote}/${base}`, head === undefined || head === place.remoteBranch ? 'HEAD' : `refs/heads/${head}`)
  const { title, body } = composeTexts(commits, form, head ?? place.remoteBranch ?? branch ?? '')
  const text = (flag: string, value: string): ParsedCommand<GhValue>['options'] => [{ flag, negated: false, value: { kind: 'text', text: value } }]
  return {
    ...command,
    options: [...options, ...(given('--title') === undefined ? text('--title', title) : []), ...(given('--body') === undefined && given('--body-file') === undefined ? text('--body', body) : [])],
  }
}

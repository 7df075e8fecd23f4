import { RefwardError } from '@refward/core-policy'

import { runGit } from '../../gateway/run-git.ts'
import type { CommitMessage } from './compose-texts.ts'

/** More than a pull request tells of; the newest of them are read. */
const MOST_COMMITS = 1000

/**
 * The commits of a branch that its base does not have, the oldest first.
 *
 * @throws RefwardError RW_GH_USAGE when there are none, or the base is not known here
 */
export async function readCommits(git: string, base: string, head: string): Promise<readonly CommitMessage[]> {
  // A signature would be shown by a program that the configuration of the work tree names.
  const argv = ['-c', 'log.showSignature=false', 'log', '-z', `--max-count=${MOST_COMMITS}`, '--no-decorate', '--no-notes', '--no-color', '--pretty=format:%s%n%b', '--end-of-options', `${base}..${head}`]
  const listing = await runGit(git, argv)
  if (listing === undefined) throw refuse(`git has no commits ${base}..${head}`, 'git fetch, or give --title and --body')
  if (listing === '') throw refuse(`there are no commits between ${base} and ${head}`, 'commit something, or give --title and --body')
  return listing.split('\0').toReversed().map(readMessage)
}

function readMessage(text: string): CommitMessage {
  const end = text.indexOf('\n')
  return { subject: text.slice(0, end), body: text.slice(end + 1).trim() }
}

function refuse(detail: string, remedy: string): RefwardError<'RW_GH_USAGE'> {
  return new RefwardError('RW_GH_USAGE', { detail: `could not compute title and body: ${detail}`, remedy })
}

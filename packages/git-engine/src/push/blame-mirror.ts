import { RefwardError } from '@refward/core-policy'
import type { Mirror, MirrorView } from '../mirror/mirror-types.ts'
import { GitFailure } from '../process/git-end.ts'

const NO_REPOSITORY = /^fatal: (?:not a git repository|--stdin requires a git repository)/m

/**
 * Throws what went wrong with a push, after finding out whether the mirror is to blame: its files may be damaged without any trace that
 * a look at their sizes shows. Then the agent is not told that its pack is bad, and the mirror is made anew, so that the next push passes.
 *
 * The push itself lies in quarantine: nothing in it makes git name a file of the mirror, so no agent can have a mirror thrown away.
 */
export async function blameMirror(mirror: Mirror, view: MirrorView, error: unknown): Promise<never> {
  const failure = findGitFailure(error)
  if (failure === undefined || !isAbout(failure.end.stderr, view.gitDir)) throw error
  await mirror.reportDamage(view, `git ${failure.command} could not read it`)
  throw new RefwardError('RW_MIRROR_UNAVAILABLE', { repo: mirror.repo.id, detail: 'it is damaged' }, { cause: error })
}

function isAbout(stderr: string, gitDir: string): boolean {
  return stderr.includes(gitDir) || NO_REPOSITORY.test(stderr)
}

function findGitFailure(error: unknown): GitFailure | undefined {
  let cause = error
  while (cause instanceof Error && !(cause instanceof GitFailure)) ({ cause } = cause)
  return cause instanceof GitFailure ? cause : undefined
}

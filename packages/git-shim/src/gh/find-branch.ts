import type { GitSettings } from '../gateway/git-settings.ts'
import { runGit } from '../gateway/run-git.ts'

/** The branch that is checked out here; undefined when none is, or there is no work tree. */
export async function findLocalBranch(git: string): Promise<string | undefined> {
  const name = (await runGit(git, ['symbolic-ref', '--quiet', 'HEAD']))?.trimEnd()
  return name?.startsWith('refs/heads/') === true ? name.slice('refs/heads/'.length) : undefined
}

/**
 * Its name on the forge: that of the branch which it was pushed to with `-u`. What it was only made from, the main branch of the remote, is not meant:
 * git makes a new branch follow it.
 */
export async function findRemoteBranch(git: string, settings: GitSettings, branch: string): Promise<string> {
  const valueOf = (name: string): string | undefined => settings.list('branch', name).findLast(({ subsection }) => subsection === branch)?.value
  const [remote, merge] = [valueOf('remote'), valueOf('merge')]
  if (remote === undefined || merge?.startsWith('refs/heads/') !== true) return branch
  const followed = merge.slice('refs/heads/'.length)
  if (followed === branch) return branch
  return followed === (await findMainBranch(git, remote)) ? branch : followed
}

/** The branch that a remote's HEAD is, as far as this clone knows. */
export async function findMainBranch(git: string, remote: string): Promise<string | undefined> {
  const prefix = `refs/remotes/${remote}/`
  const name = (await runGit(git, ['symbolic-ref', '--quiet', `${prefix}HEAD`]))?.trimEnd()
  return name?.startsWith(prefix) === true ? name.slice(prefix.length) : undefined
}

import { type GitPushBody, findOption, hasOption, listOptionValues, parseGitCommand } from '@refward/core-policy'
import type { PushWish } from '@refward/git-engine'
import { DEFAULT_REMOTE } from '../git-operations/resolve-remote.ts'
import type { WorktreePush } from '../git-operations/worktree-push.ts'
import { requestProblems } from '../http/request-problems.ts'

/**
 * Reads a push by the grammar of git's own command line: the fields become its arguments, so that nothing is understood here in another way than there.
 *
 * @throws RequestProblems with everything that is wrong
 */
export function readPush(body: GitPushBody): { readonly remote: string; readonly push: WorktreePush } {
  const remote = body.remote ?? DEFAULT_REMOTE
  const parsed = parseGitCommand(['push', ...listOptions(body), '--', remote, ...body.refspecs])
  if (parsed.kind === 'error') throw requestProblems(parsed.problems, 'refspecs')
  const command = parsed.value
  const refspecs = command.positionals.flatMap((value) => (value.kind === 'refspec' ? [value.refspec] : []))
  const tags = hasOption(command, '--tags')
  if (refspecs.length === 0 && !tags) throw nothingToPush()
  const leases = listOptionValues(command, '--force-with-lease').flatMap((value) => (value.kind === 'lease' ? [value] : []))
  const isTracking = findOption(command, '--force-with-lease')?.negated === false && leases.length === 0
  const wish: PushWish = {
    refspecs,
    tags,
    force: hasOption(command, '--force'),
    leases: isTracking ? 'tracking' : leases.length > 0 ? leases : 'none',
    remoteName: command.positionals.flatMap((value) => (value.kind === 'remote' && value.remote.kind === 'named' ? [value.remote.name] : []))[0],
  }
  return { remote, push: { wish, atomic: hasOption(command, '--atomic'), dryRun: hasOption(command, '--dry-run') } }
}

function listOptions({ force_with_lease: lease = false, ...body }: GitPushBody): readonly string[] {
  const switches = [
    [body.force, '--force'],
    [body.delete, '--delete'],
    [body.tags, '--tags'],
    [body.atomic, '--atomic'],
    [body.dry_run, '--dry-run'],
    [lease === true, '--force-with-lease'],
  ] as const
  const leases = typeof lease === 'boolean' ? [] : lease.map((value) => `--force-with-lease=${value}`)
  return [...switches.flatMap(([given, flag]) => (given === true ? [flag] : [])), ...leases]
}

/** What git would take from its configuration is not read here. */
function nothingToPush(): Error {
  const problem = { path: 'refspecs', code: 'RW_REFSPEC_INVALID', message: 'refspecs is empty, and tags is not asked for', hint: 'name what is to be pushed: ["HEAD:refs/heads/<branch>"]' } as const
  return requestProblems([problem], 'refspecs')
}

import { type ErrorAnswer, type GitPushAnswer, type GitPushBody, type PushedRef, type UpstreamSetting, ZERO_ID, errorTable } from '@refward/core-policy'
import type { ResolvedUpdate } from '@refward/git-engine'
import { DEFAULT_REMOTE } from '../git-operations/resolve-remote.ts'
import type { WorktreePushResult } from '../git-operations/worktree-push.ts'

type Done = Extract<WorktreePushResult, { kind: 'done' }>
type Refused = Extract<WorktreePushResult, { kind: 'refused' }>

export function renderPushed({ repo, updates, rewrites, messages }: Done, body: GitPushBody, requestId: string): GitPushAnswer {
  return {
    success: true,
    request_id: requestId,
    repository: repo,
    dry_run: body.dry_run === true,
    refs: updates.map((update) => describeUpdate(update, rewrites)),
    messages,
    set_upstream: body.set_upstream === true ? updates.flatMap((update) => describeUpstream(update, body.remote ?? DEFAULT_REMOTE)) : [],
  }
}

/** The first refusal that is about the push itself tells the code and the status. */
export function renderRefusedPush({ refusals, refs, messages }: Refused, requestId: string): { readonly status: number; readonly answer: ErrorAnswer } {
  const [first] = refusals
  const { code, rule, message, hint } = refusals.find((refusal) => !refusal.code.startsWith('RW_PUSH_REFUSED_')) ?? first
  const error = { code, rule, hint }
  return { status: errorTable[code].status, answer: { success: false, message, error, refs, messages, request_id: requestId } }
}

function describeUpdate({ ref, source, current, newId }: ResolvedUpdate, rewrites: ReadonlySet<string>): PushedRef {
  return { ref, ...(source === undefined ? {} : { source }), old_id: current, new_id: newId, status: statusOf({ ref, current, newId }, rewrites) }
}

function statusOf({ ref, current, newId }: Pick<ResolvedUpdate, 'ref' | 'current' | 'newId'>, rewrites: ReadonlySet<string>): PushedRef['status'] {
  if (current === newId) return 'up-to-date'
  if (newId === ZERO_ID) return 'deleted'
  if (current === ZERO_ID) return 'created'
  return rewrites.has(ref) ? 'forced' : 'updated'
}

/** Only a branch can follow another one. */
function describeUpstream({ source, ref, newId }: ResolvedUpdate, remote: string): readonly UpstreamSetting[] {
  const [, branch] = /^refs\/heads\/(.+)$/.exec(source ?? '') ?? []
  return branch === undefined || newId === ZERO_ID ? [] : [{ branch, remote, merge: ref }]
}

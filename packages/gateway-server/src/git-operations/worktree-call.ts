import { type Policy, type RepoId, type RequestId, isRefwardError } from '@refward/core-policy'
import { locateWorktree } from '@refward/git-engine'
import type { Ledger, Operation, SharedRoot } from '@refward/ledger'
import { toFailure } from '../http/error-answer.ts'
import type { LiveSubject } from '../session/authenticate.ts'
import type { GitCallContext } from './git-operations.ts'
import { resolveRemote } from './resolve-remote.ts'

/** A request of the exec plane about a work tree that its sandbox shares with the gateway. */
export interface WorktreeCall {
  readonly subject: LiveSubject
  readonly roots: readonly SharedRoot[]
  /** As the client wrote it. */
  readonly path: string
  readonly remote: string
  readonly requestId: RequestId
  readonly signal: AbortSignal
}

export interface WorktreeCallParts {
  readonly policy: () => Policy
  readonly ledger: Pick<Ledger, 'record'>
}

/** A work tree that is held open, and the repository that it is to be pushed to or fetched from. */
export interface PlacedCall {
  readonly tree: Awaited<ReturnType<typeof locateWorktree>>
  readonly place: { readonly roots: readonly string[]; readonly path: string }
  readonly context: GitCallContext
}

/**
 * Finds the work tree beneath the roots of the session, and the repository by what the session says of the remote. A refusal is in the audit, although no
 * decision about a repository could be made.
 *
 * @throws RefwardError RW_WORKTREE_OUTSIDE, RW_WORKTREE_UNSUPPORTED, RW_REMOTE_UNKNOWN, RW_ARGUMENT_TRANSPORT
 */
export async function placeCall(parts: WorktreeCallParts, call: WorktreeCall, operation: Operation): Promise<PlacedCall> {
  const { subject, roots, path, requestId, signal } = call
  const place = { roots: roots.map((root) => root.path), path }
  try {
    const tree = await locateWorktree(place)
    return { tree, place, context: { subject, requestId, signal, repo: await findRepo(parts, call, tree) } }
  } catch (error) {
    if (isRefwardError(error)) {
      await parts.ledger.record({ kind: 'request-refused', request: requestId, agent: subject.agent, session: subject.session, operation, code: toFailure(error).code })
    }
    throw error
  }
}

async function findRepo({ policy }: WorktreeCallParts, { subject, roots, remote }: WorktreeCall, tree: PlacedCall['tree']): Promise<RepoId> {
  try {
    return resolveRemote({ policy: policy(), subject, root: roots.find(({ path }) => path === tree.root) }, remote)
  } catch (error) {
    await tree.pinned.close()
    throw error
  }
}

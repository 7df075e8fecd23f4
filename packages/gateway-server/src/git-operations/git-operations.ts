import type { Explanation, RepoId, RequestId } from '@refward/core-policy'
import type { PushOutcome, UndoOutcome } from '@refward/git-engine'
import type { MadeWorktree } from '@refward/ledger'
import type { LiveSubject } from '../session/authenticate.ts'
import type { AddTreeCall, ListTreesCall, ListedTree, RemoveTreeCall, RemovedTree } from './agent-trees/agent-tree-parts.ts'
import type { ExplainCall } from './explain-operation.ts'
import type { UndoCall } from './undo-operation.ts'
import type { WorktreeCall } from './worktree-call.ts'
import type { WorktreePush, WorktreePushResult } from './worktree-push.ts'
import type { ShownRefs } from './worktree-refs.ts'

/** Version of the wire protocol that a client asked for. */
export type ProtocolVersion = 0 | 1 | 2

/** Who asks for what; the same for every operation of the git plane. */
export interface GitCallContext {
  readonly subject: LiveSubject
  readonly repo: RepoId
  readonly requestId: RequestId
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
}

/** Where the bytes of an answer go, in order. */
export interface AnswerWriter {
  /** Resolves when there is room for more, rejects when the client is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** The answer is whole: the client may go on, whatever is still to be done here. */
  end(): void
}

/**
 * The git plane without HTTP: each operation runs from decision to audit. What is refused before an answer has begun is thrown as
 * a RefwardError; what goes wrong later is told inside the answer, in git's own way.
 */
export interface GitOperations {
  /** The answer to `info/refs?service=git-upload-pack`. */
  advertiseFetch(context: GitCallContext, protocol: ProtocolVersion): Promise<Uint8Array>
  /** The answer to `info/refs?service=git-receive-pack`. */
  advertisePush(context: GitCallContext): Promise<Uint8Array>
  uploadPack(context: GitCallContext, call: { readonly protocol: ProtocolVersion; readonly body: Uint8Array }): AsyncIterable<Uint8Array>
  /** Undefined when the push was refused before it began. */
  receivePack(context: GitCallContext, call: { readonly body: AsyncIterable<Uint8Array>; readonly answer: AnswerWriter }): Promise<PushOutcome | undefined>
  /** What `git push` would do in a work tree that is shared with the gateway. */
  pushWorktree(call: WorktreeCall, push: WorktreePush): Promise<WorktreePushResult>
  /** The refs behind a remote of such a work tree; a fetch brings the mirror up to them. */
  listForWorktree(call: WorktreeCall, operation: 'fetch' | 'list'): Promise<ShownRefs>
  explain(call: ExplainCall): Promise<Explanation>
  /** Brings the last kept tip of a branch, or the named one, back to the upstream. For the operator. */
  undo(call: UndoCall): Promise<UndoOutcome>
  /** Makes a work tree for an agent. For the operator, as the next two. */
  addTree(call: AddTreeCall): Promise<MadeWorktree>
  listTrees(call: ListTreesCall): Promise<readonly ListedTree[]>
  removeTree(call: RemoveTreeCall): Promise<RemovedTree>
}

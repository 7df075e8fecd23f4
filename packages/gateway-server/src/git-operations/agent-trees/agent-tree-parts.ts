import type { AgentName, Policy, RepoId, RequestId } from '@refward/core-policy'
import type { AgentTreeDependencies, Loss, MirrorStore, TreeRemoval } from '@refward/git-engine'
import type { Ledger, MadeWorktree } from '@refward/ledger'
import type { ForgeAccess } from '../forge-access.ts'

/** What work trees of agents are made, listed and removed with. */
export interface AgentTreeParts {
  readonly policy: () => Policy
  readonly ledger: Pick<Ledger, 'addWorktree' | 'decided' | 'finished' | 'listSessions' | 'listWorktrees' | 'ownedBranches' | 'removeWorktree' | 'showAgent'>
  readonly access: ForgeAccess
  readonly fetch: { readonly mirrors: Pick<MirrorStore, 'mirror'> }
  readonly trees: AgentTreeDependencies
  /** Directories of the gateway's own, absolute: no work tree is put there. */
  readonly keepOut: readonly string[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Asked by the operator. */
interface TreeCall {
  readonly requestId: RequestId
  readonly signal: AbortSignal
}

export interface AddTreeCall extends TreeCall {
  readonly agent: AgentName
  readonly repo: RepoId
  readonly path: string
  /** With or without refs/heads/; without one, a branch of the agent's own that is called like the directory. */
  readonly branch: string | undefined
  /** Branch of the forge that a new branch begins at; without one the default branch. */
  readonly from: string | undefined
  /** Who the files are to belong to. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
}

export interface ListTreesCall extends TreeCall {
  readonly agent: AgentName | undefined
  /** Only what is on record: nothing is looked at. */
  readonly quick: boolean
}

export interface RemoveTreeCall extends TreeCall {
  readonly path: string
  /** Removed whatever would be lost. */
  readonly loseWork: boolean
}

/** `unknown` when it cannot be looked at safely, or not now; the losses say why. */
export type TreeState = 'clean' | 'dirty' | 'absent' | 'unknown'

export interface ListedTree extends MadeWorktree {
  /** Absent when it was not asked for. */
  readonly state?: TreeState
  /** Commits that no ref of the forge reaches, added up over branches. */
  readonly unpushedCommits?: number
  readonly losses?: readonly Loss[]
  /** Losses beyond those that are named. */
  readonly moreLosses?: number
}

export interface RemovedTree {
  readonly worktree: MadeWorktree
  readonly directory: TreeRemoval
  readonly lost: readonly Loss[]
}

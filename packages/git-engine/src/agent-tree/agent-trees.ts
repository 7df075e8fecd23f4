import type { QuarantineStore } from '../quarantine/quarantine.ts'
import type { WorktreeDependencies } from '../worktree/shared-worktree.ts'

/** What work trees of agents are made, looked at and removed with. */
export interface AgentTreeDependencies extends WorktreeDependencies {
  readonly quarantines: QuarantineStore
  /** A name that has not been used before and says nothing. */
  readonly createName: () => string
}

import { serveAdvertisement } from '@refward/git-engine'
import { addTree } from './agent-trees/add-tree.ts'
import type { AgentTreeParts } from './agent-trees/agent-tree-parts.ts'
import { listTrees } from './agent-trees/list-trees.ts'
import { removeTree } from './agent-trees/remove-tree.ts'
import { type ExplainParts, explain } from './explain-operation.ts'
import { type FetchParts, listingJob, uploadPack } from './fetch-operation.ts'
import type { GitOperations } from './git-operations.ts'
import { type PushParts, advertisePush, receivePack } from './push-operation.ts'
import { recordRead } from './record-read.ts'
import { type UndoParts, undo } from './undo-operation.ts'
import { type WorktreePushParts, pushWorktree } from './worktree-push.ts'
import { type WorktreeRefsParts, listForWorktree } from './worktree-refs.ts'

/** The git plane's operations over the engine. */
export function createGitOperations(parts: FetchParts & PushParts & UndoParts & ExplainParts & WorktreePushParts & WorktreeRefsParts & AgentTreeParts): GitOperations {
  return {
    advertiseFetch: (context, protocol) =>
      recordRead(parts, context, 'list', (permit) => serveAdvertisement(listingJob(parts, context, permit), protocol, parts.agentName)),
    advertisePush: (context) => advertisePush(parts, context),
    uploadPack: (context, call) => uploadPack(parts, context, call),
    receivePack: (context, call) => receivePack(parts, context, call),
    pushWorktree: (call, push) => pushWorktree(parts, call, push),
    listForWorktree: (call, operation) => listForWorktree(parts, call, operation),
    explain: (call) => explain(parts, call),
    undo: (call) => undo(parts, call),
    addTree: (call) => addTree(parts, call),
    listTrees: (call) => listTrees(parts, call),
    removeTree: (call) => removeTree(parts, call),
  }
}

import type { Loss } from '@refward/git-engine'
import type { MadeWorktree } from '@refward/ledger'
import { toFailure } from '../../http/error-answer.ts'
import type { AgentTreeParts, ListTreesCall, ListedTree } from './agent-tree-parts.ts'
import { lookIntoTree, unseen } from './look-into-tree.ts'

/** The work trees on record, each with what is in it and nowhere else. One that cannot be compared now does not hide the others. */
export async function listTrees(parts: AgentTreeParts, { agent, quick, signal }: ListTreesCall): Promise<readonly ListedTree[]> {
  const made = await parts.ledger.listWorktrees(agent)
  if (quick) return made
  const listed: ListedTree[] = []
  for (const tree of made) listed.push({ ...tree, ...(await describe(parts, tree, signal)) })
  return listed
}

async function describe(parts: AgentTreeParts, tree: MadeWorktree, signal: AbortSignal): Promise<Omit<ListedTree, keyof MadeWorktree>> {
  const seen = await lookIntoTree(parts, tree, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    const { code, message } = toFailure(error)
    if (code === 'RW_INTERNAL') throw error
    return unseen(tree.path, message)
  })
  return { ...seen, unpushedCommits: countCommits(seen.losses) }
}

function countCommits(losses: readonly Loss[]): number {
  return losses.reduce((sum, { commits = 0 }) => sum + commits, 0)
}

import { RefwardError, createRefusal } from '@refward/core-policy'
import { type Loss, removeTree as deleteTree } from '@refward/git-engine'
import { toFailure } from '../../http/error-answer.ts'
import { type RequestProblem, RequestProblems } from '../../http/request-problems.ts'
import type { AgentTreeParts, RemoveTreeCall, RemovedTree } from './agent-tree-parts.ts'
import { findSharingSessions } from './find-sharing-sessions.ts'
import { type SeenTree, lookIntoTree, unseen } from './look-into-tree.ts'

/** What the audit holds of one loss, and of how many. */
const LOST_CHARACTERS = 300
const LOST_NAMED = 100

/**
 * Removes a work tree that the gateway made. Unless the operator says that its work may be lost, one that holds anything which is nowhere else stays as it is,
 * and each such thing is named.
 *
 * @throws RequestProblems RW_WORKTREE_HOLDS_WORK; RefwardError RW_WORKTREE_UNKNOWN, RW_WORKTREE_CHANGED, RW_WORKTREE_UNREADABLE
 */
export async function removeTree(parts: AgentTreeParts, call: RemoveTreeCall): Promise<RemovedTree> {
  const { ledger, trees, clock } = parts
  const made = (await ledger.listWorktrees()).find(({ path }) => path === call.path)
  if (made === undefined) throw new RefwardError('RW_WORKTREE_UNKNOWN', { path: call.path })
  const seen = await lookIntoTree(parts, made, call.signal).catch((error: unknown) => lookAway(error, call))
  const sessions = findSharingSessions(await ledger.listSessions(), made.path, clock())
  const lost = [...sessions, ...seen.losses]
  if (lost.length > 0 && !call.loseWork) throw describeLosses(call.path, lost, seen.moreLosses)
  const directory = seen.state === 'absent' ? 'absent' : await deleteTree(made.path, trees.createName)
  const worktree = await ledger.removeWorktree(made.path, { lost: describeForAudit(lost, seen.moreLosses) })
  return { worktree, directory, lost }
}

/** A forge that does not answer is no reason to keep what the operator gives up. */
function lookAway(error: unknown, { path, loseWork, signal }: RemoveTreeCall): SeenTree {
  if (!loseWork || signal.aborted) throw error
  return unseen(path, toFailure(error).message)
}

function describeLosses(path: string, losses: readonly Loss[], more: number): RequestProblems {
  const count = losses.length + more
  const summary = problem(path, `${path} holds what is nowhere else: ${count === 1 ? 'one thing' : `${count} things`}${more > 0 ? `, of which ${losses.length} are named` : ''}`)
  // The remedy is one for all.
  return new RequestProblems([summary, ...losses.map(({ kind, name, detail }) => ({ ...problem(name, `${kind}: ${detail}`), hint: '' }))])
}

function problem(path: string, what: string): RequestProblem {
  const { code, message, hint } = createRefusal('RW_WORKTREE_HOLDS_WORK', { rule: 'worktree.remove' }, { what })
  return { path, code, message, hint }
}

function describeForAudit(losses: readonly Loss[], more: number): readonly string[] {
  const named = losses.slice(0, LOST_NAMED).map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`.slice(0, LOST_CHARACTERS))
  const beyond = losses.length - named.length + more
  return beyond === 0 ? named : [...named, `and ${beyond} more`]
}

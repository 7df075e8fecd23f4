import { join } from 'node:path'
import { isRefwardError } from '@refward/core-policy'
import type { MirrorView } from '../mirror/mirror-types.ts'
import { GitFailure } from '../process/git-end.ts'
import { PushRefused } from '../push/push-refused.ts'
import type { Quarantine } from '../quarantine/quarantine.ts'
import { type IntakeLimits, allocationLimit, receivePack, startIndexPack } from '../quarantine/receive-pack.ts'
import type { Reach } from '../fetch/reachability.ts'
import { openGitDirectories } from '../worktree/git-directories.ts'
import { SharedWorktree, locateWorktree } from '../worktree/shared-worktree.ts'
import { WorktreeSource } from '../worktree/worktree-source.ts'
import type { AgentTreeDependencies } from './agent-trees.ts'
import { compareFiles } from './compare-files.ts'
import { describeUnpushed, findUnpushed } from './find-unpushed.ts'
import { findIndexChanges, findOperations } from './git-state.ts'
import { LossList } from './losses.ts'
import { Scratch } from './scratch.ts'
import { TooMuch } from './too-much.ts'

export interface TreeQuestion {
  readonly path: string
  /** The mirror, brought up to the forge. */
  readonly view: MirrorView
  /** Ids of all refs of the forge as they are now. */
  readonly forgeIds: ReadonlySet<string>
  /** What may be read of it. */
  readonly limits: IntakeLimits
  readonly signal: AbortSignal
}

/**
 * What is in a work tree and nowhere else. The tree is the agent's, and hostile: its refs and objects come through upload-pack as they do for a push (ADR 0015), its
 * files are compared by the gateway itself, and git looks only at copies in directories of the gateway's own.
 *
 * What cannot be looked at is a loss by itself (`unseen`): an empty list means that there is nothing to lose.
 */
export async function inspectTree(deps: AgentTreeDependencies, question: TreeQuestion): Promise<LossList> {
  const losses = new LossList()
  const quarantine = await deps.quarantines.create(question.view.objects)
  try {
    await new Inspection(deps, question, { losses, quarantine }).run()
  } catch (error) {
    question.signal.throwIfAborted()
    losses.add({ kind: 'unseen', name: question.path, detail: explain(error) })
  } finally {
    await quarantine.remove()
  }
  return losses
}

class Inspection {
  readonly #deps: AgentTreeDependencies
  readonly #question: TreeQuestion
  readonly #losses: LossList
  readonly #quarantine: Quarantine

  constructor(deps: AgentTreeDependencies, question: TreeQuestion, { losses, quarantine }: { readonly losses: LossList; readonly quarantine: Quarantine }) {
    this.#deps = deps
    this.#question = question
    this.#losses = losses
    this.#quarantine = quarantine
  }

  async run(): Promise<void> {
    const { path, limits, signal } = this.#question
    const place = { roots: [path], path }
    const worktree = await SharedWorktree.open(this.#deps, await locateWorktree(place), { place, timeMs: limits.timeMs, signal })
    try {
      await this.#lookAtRefs(worktree)
      await this.#lookAtFiles(worktree.listing.refs.find(({ name }) => name === 'HEAD')?.id)
    } finally {
      await worktree.close()
    }
  }

  async #lookAtRefs(worktree: SharedWorktree): Promise<void> {
    const { git } = this.#deps
    const { view, forgeIds, limits, signal, path } = this.#question
    const reach: Reach = { git, gitDir: view.gitDir, tips: forgeIds.intersection(view.tips), signal, timeMs: limits.timeMs }
    const unpushed = await findUnpushed(reach, worktree.listing)
    if (unpushed.length === 0) return
    const wants = [...new Set(unpushed.map(({ id }) => id))]
    const taken = await this.#takeIn(worktree, wants, [...reach.tips]).then(() => undefined, explain)
    for (const loss of await describeUnpushed(reach, unpushed, taken === undefined ? this.#quarantine.objects : undefined)) this.#losses.add(loss)
    if (taken !== undefined) this.#losses.add({ kind: 'unseen', name: path, detail: taken })
  }

  async #takeIn(worktree: SharedWorktree, wants: readonly string[], tips: readonly string[]): Promise<void> {
    const { git } = this.#deps
    const { view, limits, signal } = this.#question
    const source = new WorktreeSource({ git, worktree, wants, signal })
    const child = startIndexPack(git, { quarantine: this.#quarantine, gitDir: view.gitDir, limits, signal })
    await receivePack({ child, quarantine: this.#quarantine, limits }, source.pack(() => Promise.resolve({ gitDir: view.gitDir, tips })))
  }

  async #lookAtFiles(head: string | undefined): Promise<void> {
    const { git } = this.#deps
    const { path, limits, signal } = this.#question
    const { objects } = this.#quarantine
    const scratch = await Scratch.create(git, join(objects.directory, 'scratch'), { objects, signal, timeoutMs: limits.timeMs, allocationLimitBytes: allocationLimit(limits) })
    const tracked = head === undefined ? new Map<never, never>() : await scratch.load(head)
    const tree = await locateWorktree({ roots: [path], path })
    try {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.timeMs)])
      await compareFiles({ top: tree.pinned, tracked, ignored: scratch, losses: this.#losses, signal: inTime })
      const directories = await openGitDirectories(tree, [path], path)
      try {
        await findIndexChanges({ gitDir: directories.gitDir, scratch, head, losses: this.#losses })
        await findOperations(directories, this.#losses)
      } finally {
        await directories.close()
      }
    } finally {
      await tree.pinned.close()
    }
  }
}

/** Why something could not be looked at. What nobody foresaw is a fault, and no answer. */
function explain(error: unknown): string {
  if (error instanceof PushRefused) return error.refusals[0]?.message ?? 'it was refused'
  if (isRefwardError(error)) return error.message
  if (error instanceof TooMuch) return error.message
  // Whoever asked has not left, so the time is up.
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'it takes too long to look at all of it'
  if (error instanceof GitFailure) return 'git could not read all of it'
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) return `the file system said ${error.code}`
  throw error
}

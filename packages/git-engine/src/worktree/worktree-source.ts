import { isRefwardError } from '@refward/core-policy'
import { findTypes, findUnreachableCommits } from '../fetch/reachability.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { PushRefused } from '../push/push-refused.ts'
import type { PackBase, PushSource } from '../push/push-types.ts'
import type { SharedWorktree } from './shared-worktree.ts'

/** Ids that are named as known. Git looks each one up. */
const MAX_HAVES = 512
/** Ids of the work tree that are looked for in the mirror. */
const MAX_ASKED = 512

export interface WorktreeSourceOptions {
  readonly git: GitRuntime
  readonly worktree: SharedWorktree
  /** New values of the push, of objects in the work tree. */
  readonly wants: readonly string[]
  readonly signal: AbortSignal
}

/** The objects of a push out of a shared work tree. */
export class WorktreeSource implements PushSource {
  readonly #options: WorktreeSourceOptions

  constructor(options: WorktreeSourceOptions) {
    this.#options = options
  }

  async *pack(base: () => Promise<PackBase>): AsyncGenerator<Uint8Array> {
    const { worktree, wants } = this.#options
    if (wants.length === 0) return
    const haves = await this.#findCommon(await base())
    try {
      yield* worktree.pack(wants, haves)
    } catch (error) {
      throw asRefusal(error)
    }
  }

  /** The request has been read whole. */
  drain(): Promise<boolean> {
    return Promise.resolve(true)
  }

  /** What both sides have: tips of the forge, and where the work tree has only older ones, those of its refs that the tips reach. */
  async #findCommon({ gitDir, tips }: PackBase): Promise<readonly string[]> {
    const { git, worktree, signal } = this.#options
    const known = new Set(tips)
    const listed = new Set(worktree.listing.refs.map(({ id }) => id))
    const common = listed.intersection(known)
    const others = [...known.difference(common)]
    if (common.size > 0 || known.size === 0) return [...common, ...others].slice(0, MAX_HAVES)
    const reach = { git, gitDir, tips, signal }
    const types = await findTypes(reach, [...listed].slice(0, MAX_ASKED))
    const commits = new Set([...types].flatMap(([id, type]) => (type === 'commit' ? [id] : [])))
    const reached = commits.size === 0 ? commits : commits.difference(await findUnreachableCommits(reach, commits))
    return [...reached, ...others].slice(0, MAX_HAVES)
  }
}

/** What is wrong with a work tree is its agent's doing, and no fault of the gateway. */
function asRefusal(error: unknown): unknown {
  if (!isRefwardError(error) || !error.code.startsWith('RW_WORKTREE_')) return error
  const { code, message, hint } = error
  return new PushRefused([{ code, rule: 'worktree', message, hint }], { cause: error })
}

import type { RefUpdate } from '@refward/core-policy'
import type { ObjectStore } from '../process/git-environment.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'

export interface RewritesInput {
  readonly git: GitRuntime
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly signal: AbortSignal
  readonly updates: readonly RefUpdate[]
  /** Parents of every new commit. */
  readonly parents: ReadonlyMap<string, readonly string[]>
}

/** Refs whose new value does not contain the old one. Tags that move always count. */
export async function findRewrites(input: RewritesInput): Promise<ReadonlySet<string>> {
  const rewrites = new Set<string>()
  for (const update of input.updates) {
    if (update.kind === 'update' && (await isRewrite(input, update))) rewrites.add(update.ref)
  }
  return rewrites
}

async function isRewrite(input: RewritesInput, { ref, oldId, newId }: RefUpdate): Promise<boolean> {
  if (ref.startsWith('refs/tags/')) return true
  // New commits on top of the old value, the usual push: seen without asking git.
  if (newId === oldId || reachesThroughNew(input.parents, newId, oldId)) return false
  const { git, gitDir, objects, signal } = input
  const call = { command: 'merge-base', gitDir, flags: { '--is-ancestor': true }, operands: [oldId, newId] } as const
  // 128: one of them is not a commit. Nothing contains the other then.
  const { code } = await runGit(git, call, { objects, signal, accept: [0, 1, 128] })
  return code !== 0
}

function reachesThroughNew(parents: ReadonlyMap<string, readonly string[]>, from: string, target: string): boolean {
  const seen = new Set([from])
  for (const id of seen) {
    if (id === target) return true
    for (const parent of parents.get(id) ?? []) seen.add(parent)
  }
  return false
}

import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RefName } from '@refward/core-policy'
import type { ListedRef } from '@refward/upstream'
import type { MirrorView } from '../mirror/mirror-types.ts'
import { feedGit } from '../process/feed-git.ts'
import { GitFailure } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import { type GitChild, spawnGit } from '../process/spawn-git.ts'
import type { AgentTreeDependencies } from './agent-trees.ts'
import { type TreeOwner, giveTree, putTree } from './put-tree.ts'
import type { TreePlace } from './tree-place.ts'

export interface TreePlan {
  readonly place: TreePlace
  readonly view: MirrorView
  /** Branches and tags that the agent is shown; all of them are in the view. */
  readonly refs: readonly ListedRef[]
  /** Full name. */
  readonly defaultBranch: string | undefined
  /** Full name of the branch that the tree is on. */
  readonly branch: RefName
  /** Commit that the branch begins at; undefined in a repository without one. */
  readonly start: string | undefined
  /** Lines of git configuration, of which none may hold a credential. */
  readonly config: string
  /** Who it is to belong to; without one the user that the gateway runs as. */
  readonly owner: TreeOwner | undefined
  readonly timeMs: number
  readonly signal: AbortSignal
}

/**
 * Makes a clone with a work tree for an agent: objects from the mirror, copied, so that nothing in it leads back to the gateway.
 *
 * INVARIANT: git works in a directory of the gateway's own. Only what is finished is put where an agent can reach it, and no git runs there.
 *
 * @param record called when all is ready, before the tree is in its place; `forget` when it could not be put there.
 * @throws RefwardError RW_WORKTREE_PLACE
 */
export async function makeTree(deps: AgentTreeDependencies, plan: TreePlan, { record, forget }: { record(): Promise<void>; forget(): Promise<void> }): Promise<void> {
  const { git, quarantines, createName } = deps
  const quarantine = await quarantines.create(plan.view.objects)
  try {
    const staged = join(quarantine.objects.directory, 'tree')
    await stage(git, staged, plan)
    if (plan.owner !== undefined) await giveTree(staged, plan.place.path, plan.owner)
    await record()
    await putTree(staged, plan.place, createName).catch(async (error: unknown) => {
      await forget()
      throw error
    })
  } finally {
    await quarantine.remove()
  }
}

async function stage(git: GitRuntime, staged: string, plan: TreePlan): Promise<void> {
  const { signal, timeMs } = plan
  const gitDir = join(staged, '.git')
  await mkdir(staged)
  await runGit(git, { command: 'init', flags: { '--quiet': true, '--template': '', '--object-format': 'sha1' }, operands: [staged] }, { signal })
  await copyObjects(git, gitDir, plan)
  await writeRefs(gitDir, plan)
  await appendFile(join(gitDir, 'config'), plan.config)
  if (plan.start === undefined) return
  // INVARIANT: nothing but git's own conversions of line ends takes effect here: filters and hooks need a configuration, and this one is ours.
  await runGit(git, { command: 'read-tree', gitDir, workTree: staged, flags: { '-m': true, '-u': true }, operands: [plan.start] }, { signal, timeoutMs: timeMs })
}

/** What the refs reach, and nothing else that other agents brought into the mirror. */
async function copyObjects(git: GitRuntime, gitDir: string, { view, refs, timeMs, signal }: TreePlan): Promise<void> {
  const ids = [...new Set(refs.map(({ id }) => id))]
  if (ids.length === 0) return
  const options = { timeoutMs: timeMs, signal }
  const packer = spawnGit(git, { command: 'pack-objects', gitDir: view.gitDir, flags: { '--revs': true, '--stdout': true, '--delta-base-offset': true, '--quiet': true } }, options)
  const indexer = spawnGit(git, { command: 'index-pack', gitDir, flags: { '--stdin': true } }, options)
  indexer.stdout.resume()
  try {
    packer.stdin.end(`${ids.join('\n')}\n`)
    for await (const chunk of packer.stdout) if (!(await feedGit(indexer, chunk as Uint8Array))) break
    await requireDone('pack-objects', packer)
    indexer.stdin.end()
    await requireDone('index-pack', indexer)
  } finally {
    for (const child of [packer, indexer]) child.kill()
    await Promise.all([packer.end, indexer.end])
  }
}

async function requireDone(command: 'pack-objects' | 'index-pack', child: GitChild): Promise<void> {
  const end = await child.end
  if (end.kind !== 'exited' || end.code !== 0) throw new GitFailure(command, end)
}

/** The refs as a clone has them. Names and ids are those of a listing, which holds nothing that git would not accept. */
async function writeRefs(gitDir: string, { refs, branch, start, defaultBranch }: TreePlan): Promise<void> {
  const packed = refs.map(({ name, id }) => [name.replace(/^refs\/heads\//, 'refs/remotes/origin/'), id] as const)
  const all = start === undefined ? packed : [...packed, [branch, start] as const]
  await writeFile(join(gitDir, 'packed-refs'), all.map(([name, id]) => `${id} ${name}\n`).join(''))
  await writeFile(join(gitDir, 'HEAD'), `ref: ${branch}\n`)
  if (defaultBranch === undefined || !refs.some(({ name }) => name === defaultBranch)) return
  const remoteHead = join(gitDir, 'refs/remotes/origin/HEAD')
  await mkdir(dirname(remoteHead), { recursive: true })
  await writeFile(remoteHead, `ref: ${defaultBranch.replace(/^refs\/heads\//, 'refs/remotes/origin/')}\n`)
}

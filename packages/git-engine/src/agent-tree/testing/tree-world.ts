import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RefName, parseRefName } from '@refward/core-policy'
import type { ListedRef } from '@refward/upstream'
import { git } from '@refward/testing-repositories'
import type { MirrorView } from '../../mirror/mirror-types.ts'
import { createGitRuntime } from '../../process/git-runtime.ts'
import { createQuarantineStore } from '../../quarantine/quarantine.ts'
import type { AgentTreeDependencies } from '../agent-trees.ts'
import { inspectTree } from '../inspect-tree.ts'
import type { LossList } from '../losses.ts'
import { makeTree } from '../make-tree.ts'
import type { TreeOwner } from '../put-tree.ts'
import { openTreePlace } from '../tree-place.ts'

/** A forge's repository that stands for its own mirror, and a directory for work trees. */
export interface TreeWorld {
  readonly deps: AgentTreeDependencies
  readonly base: string
  /** Of work trees. */
  readonly work: string
  readonly forge: string
  /** The gateway's own. */
  readonly data: string
  make(name: string, more?: { readonly owner?: TreeOwner; readonly record?: () => Promise<void>; readonly forget?: () => Promise<void> }): Promise<string>
  inspect(path: string, limits?: { readonly timeMs: number }): Promise<LossList>
  refs(): Promise<readonly ListedRef[]>
  close(): Promise<void>
}

export const BRANCH: RefName = ((): RefName => {
  const parsed = parseRefName('refs/heads/agent/fixer/topic')
  if (parsed.kind === 'error') throw new Error('not a ref name')
  return parsed.value
})()
const LIMITS = { packBytes: 2 ** 28, objects: 100_000, objectBytes: 2 ** 27, timeMs: 30_000 }
const CONFIG = '[remote "origin"]\n\turl = "https://git.example.org/acme/widget.git"\n\tfetch = "+refs/heads/*:refs/remotes/origin/*"\n'

export async function createTreeWorld(): Promise<TreeWorld> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'refward-tree-')))
  const [work, forge, data] = [join(base, 'work'), join(base, 'forge.git'), join(base, 'data')]
  const createName = (): string => randomBytes(8).toString('hex')
  const runtime = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(data, 'home') })
  const quarantines = createQuarantineStore({ directory: join(data, 'quarantine'), createName })
  await quarantines.open()
  await mkdir(work)
  await fillForge(forge, join(base, 'seed'))
  const deps = { git: runtime, quarantines, createName, clock: { now: Date.now, sleep: (ms: number) => sleep(ms) } }

  const refs = async (): Promise<readonly ListedRef[]> => {
    const lines = (await git(['--git-dir', forge, 'for-each-ref', '--format=%(objectname) %(refname)'])).split('\n').filter((line) => line !== '')
    return lines.map((line) => ({ id: line.slice(0, 40), name: line.slice(41) }))
  }
  const view = async (): Promise<MirrorView> => ({
    gitDir: forge,
    objects: join(forge, 'objects'),
    tips: new Set((await refs()).map(({ id }) => id)),
    lineage: Symbol('test'),
    withRefs: () => Promise.reject(new Error('not needed here')),
    release: () => undefined,
  })

  return {
    deps,
    base,
    work,
    forge,
    data,
    refs,
    make: async (name, { owner, record, forget } = {}) => {
      const path = join(work, name)
      const place = await openTreePlace(path, [data])
      const listed = await refs()
      const start = listed.find(({ name: ref }) => ref === 'refs/heads/main')?.id
      const plan = { place, view: await view(), refs: listed, defaultBranch: 'refs/heads/main', branch: BRANCH, start, config: CONFIG, owner, timeMs: 30_000, signal: AbortSignal.timeout(60_000) }
      const nothing = (): Promise<void> => Promise.resolve()
      try {
        await makeTree(deps, plan, { record: record ?? nothing, forget: forget ?? nothing })
      } finally {
        await place.parent.close()
      }
      return path
    },
    inspect: async (path, limits) => {
      const held = await view()
      return inspectTree(deps, { path, view: held, forgeIds: held.tips, limits: { ...LIMITS, ...limits }, signal: AbortSignal.timeout(60_000) })
    },
    close: () => rm(base, { recursive: true, force: true, maxRetries: 3 }),
  }
}

async function fillForge(forge: string, seed: string): Promise<void> {
  await git(['init', '-q', '-b', 'main', seed])
  const files = { 'a.txt': 'one\n', 'dir/b.txt': 'two\n', '.gitignore': 'node_modules/\n*.log\nbuild/*\n!build/keep\n', 'dir/.gitignore': 'made\n' }
  await mkdir(join(seed, 'dir'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(seed, name), text)
  await writeFile(join(seed, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  await git(['add', '.'], { cwd: seed })
  await git(['commit', '-q', '-m', 'one'], { cwd: seed })
  await git(['commit', '-q', '--allow-empty', '-m', 'two'], { cwd: seed })
  await git(['tag', '-a', '-m', 'v1', 'v1'], { cwd: seed })
  await git(['branch', 'other', 'HEAD^'], { cwd: seed })
  await git(['clone', '-q', '--bare', seed, forge])
}

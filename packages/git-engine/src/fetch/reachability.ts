import { GitFailure } from '../process/git-end.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'
import { spawnGit } from '../process/spawn-git.ts'
import { readLines } from './read-lines.ts'

/** Where to look and from where on: the tips that a session sees, all of them in the mirror. */
export interface Reach {
  readonly git: GitRuntime
  readonly gitDir: string
  readonly tips: Iterable<string>
  readonly signal: AbortSignal
  /** Milliseconds; default: two minutes. */
  readonly timeMs?: number
}

/** Proofs walk history. One that takes longer is no proof. */
const TIME_MS = 120_000
const ID_LINE_BYTES = 128

/** The types of those ids that the mirror holds. */
export async function findTypes(reach: Reach, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { git, gitDir, signal, timeMs = TIME_MS } = reach
  const flags = { '--batch-check': '%(objectname) %(objecttype)', '--buffer': true } as const
  const options = { input: `${ids.join('\n')}\n`, maxOutputBytes: ids.length * ID_LINE_BYTES, timeoutMs: timeMs, signal }
  const { stdout } = await runGit(git, { command: 'cat-file', gitDir, flags }, options)
  const lines = stdout.toString('latin1').split('\n')
  const pairs = lines.map((line) => line.split(' ')).filter(([, type]) => type !== undefined && type !== 'missing')
  return new Map(pairs.map(([id = '', type = '']) => [id, type]))
}

/** Which of these commits none of the tips reaches. Stops as soon as it has met `enough` of them. */
export async function findUnreachableCommits(reach: Reach, ids: ReadonlySet<string>, enough: number = ids.size): Promise<ReadonlySet<string>> {
  const flags = { '--ignore-missing': true, '--stdin': true } as const
  return meet(reach, { flags, input: [...ids, ...negated(reach.tips)], ids, enough })
}

/**
 * Which of these trees, blobs and tags may be out of reach of the tips: none that is not named here is. With bitmaps the answer
 * is exact; without, objects of older commits may be named that are within reach.
 */
export async function findDoubtfulObjects(reach: Reach, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const flags = { '--objects': true, '--no-object-names': true, '--use-bitmap-index': true, '--stdin': true } as const
  return meet(reach, { flags, input: [...ids, ...negated(reach.tips)], ids, enough: ids.size })
}

/** Which of these objects the tips reach, by looking at every object that they reach until all are found. */
export async function findReachableObjects(reach: Reach, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const flags = { '--objects': true, '--no-object-names': true, '--use-bitmap-index': true, '--stdin': true } as const
  return meet(reach, { flags, input: [...reach.tips], ids, enough: ids.size })
}

function negated(tips: Iterable<string>): readonly string[] {
  return [...tips].map((id) => `^${id}`)
}

interface Walk {
  readonly flags: { readonly '--stdin': true; readonly [flag: string]: true }
  readonly input: readonly string[]
  readonly ids: ReadonlySet<string>
  readonly enough: number
}

/** Runs a walk and notes which of `ids` it prints. */
async function meet({ git, gitDir, signal, timeMs = TIME_MS }: Reach, { flags, input, ids, enough }: Walk): Promise<ReadonlySet<string>> {
  const child = spawnGit(git, { command: 'rev-list', gitDir, flags }, { timeoutMs: timeMs, signal })
  const met = new Set<string>()
  try {
    child.stdin.end(`${input.join('\n')}\n`)
    for await (const line of readLines(child.stdout)) {
      if (ids.has(line)) met.add(line)
      if (met.size >= enough) return met
    }
    const end = await child.end
    if (end.kind !== 'exited' || end.code !== 0) throw new GitFailure('rev-list', end)
    return met
  } finally {
    child.kill()
  }
}

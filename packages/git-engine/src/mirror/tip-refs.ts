import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'

export interface TipChange {
  /** `refs/refward/tip/` or `refs/refward/keep/`. */
  readonly prefix: string
  readonly add: Iterable<string>
  readonly remove: Iterable<string>
}

/** Writes and removes refs that are named after the id that they hold, all or none. */
export async function changeTipRefs(runtime: GitRuntime, gitDir: string, change: TipChange): Promise<void> {
  const lines = [
    'start',
    ...[...change.add].map((id) => `update ${change.prefix}${id} ${id}`),
    ...[...change.remove].map((id) => `delete ${change.prefix}${id}`),
    'prepare',
    'commit',
    '',
  ]
  if (lines.length === 4) return
  await runGit(runtime, { command: 'update-ref', gitDir, flags: { '--stdin': true, '--no-deref': true } }, { input: lines.join('\n') })
}

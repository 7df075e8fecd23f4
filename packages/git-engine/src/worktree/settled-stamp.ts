import type { GitDirectories } from './git-directories.ts'
import { type RepositoryStamp, takeStamp } from './repository-stamp.ts'
import { changed } from './worktree-refused.ts'

export interface StampClock {
  /** Milliseconds since 1970. */
  now(): number
  sleep(milliseconds: number): Promise<void>
}

/**
 * File systems note times by ticks of the kernel, of at most ten milliseconds. Something changed in the tick in which it was looked at could change again
 * and have the same time; older than this, it cannot.
 */
const TICK_MS = 25
const ROUNDS = 8

/** A stamp of a repository in which nothing has changed for longer than a tick. @throws RefwardError RW_WORKTREE_CHANGED when it never rests */
export async function takeSettledStamp(directories: GitDirectories, shown: string, clock: StampClock): Promise<RepositoryStamp> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = clock.now()
    const { stamp, changedAt } = await takeStamp(directories, shown)
    const young = changedAt + TICK_MS - began
    if (young <= 0) return stamp
    await clock.sleep(Math.min(young, TICK_MS))
  }
  throw changed(shown)
}

import type { Readable, Writable } from 'node:stream'
import type { GitCall } from './git-command.ts'
import type { GitEnd } from './git-end.ts'
import type { GitRuntime } from './git-runtime.ts'
import { type GitOptions, startGit } from './start-git.ts'

/**
 * A running git child. Its `stdout` is paused until somebody reads it, so nothing is lost and the child feels backpressure.
 * Read `stdout` to its end, or `kill()`; then await `end`, which never rejects and resolves when the process group is gone.
 */
export interface GitChild {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly end: Promise<GitEnd>
  kill(): void
}

/** Starts git for streaming. Its output has no cap here: whoever reads it bounds what it keeps. */
export function spawnGit(runtime: GitRuntime, call: GitCall, options: GitOptions = {}): GitChild {
  const { stdin, stdout, settled, kill } = startGit(runtime, call, options, { input: 'pipe', output: 'pipe' })
  const stop = (): void => {
    kill()
    // What was written and not read would keep the pipe open.
    stdout.destroy()
  }
  return { stdin, stdout, end: settled.then(({ end }) => end), kill: stop }
}

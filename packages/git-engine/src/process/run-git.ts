import type { GitCall } from './git-command.ts'
import { GitFailure } from './git-end.ts'
import type { GitRuntime } from './git-runtime.ts'
import { type GitOptions, startGit } from './start-git.ts'

export interface RunGitOptions extends GitOptions {
  readonly input?: Uint8Array | string
  /** Exit codes that are answers, not failures; default: 0. */
  readonly accept?: readonly number[]
  /** Bytes of stdout; a child that writes more is killed. Default 1 MiB. */
  readonly maxOutputBytes?: number
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

const DEFAULT_OUTPUT_BYTES = 1024 * 1024

/**
 * Runs git to its end and returns what it wrote.
 *
 * @throws GitFailure when it ends in any other way than by an accepted exit code.
 */
export async function runGit(runtime: GitRuntime, call: GitCall, options: RunGitOptions = {}): Promise<GitAnswer> {
  const { settled } = startGit(runtime, call, options, {
    input: typeof options.input === 'string' ? Buffer.from(options.input) : (options.input ?? 'none'),
    output: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
  })
  const { end, stdout } = await settled
  if (end.kind !== 'exited' || !(options.accept ?? [0]).includes(end.code)) throw new GitFailure(call.command, end)
  return { code: end.code, stdout: Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength), stderr: end.stderr }
}

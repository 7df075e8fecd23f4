/** What a program may use. */
export interface ProgramLimits {
  readonly signal: AbortSignal
  /** More output than this ends the program. */
  readonly stdoutBytes: number
  readonly stderrBytes: number
}

export interface ProgramResult {
  /** Exit code. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program; implemented where processes are started. It has an environment built from empty, a working directory in
 * which only the gateway can write, and no terminal. Its standard input is closed at the end of `stdin`; one that it does
 * not read is no failure, an error thrown by `stdin` is.
 *
 * Rejects when the program cannot be started (the error's `code` is `ENOENT` when there is none), is ended by a signal, or
 * exceeds a limit; by then it is gone, with whatever it started.
 */
export type RunProgram = (
  program: string,
  args: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
  limits: ProgramLimits,
) => Promise<ProgramResult>

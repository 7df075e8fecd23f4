import type { Writable } from 'node:stream'

export interface ProgramOptions {
  /** All that the program gets: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  readonly stdin?: AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
  readonly timeoutMs: number
  /** More output than this ends the program. */
  readonly stdoutBytes: number
  readonly stderrBytes: number
}

export interface ProgramEnd {
  readonly code: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/** A program that was not run to its end; `code` is `ENOENT` when there is none. What it wrote is not in here. */
export class ProgramFailure extends Error {
  override readonly name: string = 'ProgramFailure'
  readonly code: string | undefined
  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/**
 * Runs a program that the operator named (a scanner, a password manager) without a shell, in a process group of its own, until it ends.
 * Input that it does not read is no failure; an error of the input is.
 *
 * @throws ProgramFailure when it cannot be started, is ended by a signal or exceeds a limit; by then its whole group is gone.
 */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  // Seldom needed, and not small: a gateway that never runs one does not hold it in memory.
  const { execa } = await import('execa')
  const child = execa(program, [...args], {
    stdin: options.stdin === undefined ? 'ignore' : 'pipe',
    cwd: '/',
    env: { ...options.environment },
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    maxBuffer: { stdout: options.stdoutBytes, stderr: options.stderrBytes },
    killDescendants: true,
    killSignal: 'SIGKILL',
    timeout: options.timeoutMs,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
  const fed = feed(child.stdin, options.stdin)
  fed.catch(() => child.kill('SIGKILL'))
  const result = await child
  // The leader is gone; whatever it left in its group goes too.
  child.kill('SIGKILL')
  await fed
  if (result.timedOut) throw new ProgramFailure('it took too long')
  if (result.isCanceled) throw new ProgramFailure('it was aborted')
  if (result.isMaxBuffer) throw new ProgramFailure('it wrote more than it may')
  if (result.exitCode === undefined) throw new ProgramFailure(result.signal === undefined ? 'it could not be started' : `it was ended by ${result.signal}`, result.code)
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr }
}

async function feed(stdin: Writable | null, input: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  if (stdin === null || input === undefined) return
  // EPIPE: the program ended, or closed its input, before it had read all of it.
  stdin.on('error', () => undefined)
  for await (const chunk of input) {
    if (!stdin.writable) break
    if (!stdin.write(chunk)) await drained(stdin)
  }
  stdin.end()
}

function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done)
      resolve()
    }
    stdin.on('drain', done).on('close', done)
  })
}

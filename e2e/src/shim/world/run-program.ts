import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { gitEnvironment } from '@refward/testing-repositories'

export interface RunOptions {
  readonly cwd: string
  readonly input?: Uint8Array
  /** In place of everything but what {@link gitEnvironment} fixes. */
  readonly env?: Readonly<Record<string, string>>
  /** In a process group of its own, as a shell starts a command at a terminal. */
  readonly group?: boolean
  /** Called when the process has started. */
  readonly started?: (child: ChildProcess) => void
}

/** How a process ended, and the bytes that it wrote. */
export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. Bytes are shown as Latin-1, so that none is lost. */
export async function runProgram(program: string, argv: readonly string[], options: RunOptions): Promise<Ended> {
  // A shell tells its children where they are; without PWD, it would be made up.
  const env = { ...gitEnvironment(), PWD: options.cwd, ...options.env }
  const child = spawn(program, argv, { cwd: options.cwd, env, stdio: 'pipe', detached: options.group === true })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  child.stdin.on('error', () => undefined) // it may end before it has read everything
  if (options.started === undefined) child.stdin.end(options.input)
  options.started?.(child)
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { status, signal, stdout: stdout(), stderr: stderr() }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('latin1')
}

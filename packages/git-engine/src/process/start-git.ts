import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { execa } from 'execa'
import { buildGitArgv } from './git-argv.ts'
import type { GitCall } from './git-command.ts'
import type { GitEnd } from './git-end.ts'
import { type ObjectStore, buildGitEnvironment } from './git-environment.ts'
import type { GitRuntime } from './git-runtime.ts'

export interface GitOptions {
  /** Milliseconds until the whole process group is killed; default: the runtime's. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Quarantine to read and write objects in. */
  readonly objects?: ObjectStore
  /** Wire protocol that `upload-pack` is to speak. */
  readonly protocol?: 0 | 1 | 2
  /** `idle` runs at the lowest priority, so that clients are not slowed. */
  readonly priority?: 'normal' | 'idle'
  /** Bytes that git may take in one piece: a bound for hostile objects. */
  readonly allocationLimitBytes?: number
  /** Bytes of stderr that are kept and allowed; a child that writes more is killed. */
  readonly maxErrorBytes?: number
}

/** How the child's streams are connected: input given or streamed, output kept up to a number of bytes or streamed. */
export interface GitStreams {
  readonly input: Uint8Array | 'pipe' | 'none'
  readonly output: number | 'pipe'
}

export interface StartedGit {
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  /** Resolves when the process group is gone; never rejects. */
  readonly settled: Promise<{ readonly end: GitEnd; readonly stdout: Uint8Array }>
  kill(): void
}

const DEFAULT_ERROR_BYTES = 256 * 1024
const LOWEST_PRIORITY = 19

/** Starts git in a process group of its own, with an environment built from empty. */
export function startGit(runtime: GitRuntime, call: GitCall, options: GitOptions, streams: GitStreams): StartedGit {
  const child = launch(runtime, call, options, streams)
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  runtime.live.add(kill)
  if (options.priority === 'idle' && child.pid !== undefined) lowerPriority(child.pid)
  const settled = child.then((result) => {
    // The leader is gone; whatever it left behind in its group (a pack-objects whose upload-pack died) goes too.
    kill()
    runtime.live.delete(kill)
    return { end: endOf(result), stdout: result.stdout instanceof Uint8Array ? result.stdout : new Uint8Array() }
  })
  return { stdin: child.stdin, stdout: child.stdout, settled, kill }
}

// The return type is execa's own, which follows from the options.
function launch(runtime: GitRuntime, call: GitCall, options: GitOptions, { input, output }: GitStreams) {
  const stderr = options.maxErrorBytes ?? DEFAULT_ERROR_BYTES
  return execa(runtime.program, [...buildGitArgv(call)], {
    ...(input === 'pipe' || input === 'none' ? { stdin: input === 'pipe' ? 'pipe' : 'ignore' } : { input }),
    buffer: { stdout: output !== 'pipe', stderr: true },
    maxBuffer: output === 'pipe' ? { stderr } : { stdout: output, stderr },
    cwd: '/',
    env: { ...buildGitEnvironment({ ...options, home: runtime.home }) },
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    // Its own process group, killed as a whole: upload-pack and repack start children of their own.
    killDescendants: true,
    killSignal: 'SIGKILL',
    timeout: options.timeoutMs ?? runtime.timeoutMs,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
}

function endOf(result: Awaited<ReturnType<typeof launch>>): GitEnd {
  const stderr = result.stderr instanceof Uint8Array ? Buffer.from(result.stderr).toString('utf8') : ''
  if (result.timedOut) return { kind: 'timed-out', stderr }
  if (result.isCanceled) return { kind: 'aborted', stderr }
  if (result.isMaxBuffer) return { kind: 'flooded', stderr }
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode, stderr }
  if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal, stderr }
  return { kind: 'not-started', stderr }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, LOWEST_PRIORITY)
  } catch {
    // ESRCH: it has ended already, and `settled` says how.
    return
  }
  // Linux gives every session its own share of the processor and heeds niceness only within it; this lowers the share itself.
  // Kernels without autogroups, and other systems, have no such file.
  writeFile(`/proc/${pid}/autogroup`, `${LOWEST_PRIORITY}`).catch(() => undefined)
}

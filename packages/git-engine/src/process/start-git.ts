import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { buildGitArgv } from './git-argv.ts'
import type { GitCall } from './git-command.ts'
import type { GitEnd } from './git-end.ts'
import { type ObjectStore, type UntrustedRepository, buildGitEnvironment } from './git-environment.ts'
import type { GitRuntime } from './git-runtime.ts'
import type { LaunchEnd, Launched } from './launcher/launcher-process.ts'

export interface GitOptions {
  /** Milliseconds until the whole process group is killed; default: the runtime's. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Quarantine to read and write objects in. */
  readonly objects?: ObjectStore
  /** Wire protocol that `upload-pack` is to speak. */
  readonly protocol?: 0 | 1 | 2
  /** The child reads a directory that an agent can write. */
  readonly untrusted?: UntrustedRepository
  /** `low` takes a tenth of the processor that a client takes, `idle` what nobody wants. */
  readonly priority?: keyof typeof NICENESS
  /** See {@link buildGitEnvironment}. */
  readonly plainPaths?: boolean
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
  readonly stdin: Writable
  /** Nothing comes out of it when the output is kept. */
  readonly stdout: Readable
  /** Resolves when the process group is gone, and the output that is kept has been read; never rejects. */
  readonly settled: Promise<{ readonly end: GitEnd; readonly stdout: Uint8Array }>
  kill(): void
}

const DEFAULT_ERROR_BYTES = 256 * 1024
const NICENESS = { normal: 0, low: 10, idle: 19 } as const

/** Why a child was killed, if it was. */
type Verdict = 'timed-out' | 'aborted' | 'flooded'

/** Starts git in a process group of its own, with an environment built from empty. */
export function startGit(runtime: GitRuntime, call: GitCall, options: GitOptions, { input, output }: GitStreams): StartedGit {
  const launched = runtime.launcher.launch({
    program: runtime.program,
    args: buildGitArgv(call, options.untrusted === undefined ? 'ours' : 'untrusted'),
    env: buildGitEnvironment({ ...options, home: runtime.home }),
    errorBytes: options.maxErrorBytes ?? DEFAULT_ERROR_BYTES,
  })
  const { stdin, stdout, kill } = launched
  runtime.live.add(kill)
  const niceness = NICENESS[options.priority ?? 'normal']
  if (niceness > 0) void launched.pid.then((pid) => lowerPriority(pid, niceness))
  const guard = guardChild(launched, options.timeoutMs ?? runtime.timeoutMs, options.signal)
  connectInput(launched, input)
  const kept = output === 'pipe' ? Promise.resolve(new Uint8Array()) : keepOutput(launched, output, guard)
  const settled = Promise.all([launched.ended, kept]).then(([ended, bytes]) => {
    runtime.live.delete(kill)
    guard.release()
    return { end: endOf(ended, guard.verdict), stdout: bytes }
  })
  return { stdin, stdout, settled, kill }
}

interface Guard {
  readonly verdict: Verdict | undefined
  condemn(verdict: Verdict): void
  release(): void
}

/** Kills the child when its time is up or nobody wants it any more. */
function guardChild({ kill }: Launched, timeoutMs: number, signal: AbortSignal | undefined): Guard {
  let verdict: Verdict | undefined
  const condemn = (reason: Verdict): void => {
    verdict ??= reason
    kill()
  }
  const abort = (): void => condemn('aborted')
  const timer = setTimeout(() => condemn('timed-out'), Math.min(timeoutMs, 0x7fffffff))
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort, { once: true })
  return {
    get verdict() {
      return verdict
    },
    condemn,
    release: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

function connectInput({ stdin }: Launched, input: GitStreams['input']): void {
  // EPIPE, ECONNRESET: a child that ends before it has read all its input. How it ended tells why.
  stdin.on('error', () => undefined)
  // The pipe goes both ways and the child writes nothing to it; reading shows that the child is gone.
  stdin.resume()
  if (input !== 'pipe') stdin.end(input === 'none' ? undefined : input)
}

async function keepOutput({ stdout }: Launched, limit: number, guard: Guard): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of stdout as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes <= limit) pieces.push(piece)
      else guard.condemn('flooded')
    }
  } catch {
    // The pipe broke because the child was killed; its end says so.
  }
  return Buffer.concat(pieces)
}

function endOf({ code, signal, stderr, flooded }: LaunchEnd, verdict: Verdict | undefined): GitEnd {
  // A child that was done before it could be killed has done its work.
  if (verdict !== undefined && code === null) return { kind: verdict, stderr }
  if (flooded) return { kind: 'flooded', stderr }
  if (code !== null) return { kind: 'exited', code, stderr }
  return signal === null ? { kind: 'not-started', stderr } : { kind: 'signalled', signal, stderr }
}

function lowerPriority(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return
  try {
    setPriority(pid, niceness)
  } catch {
    // ESRCH: it has ended already, and `settled` says how.
    return
  }
  // Linux gives every session its own share of the processor and heeds niceness only within it; this lowers the share itself.
  // Kernels without autogroups, and other systems, have no such file.
  writeFile(`/proc/${pid}/autogroup`, `${niceness}`).catch(() => undefined)
}

import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { LaunchNews, LaunchOrder } from './launcher-protocol.ts'

export interface LaunchCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly errorBytes: number
}

/** How a launched child ended. Neither a code nor a signal: it could not be started. */
export type LaunchEnd = Pick<Extract<LaunchNews, { kind: 'ended' }>, 'code' | 'signal' | 'stderr' | 'flooded'>

export interface Launched {
  readonly stdin: Duplex
  readonly stdout: Duplex
  /** Undefined when it could not be started. */
  readonly pid: Promise<number | undefined>
  /** Resolves when the child and its process group are gone; never rejects. */
  readonly ended: Promise<LaunchEnd>
  kill(): void
}

interface Job {
  readonly started: (pid: number | undefined) => void
  readonly ended: (end: LaunchEnd) => void
  readonly stdin: Duplex
}

/** Pipes that a launcher is born with; two for each child. More can not be made later without a socket in the file system. */
const PIPES = 256
const FIRST_PIPE = 4
const HEAP_MEGABYTES = 64
/** A gateway at rest does not keep it; the next push waits some 40 ms for another. */
const IDLE_MS = 60_000
const LOST: LaunchEnd = { code: null, signal: 'SIGKILL', stderr: '', flooded: false }

/** One launcher: good for {@link PIPES} / 2 children, then a new one is needed. */
export class LauncherProcess {
  readonly #process: ChildProcess
  readonly #jobs = new Map<number, Job>()
  #next = 0
  #retired = false
  #idle: NodeJS.Timeout | undefined

  constructor(entry: string) {
    const pipes = Array.from({ length: PIPES }, (): 'pipe' => 'pipe')
    // Its own session: a Ctrl-C for the gateway must not end a push half way. The empty environment holds nothing to inherit.
    const options = { cwd: '/', env: {}, detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...pipes] as ('ignore' | 'ipc' | 'pipe')[] }
    this.#process = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, entry], options)
    this.#process.on('message', (news: LaunchNews) => this.#hear(news))
    this.#process.on('error', () => this.#end())
    this.#process.on('exit', () => this.#end())
    this.#rest()
    this.#waitForWork()
  }

  /** Children that it can still start. */
  get room(): number {
    return this.#retired ? 0 : PIPES / 2 - this.#next
  }

  launch(command: LaunchCommand): Launched {
    const id = this.#next
    this.#next += 1
    const stdin = this.#pipe(2 * id)
    const stdout = this.#pipe(2 * id + 1)
    const pid = Promise.withResolvers<number | undefined>()
    const ended = Promise.withResolvers<LaunchEnd>()
    this.#jobs.set(id, { started: pid.resolve, ended: ended.resolve, stdin })
    clearTimeout(this.#idle)
    this.#process.channel?.ref()
    this.#send({ kind: 'launch', id, ...command, stdin: FIRST_PIPE + 2 * id, stdout: FIRST_PIPE + 2 * id + 1 })
    return { stdin, stdout, pid: pid.promise, ended: ended.promise, kill: () => this.#send({ kind: 'kill', id }) }
  }

  /** Lets it end when its last child has. */
  retire(): void {
    this.#retired = true
    if (this.#jobs.size > 0 || !this.#process.connected) return
    clearTimeout(this.#idle)
    for (let pipe = 2 * this.#next; pipe < PIPES; pipe += 1) this.#pipe(pipe).destroy()
    this.#process.disconnect()
  }

  #pipe(index: number): Duplex {
    const pipe = this.#process.stdio[FIRST_PIPE + index]
    if (pipe === null || pipe === undefined || !('write' in pipe)) throw new Error('a launcher was started without its pipes')
    return pipe as Duplex
  }

  #send(order: LaunchOrder): void {
    if (!this.#process.connected) return this.#end()
    this.#process.send(order, () => undefined)
  }

  #hear(news: LaunchNews): void {
    const job = this.#jobs.get(news.id)
    if (news.kind === 'started') return job?.started(news.pid)
    this.#close(news.id, news)
    if (this.#retired) this.retire()
  }

  #close(id: number, end: LaunchEnd): void {
    const job = this.#jobs.get(id)
    this.#jobs.delete(id)
    job?.started(undefined)
    job?.ended(end)
    // What was written to it and not read keeps nobody waiting.
    job?.stdin.destroy()
    if (this.#jobs.size > 0) return
    this.#process.channel?.unref()
    this.#waitForWork()
  }

  #waitForWork(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.retire(), IDLE_MS).unref()
  }

  /** The launcher is gone, and with it its children. */
  #end(): void {
    this.#retired = true
    for (const id of this.#jobs.keys()) this.#close(id, LOST)
  }

  /** Nothing that waits keeps the gateway alive. */
  #rest(): void {
    this.#process.unref()
    this.#process.channel?.unref()
    for (const pipe of this.#process.stdio) if (pipe !== null && pipe !== undefined && 'unref' in pipe) (pipe as { unref(): void }).unref()
  }
}

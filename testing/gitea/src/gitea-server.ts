import type { ChildProcess } from 'node:child_process'
import { type GiteaProgram, spawnGitea } from './gitea-process.ts'

export interface GiteaServer {
  /** What it has printed so far: its warnings and errors. */
  log(): string
  /** Lets it finish what it does, within bounds. */
  stop(): Promise<void>
  /** Ends it in the middle of that. */
  kill(): Promise<void>
}

const readyWithin = 60_000
const stopWithin = 5_000
const logLimit = 262_144

/** Starts the server and waits until `isReady` says so; a server that ends before that is an error that shows its log. */
export async function startServer(gitea: GiteaProgram, isReady: () => Promise<boolean>): Promise<GiteaServer> {
  const child = spawnGitea(gitea, ['web'])
  let log = ''
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-logLimit)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      log += error.message
      resolve()
    })
    child.on('close', () => resolve())
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const server: GiteaServer = { log: () => log, stop: () => stop(child, ended), kill }
  await untilReady(child, isReady, server)
  return server
}

async function untilReady(child: ChildProcess, isReady: () => Promise<boolean>, server: GiteaServer): Promise<void> {
  const deadline = Date.now() + readyWithin
  for (;;) {
    if (await isReady()) return
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`gitea ended instead of serving: ${server.log()}`)
    if (Date.now() > deadline) {
      await server.stop()
      throw new Error(`gitea was not ready after ${readyWithin} ms: ${server.log()}`)
    }
    await pause(20)
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithin)
  await ended
  clearTimeout(timer)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

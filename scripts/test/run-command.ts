import { spawn } from 'node:child_process'
import { Problem } from '../bootstrap/problem.mjs'

export interface Command {
  readonly command: string
  readonly argv: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly minutes: number
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs one step with its output as it comes. The step has a process group of its own, which is ended as a whole when its time is up or
 * when this process is told to end, so that no server of a test is left behind.
 */
export function runCommand({ command, argv, env, minutes }: Command): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { env: env ?? process.env, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    const endGroup = (signal: NodeJS.Signals): void => endProcessGroup(child.pid, signal)
    const timer = setTimeout(() => {
      process.stdout.write(`not finished after ${minutes} minutes\n`)
      endGroup('SIGKILL')
    }, minutes * 60_000)
    let endedBy: NodeJS.Signals | undefined
    const onEnding = (signal: NodeJS.Signals): void => {
      endedBy = signal
      endGroup(signal)
    }
    for (const signal of endings) process.on(signal, onEnding)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      for (const signal of endings) process.off(signal, onEnding)
      endGroup('SIGKILL') // whatever the step forgot
      if (endedBy === undefined) resolve(code ?? 1)
      else reject(new Problem(`ended by ${endedBy}`, 'run the same command again'))
    })
  })
}

function endProcessGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

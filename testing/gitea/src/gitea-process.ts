import { type ChildProcess, spawn } from 'node:child_process'
import type { Account } from './account.ts'

/** How to run the program: as whom, with which configuration, from where. */
export interface GiteaProgram {
  readonly program: string
  readonly config: string
  readonly home: string
  readonly account: Account
}

/** Starts the program with an environment built from empty; it stays in our process group, and so ends with us. */
export function spawnGitea({ program, config, home, account }: GiteaProgram, argv: readonly string[]): ChildProcess {
  const user = account.name === undefined ? {} : { USER: account.name }
  const env = { PATH: process.env['PATH'], HOME: home, ...user, GITEA_WORK_DIR: home, TZ: 'UTC', LC_ALL: 'C' }
  return spawn(program, ['--config', config, ...argv], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], ...account.ids })
}

/** Runs one of its commands to the end and answers with its standard output. */
export function runGitea(gitea: GiteaProgram, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawnGitea(gitea, argv)
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(stdout.trim())
      else reject(new Error(`gitea ${argv[0] ?? ''} ended with ${String(code)}: ${stderr}${stdout}`))
    })
  })
}

import { spawn } from 'node:child_process'

export interface ProgramRun {
  readonly cwd: string
  /** The whole environment: nothing of ours is added. */
  readonly env: Readonly<Record<string, string>>
}

export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  /** Standard output and error in the order in which they came: what a person would have seen. */
  readonly screen: string
}

const TIME_MS = 60_000

/** Runs a program to its end. */
export function runProgram(argv: readonly string[], { cwd, env }: ProgramRun): Promise<ProgramResult> {
  const [program = '', ...rest] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIME_MS })
    let stdout = ''
    let screen = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      screen += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (screen += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, screen: asOnATerminal(screen) }))
  })
}

/** Progress lines overwrite each other with carriage returns; the last one is what remains on a screen. */
function asOnATerminal(text: string): string {
  return text
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trimEnd())
    .join('\n')
}

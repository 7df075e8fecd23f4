/** What a command of gh leaves behind. */
export interface GhAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export function show(stdout: string, exitCode: number = 0): GhAnswer {
  return { exitCode, stdout, stderr: '' }
}

/** gh tells what it did on the standard error, so that the standard output holds only what was asked for. */
export function tell(stderr: string): GhAnswer {
  return { exitCode: 0, stdout: '', stderr }
}

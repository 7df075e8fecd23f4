/** Everything that a command takes from outside, so that a test can give it another. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where relative paths of the command line begin. */
  readonly directory: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Descriptor that the gateway's log lines are written to. */
  readonly logFile: number
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly randomBytes: (size: number) => Uint8Array
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal
}

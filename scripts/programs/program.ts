/** A program that tests run for real and that no package registry of ours ships: it is built once per version and kept outside the clone. */
export interface Program {
  readonly name: string
  readonly version: string
  /** How a person provides it, in full: what to install and what to run. */
  readonly remedy: string
  /** Path of the program when it is there already. */
  readonly find: () => string | undefined
  /** What this machine lacks to build it; empty when it can be built here. */
  readonly lacks: () => readonly string[]
  /** Builds it, or finds it built, and answers with its path. */
  readonly provide: () => Promise<string>
}

/** Directories of the world in which a command line is run; `nowhere` is above them all, for clones. */
export type Place = 'work' | 'diverged' | 'shallow' | 'super' | 'nowhere'

/** A command line that is accepted. What stands behind `git` is split at spaces, or given as a list. */
export interface AcceptedRow {
  readonly name: string
  readonly given: string | readonly string[]
  /** The same in normal form. */
  readonly normal: string | readonly string[]
  /** Where it is run; `work` by default. */
  readonly place?: Place
  /** How it ends with real git in that place; 0 by default. */
  readonly exit?: number
  /** Why git 2.39 does not do the same with both spellings. */
  readonly difference?: string
}

/** A command line that is refused, with the code of the first problem. */
export interface RefusedRow {
  readonly name: string
  readonly given: string | readonly string[]
  readonly code: string
}

/** The arguments of a row. */
export function wordsOf(line: string | readonly string[]): readonly string[] {
  return typeof line === 'string' ? line.split(' ') : line
}

/** How a git child ended. Only `exited` with code 0 is success; the caller knows which other codes mean something. */
export type GitEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly stderr: string }
  | { readonly kind: 'timed-out'; readonly stderr: string }
  | { readonly kind: 'aborted'; readonly stderr: string }
  | { readonly kind: 'flooded'; readonly stderr: string }
  | { readonly kind: 'not-started'; readonly stderr: string }

/**
 * A git child that did not do what was asked. `end` says how it ended; `stderr` inside may quote repository content, so it is
 * escaped before it is shown or logged.
 */
export class GitFailure extends Error {
  override readonly name: string = 'GitFailure'
  readonly command: string
  readonly end: GitEnd
  constructor(command: string, end: GitEnd) {
    super(`git ${command} ${describeGitEnd(end)}`)
    this.command = command
    this.end = end
  }
}

/** One line for logs, without anything that the child wrote. */
export function describeGitEnd(end: GitEnd): string {
  switch (end.kind) {
    case 'exited':
      return `exited with ${end.code}`
    case 'signalled':
      return `was ended by ${end.signal}`
    case 'timed-out':
      return 'took too long'
    case 'aborted':
      return 'was aborted'
    case 'flooded':
      return 'wrote more than it may'
    case 'not-started':
      return 'could not be started'
  }
}

/** True when the child says that the file system is full or over quota (ENOSPC, EDQUOT). The locale is C, so the words are fixed. */
export function saysDiskFull(end: GitEnd): boolean {
  return /No space left on device|Disk quota exceeded/.test(end.stderr)
}

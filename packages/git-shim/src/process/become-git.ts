import { accessSync, constants } from 'node:fs'

import type { Environment } from '../gateway/find-gateway.ts'

/**
 * Makes this very process the real git: its number, parent, process group, terminal, standard streams and signals stay, and whoever waits for it sees git's own end.
 * Node.js leaves SIGPIPE ignored, which git sets right by itself when it starts, and descriptors other than the three standard ones closed.
 *
 * @returns why it could not; otherwise never
 */
export function becomeGit(git: string, argv: readonly string[], environment: Environment): string {
  if (process.execve === undefined) return 'this needs Node.js 24 or newer, on Linux or macOS'
  try {
    // execve would abort with a core dump where the program is missing.
    accessSync(git, constants.X_OK)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return process.execve(git, [git, ...argv], environment)
}

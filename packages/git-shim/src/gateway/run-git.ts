import { execFile } from 'node:child_process'

const MAX_OUTPUT = 8 * 1024 * 1024

/**
 * What the real git prints in the current directory, with the environment as it is: it is the agent's own git, in the agent's own work tree.
 *
 * @returns `undefined` when git ends with another status than 0, cannot be run, or prints more than 8 MiB.
 */
export function runGit(git: string, argv: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(git, argv, { encoding: 'utf8', maxBuffer: MAX_OUTPUT }, (error, stdout) => resolve(error === null ? stdout : undefined))
    child.stdin?.end()
  })
}

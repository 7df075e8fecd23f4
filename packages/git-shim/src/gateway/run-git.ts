import { execFile } from 'node:child_process'

/** git fetches what a work tree lacks from wherever its configuration says, by whatever program it says; nothing that is asked here needs that. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: '' }
const MAX_OUTPUT = 8 * 1024 * 1024

/**
 * What the real git prints in the current directory, with the environment as it is but for what would reach out: it is the agent's own git, in the agent's own work tree.
 *
 * @returns `undefined` when git ends with another status than 0, cannot be run, or prints more than 8 MiB.
 */
export function runGit(git: string, argv: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(git, argv, { encoding: 'utf8', maxBuffer: MAX_OUTPUT, env: { ...process.env, ...OFFLINE } }, (error, stdout) => resolve(error === null ? stdout : undefined))
    child.stdin?.end()
  })
}

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gitEnvironment } from '@refward/testing-repositories'

const run = promisify(execFile)

/** Runs the plain git client, without the fixed dates of fixtures: commits of two rounds must differ. */
export async function clientGit(cwd: string, ...args: readonly string[]): Promise<string> {
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, ...env } = gitEnvironment()
  const { stdout } = await run('git', [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

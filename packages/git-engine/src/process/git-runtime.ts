import { access, constants, mkdir } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { type GitVersion, OLDEST_GIT, isGitAtLeast, parseGitVersion } from './git-version.ts'
import { type GitLauncher, sharedGitLauncher } from './git-launcher.ts'
import { runGit } from './run-git.ts'

export interface GitRuntimeOptions {
  /** `git`, looked up in `searchPath`, or an absolute path. */
  readonly program: string
  /** The operator's `PATH`. Used once, here: children do not get it. */
  readonly searchPath: string
  /** Created if it is missing; stays empty. */
  readonly home: string
  /** Milliseconds after which a child that set no limit of its own is killed. */
  readonly timeoutMs?: number
}

/** What every git child shares. `live` holds a killer for each child that is running. */
export interface GitRuntime {
  readonly program: string
  readonly home: string
  readonly timeoutMs: number
  readonly live: Set<() => void>
  readonly launcher: GitLauncher
}

const DEFAULT_TIMEOUT_MS = 60_000

/** Git is missing or too old. */
export class GitUnusable extends Error {
  override readonly name: string = 'GitUnusable'
}

/**
 * Finds git and checks its version.
 *
 * @throws GitUnusable when there is none, or one older than {@link OLDEST_GIT}.
 */
export async function createGitRuntime(options: GitRuntimeOptions): Promise<GitRuntime & { readonly version: GitVersion }> {
  const program = await locateProgram(options.program, options.searchPath)
  await mkdir(options.home, { recursive: true, mode: 0o700 })
  const runtime: GitRuntime = { program, home: options.home, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, live: new Set(), launcher: sharedGitLauncher() }
  const { stdout } = await runGit(runtime, { command: 'version' })
  const version = parseGitVersion(stdout.toString('latin1'))
  if (version === undefined) throw new GitUnusable(`${program} does not answer like git`)
  if (!isGitAtLeast(version, OLDEST_GIT)) {
    throw new GitUnusable(`git ${version.join('.')} is too old: ${OLDEST_GIT[0]}.${OLDEST_GIT[1]} or newer is needed`)
  }
  return { ...runtime, version }
}

/** Kills every running child with its process group. For shutdown. */
export function killGitChildren(runtime: GitRuntime): void {
  for (const kill of runtime.live) kill()
}

async function locateProgram(program: string, searchPath: string): Promise<string> {
  if (isAbsolute(program)) return program
  // A relative entry would let the current directory decide which git is run.
  for (const directory of searchPath.split(delimiter).filter(isAbsolute)) {
    const candidate = join(directory, program)
    if (await isExecutable(candidate)) return candidate
  }
  throw new GitUnusable(`${program} is not in PATH`)
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

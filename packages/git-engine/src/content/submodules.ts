import type { SubmoduleUrl } from '@refward/core-policy'
import type { ObjectStore } from '../process/git-environment.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { runGit } from '../process/run-git.ts'

export interface ModulesInput {
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly signal: AbortSignal
}

/** One submodule as a `.gitmodules` names it. */
export type SubmoduleEntry = Omit<SubmoduleUrl, 'commit'>

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024

/**
 * Reads a `.gitmodules` by git itself: a reader of our own could see another URL than the git that clones it later.
 *
 * @throws GitFailure for a file that git cannot read either.
 */
export async function readSubmodules(git: GitRuntime, input: ModulesInput, blob: string): Promise<readonly SubmoduleEntry[]> {
  const flags = { '--blob': blob, '--no-includes': true, '--list': true, '--null': true } as const
  const { stdout } = await runGit(git, { command: 'config', gitDir: input.gitDir, flags }, {
    objects: input.objects,
    signal: input.signal,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  })
  return parseSubmodules(stdout.toString('utf8'))
}

/**
 * Reads the output of `git config --list --null`. Every URL is told with every path of its submodule: which of several
 * values counts differs between versions of git, so all of them are decided on.
 */
export function parseSubmodules(text: string): readonly SubmoduleEntry[] {
  const modules = new Map<string, { readonly paths: string[]; readonly urls: string[] }>()
  for (const setting of text.split('\0')) {
    const [, name, key, value] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(setting) ?? []
    if (name === undefined || value === undefined) continue
    const module = modules.get(name) ?? { paths: [], urls: [] }
    modules.set(name, module)
    if (key === 'url') module.urls.push(value)
    else module.paths.push(value)
  }
  return [...modules].flatMap(([name, { paths, urls }]) => urls.flatMap((url) => (paths.length === 0 ? [name] : paths).map((path) => ({ path, url }))))
}

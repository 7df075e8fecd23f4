import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitOptions, git } from '@refward/testing-repositories'

export interface RepositoryOptions {
  /** Bare by default. */
  readonly bare?: boolean
  /** `main` by default. */
  readonly defaultBranch?: string
  readonly objectFormat?: 'sha1' | 'sha256'
  readonly config?: Readonly<Record<string, string>>
  /** Shell scripts by hook name: `pre-receive`, `update`, `post-receive`. */
  readonly hooks?: Readonly<Record<string, string>>
}

/** A repository behind the server, and the direct way to look into it. */
export interface HostedRepository {
  /** As in the URL: `acme/widget.git` */
  readonly name: string
  readonly gitDir: string
  /** Without user or password. */
  readonly url: string
  /** For the plain git client of a test: user and password are in it. */
  readonly urlWithPassword: string
  git(args: readonly string[], options?: GitOptions): Promise<string>
  /** What is true: every ref and its id. */
  refs(): Promise<ReadonlyMap<string, string>>
  /** Writes, replaces or (with undefined) removes a hook. */
  setHook(name: string, script: string | undefined): Promise<void>
}

export interface RepositoryPlace {
  readonly name: string
  readonly directory: string
  readonly url: string
  readonly urlWithPassword: string
}

/** Makes a repository with the settings that forges have. */
export async function createHostedRepository(place: RepositoryPlace, options: RepositoryOptions): Promise<HostedRepository> {
  const bare = options.bare ?? true
  const format = options.objectFormat ?? 'sha1'
  const init = ['init', '-q', '-b', options.defaultBranch ?? 'main', `--object-format=${format}`, ...(bare ? ['--bare'] : [])]
  await git([...init, place.directory])
  const repository = hostedRepository(place, bare ? place.directory : join(place.directory, '.git'))
  for (const [key, value] of Object.entries({ 'uploadpack.allowFilter': 'true', ...options.config })) {
    await repository.git(['config', key, value])
  }
  for (const [name, script] of Object.entries(options.hooks ?? {})) await repository.setHook(name, script)
  return repository
}

function hostedRepository(place: RepositoryPlace, gitDir: string): HostedRepository {
  const run = (args: readonly string[], options?: GitOptions): Promise<string> => git(['--git-dir', gitDir, ...args], options)
  return {
    name: place.name,
    url: place.url,
    urlWithPassword: place.urlWithPassword,
    gitDir,
    git: run,
    refs: async () => parseRefs(await run(['for-each-ref', '--format=%(refname) %(objectname)'])),
    setHook: async (name, script) => {
      const path = join(gitDir, 'hooks', name)
      if (script === undefined) return rm(path, { force: true })
      await writeFile(path, script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`)
      await chmod(path, 0o755)
    },
  }
}

function parseRefs(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}

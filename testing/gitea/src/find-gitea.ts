import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** The folder of a built Gitea: its program, and the templates that its server reads. `npm run gitea` makes one. */
export function findGiteaFolder(env: NodeJS.ProcessEnv): string {
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'gitea'))
  const found = [...onPath, ...builtPrograms(env)].find(isGitea)
  if (found === undefined) throw new Error('there is no Gitea on this machine: install Go 1.26 or newer and gcc, then run `npm run gitea`')
  return dirname(found)
}

function builtPrograms(env: NodeJS.ProcessEnv): readonly string[] {
  const cache = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'refward')
  const folders = existsSync(cache) ? readdirSync(cache).filter((name) => /^gitea-[\d.]+$/.test(name)) : []
  return folders.sort().toReversed().map((name) => join(cache, name, 'gitea'))
}

/** A program without templates beside it is another build, and its server would not start. */
function isGitea(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return existsSync(join(dirname(program), 'templates'))
  } catch {
    return false // not there, or not ours to run
  }
}

import { readFile, readdir, readlink } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { tryGit } from '@refward/testing-repositories'

/** What is in the files of a directory, by path: work trees, refs, configuration, FETCH_HEAD; of objects the names. */
export type WorldState = ReadonlyMap<string, string>

/**
 * Reads everything below a directory but what differs between two runs of one command: reflogs name the command as it was typed, and an index has the times and
 * inodes of files, so that its entries are asked for instead.
 */
export async function readState(root: string, environment: Readonly<Record<string, string>>): Promise<WorldState> {
  const state = new Map<string, string>()
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(root.length + 1)
    const parts = name.split(sep)
    if (entry.isDirectory() || parts.includes('logs')) continue
    if (parts.includes('objects')) state.set(name, '')
    else if (entry.isSymbolicLink()) state.set(name, `-> ${await readlink(path)}`)
    else if (entry.name === 'index') state.set(name, await readIndex(path, environment))
    else state.set(name, await readFile(path, 'utf8'))
  }
  return state
}

async function readIndex(path: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await tryGit(['--git-dir', join(path, '..'), 'ls-files', '--stage'], { env: { ...env, GIT_INDEX_FILE: path } })
  return stdout
}

/** The first lines of what differs. */
export function describeDifferences(one: WorldState, other: WorldState): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()])
  return [...names].filter((name) => one.get(name) !== other.get(name)).map((name) => `${name}: ${JSON.stringify(one.get(name))} / ${JSON.stringify(other.get(name))}`)
}

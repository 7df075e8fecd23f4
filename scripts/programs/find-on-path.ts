import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first program of this name on a path such as `$PATH`. */
export function findOnPath(name: string, path: string): string | undefined {
  const candidates = path.split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name))
  return candidates.find(isExecutable)
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run
  }
}

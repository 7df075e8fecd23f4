import { accessSync, constants, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where built programs are kept: outside every clone, so that a fresh one finds them. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const candidates = [env['XDG_CACHE_HOME'], env['HOME'] && join(env['HOME'], '.cache')]
  const usable = candidates.find((base): base is string => base !== undefined && base !== '' && canHold(join(base, 'refward')))
  return join(usable ?? join(tmpdir(), `refward-cache-${process.getuid?.() ?? 0}`), 'refward')
}

function canHold(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false // no such place here: the next candidate is asked
  }
}

import { realpath, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { RefwardError } from '@refward/core-policy'

/**
 * A directory that may become a root of a session, by its path without symbolic links.
 *
 * @throws RefwardError RW_ARGUMENT_INVALID
 */
export async function checkRoot(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0') || path.split('/').includes('..')) throw invalid(`${path} is not an absolute path`)
  const real = await realpath(path).catch(() => undefined)
  const found = real === undefined ? undefined : await stat(real)
  if (real === undefined || found?.isDirectory() !== true) throw invalid(`${path} is not a directory that refward can reach`)
  if (real === '/') throw invalid('it would be the whole machine')
  return real
}

function invalid(detail: string): RefwardError {
  return new RefwardError('RW_ARGUMENT_INVALID', { argument: 'root', detail, remedy: 'name the directory that the sandbox and the gateway share, by its path on the machine of the gateway' })
}

import { writeSync } from 'node:fs'

import { escapeUntrusted, isRefwardError } from '@refward/core-policy'

import { OPERATION_VARIABLE } from '../exec-plane/helper-environment.ts'
import { findGateway } from '../gateway/find-gateway.ts'
import { readGitSettings } from '../gateway/read-git-settings.ts'
import { HelperInput } from './helper-input.ts'
import { HelperTalk } from './helper-talk.ts'
import { mapPath } from './map-path.ts'
import { nameRepository } from './name-repository.ts'
import { ToldByGateway } from './told-by-gateway.ts'

/**
 * What git starts for a remote that is reached over the exec plane, as it starts its own program for HTTP: it is asked for the refs, told what to push, or lets
 * objects through. Everything else is git's: what a refspec means, what may be rewritten, hooks, remote-tracking branches, and each word that is printed about a ref.
 *
 * @param argv the name of the remote, and its address
 * @returns the exit code; git ends with 128 when its helper does not end well
 */
export async function runRemoteHelper([name = '', address = name]: readonly string[]): Promise<number> {
  const environment = process.env
  const tell = (line: string): void => void writeSync(2, `${line}\n`)
  // When git is gone, the write that fails says so.
  process.stdout.on('error', () => undefined)
  try {
    // git itself, whose directory stands first on the PATH of a helper; and in the top of the work tree.
    const access = findGateway(environment, await readGitSettings('git'))
    const talk = new HelperTalk({
      access,
      place: { path: mapPath(process.cwd(), environment['REFWARD_PATHS']), remote: nameRepository({ name, address }, access.address) },
      isListing: environment[OPERATION_VARIABLE] === 'ls-remote',
      write: writeOut,
      tell,
    })
    await talk.run(new HelperInput(process.stdin))
    return 0
  } catch (error) {
    if (error instanceof ToldByGateway) tell(error.text.trimEnd())
    else if (isRefwardError(error)) tell(`fatal: refward: ${error.message} (${error.code})\nhint: ${error.hint}`)
    else tell(`fatal: refward: ${escapeUntrusted(error instanceof Error ? error.message : String(error))}`)
    return 128
  } finally {
    // git holds the other end open while it waits for this process to end.
    process.stdin.destroy()
  }
}

function writeOut(bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error === null || error === undefined ? resolve() : reject(error)))
  })
}

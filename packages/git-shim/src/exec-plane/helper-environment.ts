import { remoteHelperName } from '@refward/gate-render'

import type { Environment } from '../gateway/find-gateway.ts'

/** What git is about to do with a remote. */
export type HelperOperation = 'push' | 'fetch' | 'ls-remote'

/** Tells the helper what git was called for: a listing and a fetch begin in the same way. */
export const OPERATION_VARIABLE = 'REFWARD_OPERATION'

export interface HelperUse {
  readonly operation: HelperOperation
  /** Names of remotes in the configuration. */
  readonly names: readonly string[]
  /** Addresses on the command line, which are remotes without a name. */
  readonly addresses: readonly string[]
  /** Where the helper is. */
  readonly directory: string
}

/**
 * The environment in which git reaches these remotes through the helper. Their addresses stay as they are written, so that git says and keeps what it would
 * without Refward. It holds for this one git and what it starts, and nothing is written to the work tree.
 */
export function renderHelperEnvironment(environment: Environment, { operation, names, addresses, directory }: HelperUse): Readonly<Record<string, string | undefined>> {
  const remotes = [...new Set([...names, ...addresses])]
  return {
    ...environment,
    ...addSettings(environment, [
      ...remotes.map((name) => [`remote.${name}.vcs`, remoteHelperName] as const),
      // git takes a remote with a helper for one with a name, and would look for its address.
      ...addresses.map((address) => [`remote.${address}.url`, address] as const),
      [`protocol.${remoteHelperName}.allow`, 'always'],
      // Objects are asked for in the one protocol that a helper can pass on.
      ['protocol.version', '2'],
    ]),
    ...allowHelper(environment['GIT_ALLOW_PROTOCOL']),
    PATH: addDirectory(environment['PATH'], directory),
    [OPERATION_VARIABLE]: operation,
  }
}

/** Behind the settings that are there already; the last of a name counts. */
function addSettings(environment: Environment, settings: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const text = environment['GIT_CONFIG_COUNT'] ?? '0'
  // What git cannot read either, it shall complain about itself.
  if (!/^[0-9]{0,6}$/.test(text)) return {}
  const first = Number(text)
  const pairs = settings.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${first + index}`, key], [`GIT_CONFIG_VALUE_${first + index}`, value]] as const)
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(first + settings.length) }
}

function allowHelper(allowed: string | undefined): Readonly<Record<string, string>> {
  return allowed === undefined ? {} : { GIT_ALLOW_PROTOCOL: allowed === '' ? remoteHelperName : `${allowed}:${remoteHelperName}` }
}

/** At its end, where it hides no other program. */
function addDirectory(path: string | undefined, directory: string): string {
  const directories = path === undefined || path === '' ? [] : path.split(':')
  return directories.includes(directory) ? directories.join(':') : [...directories, directory].join(':')
}

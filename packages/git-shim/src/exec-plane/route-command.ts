import { type GitCommand, type GitOperation, parseGit } from '@refward/core-policy'

import { findRemoteCommand } from '../git/find-remote-command.ts'
import type { Environment } from '../gateway/find-gateway.ts'
import { choosePlane, readPlane } from './choose-plane.ts'
import { type HelperOperation, renderHelperEnvironment } from './helper-environment.ts'

/** Operations that need a work tree; a clone makes one, and a submodule has an environment of its own. */
const OPERATIONS: ReadonlyMap<GitOperation, HelperOperation> = new Map<GitOperation, HelperOperation>([
  ['push', 'push'],
  ['ls-remote', 'ls-remote'],
  ['fetch', 'fetch'],
  ['pull', 'fetch'],
  ['remote update', 'fetch'],
])

export interface RouteOptions {
  /** The real git. */
  readonly git: string
  /** Where the helper is. */
  readonly directory: string
  readonly environment: Environment
}

/**
 * The environment for the real git: as it is, or so that it goes over the exec plane. `argv` is in normal form already.
 *
 * @throws RefwardError RW_SHIM_SETTING
 */
export async function routeCommand(argv: readonly string[], { git, directory, environment }: RouteOptions): Promise<Environment> {
  if (findRemoteCommand(argv) === undefined || readPlane(environment) === 'git') return environment
  const parsed = parseGit(argv)
  const operation = parsed.kind === 'ok' ? OPERATIONS.get(parsed.value.command.operation) : undefined
  if (parsed.kind !== 'ok' || operation === undefined) return environment
  const { readGitSettings } = await import('../gateway/read-git-settings.ts')
  const settings = await readGitSettings(git, parsed.value.directories.flatMap((path) => ['-C', path]))
  if (choosePlane(environment, settings) === 'git') return environment
  const names = [...settings.list('remote', 'url'), ...settings.list('remote', 'pushurl')].map(({ subsection }) => subsection)
  return renderHelperEnvironment(environment, { operation, names, addresses: listAddresses(parsed.value.command), directory })
}

function listAddresses({ positionals }: GitCommand): readonly string[] {
  return positionals.flatMap((value) => (value.kind === 'remote' && value.remote.kind === 'url' ? [value.text] : []))
}

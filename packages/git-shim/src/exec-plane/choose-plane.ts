import { RefwardError } from '@refward/core-policy'

import type { Environment } from '../gateway/find-gateway.ts'
import type { GitSettings } from '../gateway/git-settings.ts'

/** `git`: git's own protocol, to where its configuration leads. `exec`: JSON about a work tree that the sandbox shares with the gateway. */
export type Plane = 'git' | 'exec'

/** What is said about it before git's configuration is looked at. */
export function readPlane(environment: Environment): Plane | 'by-settings' {
  const plane = environment['REFWARD_PLANE'] ?? ''
  if (plane === 'git' || plane === 'exec') return plane
  if (plane !== '') throw new RefwardError('RW_SHIM_SETTING', { variable: 'REFWARD_PLANE', detail: 'it is neither git nor exec', remedy: 'leave it out, or set it to one of the two' })
  // Where nothing but git's configuration tells of the gateway, git is led there by it, and need not be asked.
  return environment['REFWARD_GATEWAY'] === undefined ? 'git' : 'by-settings'
}

/**
 * A sandbox that knows its gateway, and whose git is not led there, can use the exec plane alone: its git would go to the forge, for which it has no credential.
 * Nothing is tried out. A gateway that does not answer on one plane does not answer on the other, and a second try of a push could be a second push.
 */
export function choosePlane(environment: Environment, settings: GitSettings): Plane {
  const plane = readPlane(environment)
  if (plane !== 'by-settings') return plane
  const address = (environment['REFWARD_GATEWAY'] ?? '').replace(/\/+$/, '')
  return settings.listOwn('url', 'insteadof').some(({ subsection }) => subsection.startsWith(`${address}/`)) ? 'git' : 'exec'
}

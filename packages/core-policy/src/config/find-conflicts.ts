import { createProblem } from '../errors/refusal.ts'
import type { Problem } from '../parsed.ts'
import type { Config } from './config.ts'
import { findNearest } from './nearest-key.ts'
import { findRepositoryConflicts } from './repository-conflicts.ts'
import type { WrittenConfig } from './schema/config-schema.ts'
import { findShadowedEntries } from './shadowed-entries.ts'

/** A contradiction, where it stands, and the way out. */
export interface Conflict {
  readonly path: readonly PropertyKey[]
  readonly detail: string
  readonly remedy: string
}

/** Settings that are valid one by one and impossible, or without effect, together. */
export function findConflicts(config: Config, written: WrittenConfig): readonly Conflict[] {
  return [
    ...findListenConflicts(config, written),
    ...findForgeConflicts(written),
    ...findLimitConflicts(config),
    ...findUnknownForges(config),
    ...findShadowedEntries(config.repositories),
    ...config.repositories.flatMap(findRepositoryConflicts),
  ]
}

export function describeConflict(conflict: Conflict, path: string): Problem {
  return createProblem('RW_CONFIG_CONFLICT', path, { detail: conflict.detail, remedy: conflict.remedy })
}

function findListenConflicts({ listen }: Config, written: WrittenConfig): readonly Conflict[] {
  const everywhere = listen.host === '0.0.0.0' || /^[0:]+$/.test(listen.host)
  if (written.public_url !== undefined || !everywhere) return []
  const detail = 'agents cannot reach an address that means every interface'
  return [{ path: ['public_url'], detail, remedy: 'set public_url to the address that sandboxes use, for example http://refward:8417' }]
}

function findForgeConflicts({ forges }: WrittenConfig): readonly Conflict[] {
  return Object.entries(forges).flatMap(([name, forge]) => {
    const conflicts: Conflict[] = []
    const plain = forge.url.startsWith('http://')
    if (plain && !forge.insecure_http && !isLoopback(forge.url) && forge.credential.anonymous === undefined) {
      const detail = 'the credential would travel unencrypted'
      conflicts.push({ path: ['forges', name, 'url'], detail, remedy: 'use https://, or set insecure_http: true if the network between is yours alone' })
    }
    if (forge.api !== undefined && forge.kind === 'git') {
      conflicts.push({ path: ['forges', name, 'api'], detail: 'a forge of the kind git has no API', remedy: 'name the kind of forge, or take api out' })
    }
    if (forge.api?.startsWith('http://') === true && !forge.insecure_http && !isLoopback(forge.api) && forge.credential.anonymous === undefined) {
      const detail = 'the credential would travel unencrypted'
      conflicts.push({ path: ['forges', name, 'api'], detail, remedy: 'use https://, or set insecure_http: true if the network between is yours alone' })
    }
    if (plain && forge.ca !== undefined) {
      conflicts.push({ path: ['forges', name, 'ca'], detail: 'a certificate authority has no use with http://', remedy: 'use https://, or take ca out' })
    }
    return conflicts
  })
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function findLimitConflicts({ limits }: Config): readonly Conflict[] {
  if (limits.agentInFlight <= limits.inFlight) return []
  const detail = `one agent may have more requests under way (${limits.agentInFlight}) than all together (${limits.inFlight})`
  return [{ path: ['limits', 'agent_in_flight'], detail, remedy: 'lower it, or raise limits.in_flight' }]
}

function findUnknownForges({ repositories, forges }: Config): readonly Conflict[] {
  const names = new Set<string>(forges.keys())
  return repositories.flatMap(({ key }) => {
    const forge = key.split('/')[0] ?? ''
    if (names.has(forge)) return []
    const nearest = findNearest(forge, names)
    const remedy = nearest === undefined ? `known forges: ${[...names].join(', ')}` : `did you mean ${nearest}?`
    return [{ path: ['repositories', key], detail: `there is no forge ${forge}`, remedy }]
  })
}

import type { CompiledPermission, RepositoryPolicy } from '../config/compile-policy.ts'
import type { AgentName } from '../ids/names.ts'
import type { Glob } from '../pattern/glob.ts'
import { foldRef } from './ref-index.ts'
import type { DefaultBranch } from './facts.ts'

/** Where a ref stands. */
export type RefPlace =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  /** Namespaces that are never open: the gateway's own, and replacement refs. */
  | { readonly kind: 'reserved' }
  | { readonly kind: 'other' }

/** Folded, so that refs/Heads/main and refs/Replace/… are not taken for a harmless namespace. */
export function placeRef(ref: string): RefPlace {
  if (ref.startsWith('refs/heads/')) return { kind: 'branch', name: ref.slice('refs/heads/'.length) }
  if (ref.startsWith('refs/tags/')) return { kind: 'tag', name: ref.slice('refs/tags/'.length) }
  return /^refs\/(?:refward|replace|heads|tags)\//.test(foldRef(ref)) ? { kind: 'reserved' } : { kind: 'other' }
}

/** Branches that become the default branch of a repository whose own default is not known. */
const USUAL_DEFAULTS: ReadonlySet<string> = new Set(['main', 'master', 'trunk', 'default', 'develop', 'mainline'])

/** The rule that protects a branch, or undefined. */
export function findProtection(policy: RepositoryPolicy, branch: string, defaultBranch: DefaultBranch): string | undefined {
  const index = policy.rules.protected.findIndex((glob) => glob.matches(branch))
  if (index >= 0) return `branches.protected[${index}]`
  if (!isDefaultCandidate(branch, defaultBranch)) return undefined
  return defaultBranch.kind === 'known' ? 'branches.default' : 'branches.default-unknown'
}

/** Whether a branch is the default branch, or could be it where that is not known. Case folded: on some forges Main is main. */
export function isDefaultCandidate(branch: string, defaultBranch: DefaultBranch): boolean {
  const folded = foldRef(branch)
  if (defaultBranch.kind === 'unknown') return USUAL_DEFAULTS.has(folded)
  return foldRef(defaultBranch.ref) === `refs/heads/${folded}`
}

/** The rule by which a branch or tag belongs to an agent, or undefined. */
export function findOwnership(policy: RepositoryPolicy, ref: string, agent: AgentName, owned: ReadonlySet<string>): string | undefined {
  const place = placeRef(ref)
  if (place.kind === 'branch' || place.kind === 'tag') {
    const index = findMatch(policy.rules.own, place.name, agent)
    if (index >= 0) return `branches.own[${index}]`
  }
  return owned.has(ref) ? 'ledger' : undefined
}

interface PermissionQuestion {
  readonly permission: CompiledPermission
  /** Where it stands in the policy: `branches.create`. */
  readonly key: string
  /** Without refs/heads/ or refs/tags/. */
  readonly name: string
  readonly agent: AgentName
  /** The rule by which the ref is the agent's, or undefined. */
  readonly ownedBy: string | undefined
}

/** The rule by which a permission is given, or undefined. */
export function findPermission({ permission, key, name, agent, ownedBy }: PermissionQuestion): string | undefined {
  if (permission.kind === 'never') return undefined
  if (permission.kind === 'own') return ownedBy
  const index = findMatch(permission.patterns, name, agent)
  return index < 0 ? undefined : `${key}[${index}]`
}

export function findMatch(globs: readonly Glob[], name: string, agent: AgentName): number {
  return globs.findIndex((glob) => glob.matches(name, agent))
}

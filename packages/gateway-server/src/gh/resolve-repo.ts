import { type ForgeName, type GhRepo, type Policy, type RepoId, RefwardError, parseRepoId } from '@refward/core-policy'
import type { LiveSubject } from '../session/authenticate.ts'
import { resolveRemote } from '../git-operations/resolve-remote.ts'
import { requireParsed } from '../http/require-parsed.ts'
import { grantsOf } from '../session/grants.ts'

export interface RepoQuestion {
  readonly policy: Policy
  readonly subject: LiveSubject
  /** With -R. */
  readonly named: GhRepo | undefined
  /** Where gh was called, as the client says: `<forge>/<owner>/<repo>`, or its address on a forge or here. It picks, and gives no right. */
  readonly here: string | undefined
}

/** The repository that a command is about. Which forge a host belongs to is said by the configuration alone. */
export function resolveRepo({ policy, subject, named, here }: RepoQuestion): RepoId {
  const current = here === undefined ? onlyGrant(subject) : resolveHere(policy, subject, here)
  if (named === undefined) {
    if (current !== undefined) return current
    throw new RefwardError('RW_GH_USAGE', { detail: 'no repository is named, and this session has more than one', remedy: 'name it with -R OWNER/REPO, or run gh in a clone' })
  }
  const asId = parseRepoId(named.path)
  if (named.host === undefined && asId.kind === 'ok' && policy.repository(asId.value) !== undefined) return asId.value
  const forge = named.host === undefined ? forgeOf(policy, current) : forgeAt(policy, named.host)
  return requireParsed(parseRepoId(`${forge}/${named.path}`), '--repo')
}

function resolveHere(policy: Policy, subject: LiveSubject, here: string): RepoId {
  return here.includes(':') ? resolveRemote({ policy, subject, root: undefined }, here) : requireParsed(parseRepoId(here), 'repo')
}

function onlyGrant(subject: LiveSubject): RepoId | undefined {
  const [grant, ...others] = grantsOf(subject)
  const repo = grant === undefined || others.length > 0 ? undefined : parseRepoId(grant)
  return repo?.kind === 'ok' ? repo.value : undefined
}

function forgeOf({ config }: Policy, current: RepoId | undefined): string {
  const [only, ...others] = config.forges.keys()
  const forge = current?.split('/')[0] ?? (others.length === 0 ? only : undefined)
  if (forge !== undefined) return forge
  throw new RefwardError('RW_GH_USAGE', { detail: 'there is more than one forge', remedy: 'write the host too: -R HOST/OWNER/REPO' })
}

/** The forge whose own address has this host. */
export function forgeAt({ config }: Policy, host: string): ForgeName {
  const found = [...config.forges.values()].find(({ url }) => new URL(url).host === host)
  if (found !== undefined) return found.name
  throw new RefwardError('RW_GH_REFUSED', { command: host, reason: 'it is not the host of a forge of this gateway', remedy: 'leave the host out: -R OWNER/REPO' })
}

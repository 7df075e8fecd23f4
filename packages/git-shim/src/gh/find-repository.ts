import { parseRemote, parseRepoId, renderRemote } from '@refward/core-policy'

import type { GitSettings } from '../gateway/git-settings.ts'

/** The repository that a work tree stands for, as far as its configuration says so. It picks, and gives no right: the gateway decides. */
export type FoundRepository =
  /** `<forge>/<owner>/<repo>`, or an address that the gateway may know. */
  | { readonly kind: 'found'; readonly repo: string; readonly remote: string }
  /** There are no remotes. */
  | { readonly kind: 'none' }
  /** There are, and none is an address of a repository. */
  | { readonly kind: 'elsewhere' }

interface Candidate {
  readonly remote: string
  readonly repo: string
  readonly isOurs: boolean
}

/** As gh has it: the one that was chosen for it, then by name. */
const ORDER: readonly string[] = ['upstream', 'github', 'origin']

/** @param address of the gateway */
export function findRepository(settings: GitSettings, address: string): FoundRepository {
  const urls = new Map<string, string>()
  for (const { subsection, value } of settings.list('remote', 'url')) if (!urls.has(subsection)) urls.set(subsection, value)
  if (urls.size === 0) return { kind: 'none' }
  const chosen = new Map(settings.list('remote', 'gh-resolved').map(({ subsection, value }) => [subsection, value]))
  const remotes = [...urls.keys()].toSorted((a, b) => rank(a, chosen) - rank(b, chosen))
  const candidates = remotes.flatMap((remote) => readCandidate(remote, rewrite(settings, urls.get(remote) ?? ''), address))
  // Of several, one that leads to the gateway already is the one that this sandbox was made for.
  const found = candidates.find(({ isOurs }) => isOurs) ?? candidates[0]
  return found === undefined ? { kind: 'elsewhere' } : { kind: 'found', remote: found.remote, repo: resolveBase(found, chosen.get(found.remote)) }
}

function rank(remote: string, chosen: ReadonlyMap<string, string>): number {
  if (chosen.has(remote)) return -1
  const index = ORDER.indexOf(remote)
  return index < 0 ? ORDER.length : index
}

/** As git does before it connects: the longest beginning that matches is replaced, of equal ones the first. */
function rewrite(settings: GitSettings, url: string): string {
  const rules = settings.list('url', 'insteadof').filter(({ value }) => value !== '' && url.startsWith(value))
  const [rule] = rules.toSorted((a, b) => b.value.length - a.value.length)
  return rule === undefined ? url : rule.subsection + url.slice(rule.value.length)
}

function readCandidate(remote: string, url: string, address: string): readonly Candidate[] {
  const prefix = `${address}/git/`
  const id = url.startsWith(prefix) ? parseRepoId(url.slice(prefix.length).replace(/\/$/, '')) : undefined
  if (id?.kind === 'ok') return [{ remote, repo: id.value, isOurs: true }]
  // A password in an address is nobody's business, the gateway's neither.
  const parsed = parseRemote(url.replace(/^(https?:\/\/)[^/@]*@/, '$1'))
  return parsed.kind === 'url' ? [{ remote, repo: renderRemote(parsed), isOurs: false }] : []
}

/** `gh repo set-default` writes `base`, or the repository that stands behind a fork. */
function resolveBase({ repo, isOurs }: Candidate, resolved: string | undefined): string {
  const id = isOurs && resolved !== undefined ? parseRepoId(`${repo.slice(0, repo.indexOf('/'))}/${resolved}`) : undefined
  return id?.kind === 'ok' ? id.value : repo
}

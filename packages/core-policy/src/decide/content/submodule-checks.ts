import type { ErrorValues } from '../../errors/error-table.ts'
import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { Gitlink, SubmoduleUrl } from '../facts.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'
import { shortId } from './content-context.ts'
import { findSubmoduleUrlProblem } from './submodule-url.ts'

/** Where whoever clones this would fetch from. */
export const submoduleChecks: readonly ContentCheck[] = [
  { id: 'submodules.hosts', judge: judgeUrls },
  { id: 'submodules.entries', judge: judgeEntries },
]

function* judgeUrls({ facts, policy }: ContentContext): Iterable<Refusal> {
  for (const { commit, path, url } of facts.submodules) {
    const detail = findSubmoduleUrlProblem(url, policy)
    if (detail !== undefined) yield refuseSubmodule('submodules.hosts', { commit, path }, { detail, remedy: suggestHosts(policy.settings.submodules.hosts) })
  }
}

/** A submodule without an address cannot be judged; some tools then guess one, and the address may come in a later push. */
function* judgeEntries({ facts }: ContentContext): Iterable<Refusal> {
  const named = new Set(facts.submodules.map(entryKey))
  for (const gitlink of facts.gitlinks) {
    if (named.has(entryKey(gitlink))) continue
    const words = { detail: 'it has no entry with a url in .gitmodules', remedy: 'git submodule add, or git rm --cached if a repository was added by mistake' }
    yield refuseSubmodule('submodules.entries', gitlink, words)
  }
}

function entryKey({ commit, path }: Gitlink | SubmoduleUrl): string {
  return `${commit} ${path.replace(/\/+$/, '')}`
}

function refuseSubmodule(rule: string, { commit, path }: Gitlink, words: Pick<ErrorValues<'RW_SUBMODULE_DENIED'>, 'detail' | 'remedy'>): Refusal {
  return createRefusal('RW_SUBMODULE_DENIED', { rule }, { commit: shortId(commit), path, ...words })
}

function suggestHosts(hosts: readonly string[]): string {
  const known = hosts.length === 0 ? '' : ` and ${hosts.join(', ')}`
  return `allowed are relative addresses and the forge itself${known}; the operator can add hosts`
}

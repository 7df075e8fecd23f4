import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'
import { shortId } from './content-context.ts'
import { leadsOutside } from './symlink-target.ts'

/** Where a push writes. */
export const pathChecks: readonly ContentCheck[] = [
  { id: 'paths', judge: judgePaths },
  { id: 'symlinks', judge: judgeSymlinks },
]

/** A path that a hundred commits change is refused once, with the first of them. */
function* judgePaths({ facts, policy }: ContentContext): Iterable<Refusal> {
  const seen = new Set<string>()
  for (const { commit, path } of facts.changes) {
    if (seen.has(path)) continue
    seen.add(path)
    const rule = policy.rules.paths.find(path)
    if (rule !== undefined) yield refusePath(rule, commit, path)
  }
  // A link or submodule at .github brings other workflows in without a single change below .github/workflows.
  for (const { commit, path } of [...facts.symlinks, ...facts.gitlinks]) {
    const rule = policy.rules.paths.find(path) === undefined ? policy.rules.paths.findBelow(path) : undefined
    if (rule !== undefined) yield refusePath(rule, commit, path)
  }
}

function refusePath(rule: string, commit: string, path: string): Refusal {
  return createRefusal('RW_PATH_DENIED', { rule }, { commit: shortId(commit), path })
}

function* judgeSymlinks({ facts, settings }: ContentContext): Iterable<Refusal> {
  if (settings.symlinks === 'any') return
  for (const { commit, path, target } of facts.symlinks) {
    if (!leadsOutside(path, target)) continue
    yield createRefusal('RW_SYMLINK_DENIED', { rule: 'symlinks' }, { commit: shortId(commit), path, target })
  }
}

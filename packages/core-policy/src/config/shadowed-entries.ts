import { stripGitSuffix } from '../ids/repo-id.ts'
import { coversPattern } from '../pattern/covers-pattern.ts'
import type { RepositoryEntry } from './config.ts'
import type { Conflict } from './find-conflicts.ts'

/** Entries that can never apply: the same repository twice, or a wildcard behind one that takes everything first. */
export function findShadowedEntries(entries: readonly RepositoryEntry[]): readonly Conflict[] {
  const conflicts: Conflict[] = []
  for (const [index, { key }] of entries.entries()) {
    const before = entries.slice(0, index).find((earlier) => shadows(canonical(earlier.key), canonical(key)))
    if (before === undefined) continue
    const detail = `this entry never applies, because ${before.key} comes first and covers it`
    conflicts.push({ path: ['repositories', key], detail, remedy: 'move it up, or merge the two' })
  }
  return conflicts
}

function canonical(key: string): string {
  return stripGitSuffix(key).toLowerCase()
}

/** Exact entries go before wildcards wherever they stand, so only the like can shadow the like. */
function shadows(earlier: string, later: string): boolean {
  if (earlier.includes('*') !== later.includes('*')) return false
  return coversPattern(earlier, later)
}

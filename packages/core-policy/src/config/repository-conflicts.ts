import { coversPattern } from '../pattern/covers-pattern.ts'
import { BUILT_IN_DENIED_PATHS } from '../pattern/built-in-paths.ts'
import type { RepositoryEntry, RepositorySettings } from './config.ts'
import type { Conflict } from './find-conflicts.ts'

type RelativeConflict = Omit<Conflict, 'path'> & { readonly at: readonly PropertyKey[] }

/** Contradictions within one repository, after the defaults were merged in. */
export function findRepositoryConflicts({ key, settings }: RepositoryEntry): readonly Conflict[] {
  const conflicts = [
    ...findReaderConflicts(settings),
    ...findBranchConflicts(settings),
    ...findPathConflicts(settings),
    ...findLimitConflicts(settings),
  ]
  return conflicts.map(({ at, detail, remedy }) => ({ path: ['repositories', key, ...at], detail, remedy }))
}

function findReaderConflicts({ read, push }: RepositorySettings): readonly RelativeConflict[] {
  if (read.length === 0) {
    return [{ at: ['read'], detail: 'no agent may read this repository', remedy: "name agents under read, here or under defaults, for example read: ['*']" }]
  }
  return push.flatMap((pattern, index) => {
    if (read.some((reader) => coversPattern(reader, pattern))) return []
    return [{ at: ['push', index], detail: `${pattern} may push but not read, and pushing needs reading`, remedy: `add ${pattern} to read` }]
  })
}

/** Where no agent may push, it does not matter which branches would be whose. */
function findBranchConflicts({ branches, push, visible }: RepositorySettings): readonly RelativeConflict[] {
  if (push.length === 0) return []
  return branches.own.flatMap((pattern, index) => {
    const at = ['branches', 'own', index]
    const shield = branches.protected.find((guarded) => coversPattern(guarded.toLowerCase(), pattern.toLowerCase()))
    if (shield !== undefined) {
      return [{ at, detail: `every branch that ${pattern} matches is protected by ${shield}`, remedy: 'take one of the two out' }]
    }
    const ref = `refs/heads/${pattern}`
    if (visible.some((shown) => coversPattern(shown, ref))) return []
    return [{ at, detail: `agents would own branches that they are not shown`, remedy: `add ${ref} to visible` }]
  })
}

function findPathConflicts({ paths }: RepositorySettings): readonly RelativeConflict[] {
  return paths.allow.flatMap((pattern, index) => {
    const at = ['paths', 'allow', index]
    const barrier = paths.deny.find((denied) => coversPattern(denied, pattern))
    if (barrier !== undefined) return [{ at, detail: `paths.deny has ${barrier}, which always stands`, remedy: 'take one of the two out' }]
    if (BUILT_IN_DENIED_PATHS.some((denied) => liftsSome(pattern, denied))) return []
    const remedy = 'take it out: every path is allowed that is not denied; the built-in list is in docs/reference/policy.md'
    return [{ at, detail: `${pattern} lifts nothing, because no built-in rule denies it`, remedy }]
  })
}

/** It lifts a part or all of an entry, or a link in the place of a directory above it. */
function liftsSome(pattern: string, denied: string): boolean {
  return coversPattern(denied, pattern) || coversPattern(pattern, denied) || denied.startsWith(`${pattern}/`)
}

function findLimitConflicts({ limits }: RepositorySettings): readonly RelativeConflict[] {
  if (limits.object <= limits.unpacked) return []
  return [{ at: ['limits', 'object'], detail: 'one object may be larger than all of them together', remedy: 'lower it, or raise limits.unpacked' }]
}

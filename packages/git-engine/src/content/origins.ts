import type { ChangedPath } from './changed-paths.ts'

/** The commit that brought an object, and where. */
export interface Origin {
  readonly commit: string
  readonly path: string
}

/**
 * Finds which commit brought each of some objects. `changes` has the oldest commit first: of several that have the object at
 * a place, it is the one that must be rewritten.
 */
export function findOrigins(changes: readonly ChangedPath[], objects: ReadonlySet<string>): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>()
  if (objects.size === 0) return origins
  for (const { commit, path, blob } of changes) if (objects.has(blob) && !origins.has(blob)) origins.set(blob, { commit, path })
  return origins
}

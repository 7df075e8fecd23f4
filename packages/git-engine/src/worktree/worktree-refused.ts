import { type ErrorValues, RefwardError } from '@refward/core-policy'

export function outside(path: string): RefwardError {
  return new RefwardError('RW_WORKTREE_OUTSIDE', { path })
}

export function leadsOut(path: string, what: string, remedy: string): RefwardError {
  return new RefwardError('RW_WORKTREE_LEADS_OUT', { path, what, remedy } satisfies ErrorValues<'RW_WORKTREE_LEADS_OUT'>)
}

export function notRepository(path: string, detail: string): RefwardError {
  return new RefwardError('RW_WORKTREE_NOT_REPOSITORY', { path, detail })
}

export function unreadable(path: string, detail: string, cause?: unknown): RefwardError {
  return new RefwardError('RW_WORKTREE_UNREADABLE', { path, detail }, { cause })
}

export function changed(path: string): RefwardError {
  return new RefwardError('RW_WORKTREE_CHANGED', { path })
}

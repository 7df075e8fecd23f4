import { RefwardError, type RepositoryLimits } from '@refward/core-policy'
import { type GitFailure, saysDiskFull } from '../process/git-end.ts'
import { type PushRefused, pushRefused } from '../push/push-refused.ts'

const MISSING = /^fatal: (?:bad object|missing \w+ object|unable to read|unable to load root tree|bad tree object)\b[^\n]*|^error: (?:Could not read|unable to find) [0-9a-f]{40}/m

/** Git gives up on a list of changes that has no end. */
const OVER_LIMIT = /^fatal: attempting to allocate \d+ over limit \d+/m

/** Turns the end of a child that looked at the new objects into what the client may be told. */
export function explainWalkFailure(failure: GitFailure, limits: Pick<RepositoryLimits, 'time' | 'changes'>): PushRefused | RefwardError {
  const { command, end } = failure
  if (saysDiskFull(end)) return new RefwardError('RW_DISK_FULL', {}, { cause: failure })
  if (end.kind === 'timed-out') {
    return pushRefused('RW_LIMIT_TIME', { rule: 'limits.time' }, { what: 'looking at the objects', limit: limits.time }, failure)
  }
  if (command === 'diff-tree' && OVER_LIMIT.test(end.stderr)) return pushRefused('RW_LIMIT_CHANGES', { rule: 'limits.changes' }, { limit: limits.changes }, failure)
  const [missing] = MISSING.exec(end.stderr) ?? []
  if (missing !== undefined) {
    const detail = missing.replace(/^\w+: /, '')
    return pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.complete' }, { detail }, failure)
  }
  return new RefwardError('RW_GIT_FAILED', { command, detail: 'it could not read the objects of this push' }, { cause: failure })
}

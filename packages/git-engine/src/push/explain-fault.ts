import { RefwardError, type Refusal } from '@refward/core-policy'
import { GitFailure, saysDiskFull } from '../process/git-end.ts'
import { PushRefused } from './push-refused.ts'

/** What a client is told of an error, and what is kept for the log. */
export interface ExplainedFault {
  readonly refusals: readonly Refusal[]
  /** Undefined for what the agent itself did. */
  readonly fault?: unknown
}

/** Every error that can end a push before it is sent, in the words of the one table. */
export function explainFault(error: unknown): ExplainedFault {
  if (error instanceof PushRefused) return { refusals: error.refusals }
  const known = asRefwardError(error)
  return { refusals: [{ code: known.code, rule: 'fault', message: known.message, hint: known.hint }], fault: error }
}

function asRefwardError(error: unknown): RefwardError {
  if (error instanceof RefwardError) return error
  if (isDiskFull(error)) return new RefwardError('RW_DISK_FULL', {}, { cause: error })
  if (error instanceof GitFailure) return new RefwardError('RW_GIT_FAILED', { command: error.command, detail: 'it ended unexpectedly' }, { cause: error })
  return new RefwardError('RW_INTERNAL', {}, { cause: error })
}

function isDiskFull(error: unknown): boolean {
  if (error instanceof GitFailure) return saysDiskFull(error.end)
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

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
  return { refusals: [refusalOf(error)], fault: error }
}

/** Why something failed that the agent has not done. */
export function refusalOf(error: unknown, ref?: string): Refusal {
  const { code, message, hint } = asRefwardError(error)
  return { code, rule: ref === undefined ? 'fault' : 'forge', message, hint, ...(ref === undefined ? {} : { ref }) }
}

function asRefwardError(error: unknown): RefwardError {
  const known: RefwardError | undefined = error instanceof RefwardError ? error : undefined
  if (known !== undefined) return known
  if (isDiskFull(error)) return new RefwardError('RW_DISK_FULL', {}, { cause: error })
  if (error instanceof GitFailure) return new RefwardError('RW_GIT_FAILED', { command: error.command, detail: 'it ended unexpectedly' }, { cause: error })
  return new RefwardError('RW_INTERNAL', {}, { cause: error })
}

function isDiskFull(error: unknown): boolean {
  if (error instanceof GitFailure) return saysDiskFull(error.end)
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

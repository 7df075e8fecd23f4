import { RefwardError } from '@refward/core-policy'
import type { ApiCall } from './api-call.ts'

/** What was sent may have been done, or not. */
export function lostAnswer({ action }: Pick<ApiCall, 'action'>, cause: unknown): RefwardError {
  return new RefwardError('RW_FORGE_OUTCOME_UNKNOWN', { action }, { cause })
}

/**
 * Looks at what a change that was sent has come to. A fault of this look is none of the change: told as it is, it would say that the forge
 * could not be reached, and so that nothing was done.
 */
export async function seenAfterwards<T>(call: Pick<ApiCall, 'action'>, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    throw lostAnswer(call, error)
  }
}

import { RefwardError } from '@refward/core-policy'
import type { RefwardCode } from '@refward/core-policy'

/** One thing that was looked at. `warn` works, and will not for long or not as meant. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it. */
  readonly hint?: string
}

/** Where the table sends a reader to the doctor, who is asked already. */
const hints: ReadonlyMap<RefwardCode, string> = new Map<RefwardCode, string>([
  ['RW_CREDENTIAL_UNAVAILABLE', 'see the check of the credentials'],
  ['RW_CREDENTIAL_REJECTED', 'see that token and user name are right, that the token has not ended, and that it may use this repository'],
  ['RW_CREDENTIAL_FORBIDDEN', 'see that the token and its user may use this repository'],
])

/** What is wrong, in the words of the one table where it has them. */
function failedBy(name: string, error: unknown): Check {
  if (isFault(error)) return { name, state: 'fail', detail: `${error.message} (${error.code})`, hint: hints.get(error.code) ?? error.hint }
  return { name, state: 'fail', detail: error instanceof Error ? error.message : String(error) }
}

function isFault(error: unknown): error is RefwardError {
  return error instanceof RefwardError
}

/** Runs a check whose throwing is its failing. */
export async function runCheck(name: string, run: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await run()) }
  } catch (error) {
    return failedBy(name, error)
  }
}

import { RefwardError } from '@refward/core-policy'

/** One thing that was looked at. `warn` works, and will not for long or not as meant. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it. */
  readonly hint?: string
}

/** What is wrong, in the words of the one table where it has them. */
function failedBy(name: string, error: unknown): Check {
  if (error instanceof RefwardError) return { name, state: 'fail', detail: `${error.message} (${error.code})`, hint: error.hint }
  return { name, state: 'fail', detail: error instanceof Error ? error.message : String(error) }
}

/** Runs a check whose throwing is its failing. */
export async function runCheck(name: string, run: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await run()) }
  } catch (error) {
    return failedBy(name, error)
  }
}

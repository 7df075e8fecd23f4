import { errorTable } from './error-table.ts'
import type { ErrorValues, RefwardCode } from './error-table.ts'
import { renderError } from './render-template.ts'

/**
 * A fault: thrown, with a code of the one table. Its message and hint may be shown to an agent; `cause` is for the log alone.
 */
export class RefwardError<C extends RefwardCode = RefwardCode> extends Error {
  override readonly name = 'RefwardError'
  readonly code: C
  readonly hint: string
  /** HTTP status of an answer with this fault. */
  readonly status: number

  constructor(code: C, values: ErrorValues<C>, options: { readonly cause?: unknown } = {}) {
    const { message, hint } = renderError(code, values)
    super(message, options)
    this.code = code
    this.hint = hint
    this.status = errorTable[code].status
  }
}

/** Whether something that was thrown is a fault of the table. Unlike `instanceof`, it keeps the code's type. */
export function isRefwardError(error: unknown): error is RefwardError {
  return error instanceof RefwardError
}

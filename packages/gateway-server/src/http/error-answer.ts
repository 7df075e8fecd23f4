import { RefwardError, isRefwardError, type RefwardCode, type Refusal, errorTable, renderRefusal } from '@refward/core-policy'
import type { RequestSummary } from '../observe/request-summary.ts'
import { ParsedRefusal } from './parsed-refusal.ts'
import { RefusedError } from './refused-error.ts'

/** The JSON form of every refusal and fault: design section 12. */
export interface ErrorEnvelope {
  readonly success: false
  readonly message: string
  readonly error: { readonly code: RefwardCode; readonly rule?: string; readonly hint: string; readonly problems?: readonly FieldProblem[] }
  readonly request_id: string
}

interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** What went wrong, in the words of the one table, and nothing else: a cause stays in the log. */
export interface Failure {
  readonly status: number
  readonly code: RefwardCode
  readonly message: string
  readonly hint: string
  readonly rule?: string
  /** Everything that is wrong with a request, where more than one thing is. */
  readonly problems?: readonly FieldProblem[]
}

/** Any thrown value as a failure. A fault that is not one of ours says only that it was not foreseen. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RefusedError) return refusalFailure(error.refusal)
  if (error instanceof ParsedRefusal) return parsedFailure(error)
  if (isRefwardError(error)) return { status: error.status, code: error.code, message: error.message, hint: error.hint }
  return toFailure(new RefwardError('RW_INTERNAL', {}, { cause: error }))
}

/** A refusal of core-policy as a failure. */
function refusalFailure(refusal: Refusal): Failure {
  return { status: errorTable[refusal.code].status, code: refusal.code, message: refusal.message, hint: refusal.hint, rule: refusal.rule }
}

/** The first problem tells it; all are listed. */
function parsedFailure({ problems }: ParsedRefusal): Failure {
  const [first] = problems
  if (first === undefined) throw new Error('a refusal of a parser without a problem')
  const { code, message, hint = '' } = first
  return { status: errorTable[code].status, code, message, hint, problems: problems.map((problem) => ({ path: problem.path, message: problem.message })) }
}

export function renderEnvelope(failure: Failure, requestId: string): ErrorEnvelope {
  const { problems } = failure
  return {
    success: false,
    message: failure.message,
    error: {
      code: failure.code,
      ...(failure.rule === undefined ? {} : { rule: failure.rule }),
      hint: failure.hint,
      ...(problems === undefined ? {} : { problems }),
    },
    request_id: requestId,
  }
}

/** The lines that git shows behind `remote: ` when a request ends with an error status and a plain text body. */
export function renderGitLines(failure: Failure, requestId: string): string {
  return [...renderRefusal(failure), `refward: request ${requestId}`, ''].join('\n')
}

/** Notes a failure for the log line and the metrics; what nobody foresaw with its cause. */
export function noteFailure(summary: RequestSummary, failure: Failure, error: unknown): void {
  summary.codes = [failure.code]
  if (failure.code === 'RW_INTERNAL') summary.fault = error
}

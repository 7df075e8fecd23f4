import type { Problem, RefwardCode } from '@refward/core-policy'
import { RefwardError, escapeUntrusted } from '@refward/core-policy'

import { CommandRefused } from './command-refused.ts'
import type { Report } from './report.ts'
import { exitCodeOf } from './exit-code.ts'

interface Failure {
  readonly code: RefwardCode
  readonly message: string
  readonly hint: string
  readonly problems: readonly Problem[]
}

/** Any thrown value as what a person and a program should see of it. */
export function describeFailure(error: unknown): Report {
  const { code, message, hint, problems } = toFailure(error)
  const lines = problems.length === 0 ? [`${message} (${code})`, hint] : [message, ...problems.flatMap(renderProblem)]
  return {
    exit: exitCodeOf(code),
    text: lines.map((line) => `refward: ${line}\n`).join(''),
    json: { success: false, message, error: { code, hint, ...(problems.length > 0 && { problems }) } },
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof CommandRefused) return error
  if (isFault(error)) return { code: error.code, message: withCause(error), hint: error.hint, problems: [] }
  return toFailure(new RefwardError('RW_INTERNAL', {}, { cause: error }))
}

function isFault(error: unknown): error is RefwardError {
  return error instanceof RefwardError
}

/** An operator has no log of a command to look into, so what was not foreseen is said here. */
function withCause(error: RefwardError): string {
  if (error.code !== 'RW_INTERNAL' || !(error.cause instanceof Error)) return error.message
  return `${error.message}: ${escapeUntrusted(error.cause.message)}`
}

function renderProblem({ code, path, line, message, hint }: Problem): readonly string[] {
  const place = [line === undefined ? [] : [`line ${line}`], path === '' ? [] : [escapeUntrusted(path)]].flat().join(', ')
  const first = `  ${place === '' ? '' : `${place}: `}${message} (${code})`
  return hint === undefined || hint === '' ? [first] : [first, `    ${hint}`]
}

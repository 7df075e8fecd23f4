import type { Problem, RefwardCode } from '@refward/core-policy'

/** A problem with a remedy. */
export interface RequestProblem {
  readonly path: string
  readonly code: RefwardCode
  readonly message: string
  readonly hint: string
}

/** Everything that is wrong with a request: thrown across the HTTP layer, and all told. */
export class RequestProblems extends Error {
  override readonly name = 'RequestProblems'
  readonly problems: readonly [RequestProblem, ...RequestProblem[]]

  constructor(problems: readonly [RequestProblem, ...RequestProblem[]]) {
    super(problems.map(({ code }) => code).join(', '))
    this.problems = problems
  }
}

/** What parsers of core-policy found, as problems of a request; `path` is for those that do not know theirs. */
export function requestProblems(problems: readonly Problem[], path: string): RequestProblems {
  const [first, ...others] = problems.map((problem): RequestProblem => ({ path: problem.path === '' ? path : problem.path, code: problem.code, message: problem.message, hint: problem.hint ?? '' }))
  if (first === undefined) throw new Error('a parser failed without a problem')
  return new RequestProblems([first, ...others])
}

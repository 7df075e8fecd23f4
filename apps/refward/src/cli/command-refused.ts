import type { Problem, RefwardCode } from '@refward/core-policy'

/** The end of a command that cannot go on: something that a gateway answered, or problems of the configuration. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
  readonly code: RefwardCode
  readonly hint: string
  readonly problems: readonly Problem[]

  constructor(refusal: { readonly code: RefwardCode; readonly message: string; readonly hint: string }, problems: readonly Problem[] = []) {
    super(refusal.message)
    this.code = refusal.code
    this.hint = refusal.hint
    this.problems = problems
  }
}

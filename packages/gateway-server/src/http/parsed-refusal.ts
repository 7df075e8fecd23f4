import type { Problem } from '@refward/core-policy'

/** What a parser of core-policy has said no to, thrown across the HTTP layer with every problem in the parser's own words. */
export class ParsedRefusal extends Error {
  override readonly name = 'ParsedRefusal'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('; '))
    this.problems = problems
  }
}

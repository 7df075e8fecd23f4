import { createProblem } from '../../errors/refusal.ts'
import type { Problem } from '../../parsed.ts'

const MOST_ARGUMENTS = 256
const MOST_CHARACTERS = 262_144

/** Whether a command line is more than anybody types; asked before anything is read. */
export function findLimitProblem(argv: readonly string[]): Problem | undefined {
  if (argv.length > MOST_ARGUMENTS) return createProblem('RW_ARGUMENT_LIMIT', '', { subject: 'the number of arguments', limit: MOST_ARGUMENTS })
  const length = argv.reduce((sum, argument) => sum + argument.length, 0)
  return length > MOST_CHARACTERS ? createProblem('RW_ARGUMENT_LIMIT', '', { subject: 'the length of all arguments', limit: MOST_CHARACTERS }) : undefined
}

/** One argument may hold many options: -vvvv and so on would be as many arguments in normal form. */
export function findOptionLimitProblem(count: number): Problem | undefined {
  return count > MOST_ARGUMENTS ? createProblem('RW_ARGUMENT_LIMIT', '', { subject: 'the number of options', limit: MOST_ARGUMENTS }) : undefined
}

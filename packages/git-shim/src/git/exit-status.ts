import type { Problem, RefwardCode } from '@refward/core-policy'

/** Arguments that cannot be read: there, git shows how the command is used. */
const USAGE: ReadonlySet<RefwardCode> = new Set<RefwardCode>([
  'RW_ARGUMENT_COMMAND',
  'RW_ARGUMENT_UNKNOWN',
  'RW_ARGUMENT_ABBREVIATED',
  'RW_ARGUMENT_VALUE_MISSING',
  'RW_ARGUMENT_VALUE_UNEXPECTED',
  'RW_ARGUMENT_MISSING',
  'RW_ARGUMENT_EXCESS',
])

/** As git ends: 129 when the arguments could not be read, 128 when they were and cannot be done. The first problem decides. */
export function exitStatusOf(problems: readonly Problem[]): 128 | 129 {
  const [first] = problems
  return first !== undefined && USAGE.has(first.code) ? 129 : 128
}

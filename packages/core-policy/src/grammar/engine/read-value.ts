import { createProblem } from '../../errors/refusal.ts'
import type { Parsed, Problem } from '../../parsed.ts'
import { describeValue } from './problems.ts'
import type { CommandValue, ValueType } from './table.ts'

const USUAL_MAXIMUM = 1000
const CONTROL = /[\0-\x1f\x7f-\x9f\u2028\u2029]/

/** Where a value stands: the command, and the option or the place in it. */
export interface ValuePlace {
  readonly command: string
  readonly place: string
}

/** Reads a value: first what no type may have, then as its type. */
export function readValue<V extends CommandValue>(type: ValueType<V>, text: string, at: ValuePlace): Parsed<V> {
  const problem = findTextProblem(type, text, at)
  if (problem !== undefined) return refuse(problem)
  const result = type.parse(text)
  if (result.kind === 'ok') return result
  return refuse(result.kind === 'refused' ? { ...result.problem, path: at.command } : describeValue(at.command, at.place, type, text))
}

function findTextProblem<V extends CommandValue>(type: ValueType<V>, text: string, { command, place }: ValuePlace): Problem | undefined {
  const limit = type.maximum ?? USUAL_MAXIMUM
  if (text.length > limit) return createProblem('RW_ARGUMENT_LIMIT', command, { subject: `the length of ${place}`, limit })
  if (text.includes('\0') || (type.lines !== true && CONTROL.test(text))) return createProblem('RW_ARGUMENT_CHARACTERS', command, { argument: text })
  if (type.dash === true || !text.startsWith('-')) return undefined
  return createProblem('RW_ARGUMENT_DASH', command, { argument: text, place, remedy: `it must be ${type.expects}` })
}

function refuse<V>(problem: Problem): Parsed<V> {
  return { kind: 'error', problems: [problem] }
}

import { type Parsed, RefwardError } from '@refward/core-policy'

/** The value of a parsed argument. @throws RefwardError RW_ARGUMENT_INVALID with the parser's own words */
export function requireParsed<T>(parsed: Parsed<T>, argument: string): T {
  if (parsed.kind === 'ok') return parsed.value
  const detail = parsed.problems.map(({ message }) => message).join('; ')
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument, detail, remedy: parsed.problems[0]?.hint ?? 'see refward --help' })
}

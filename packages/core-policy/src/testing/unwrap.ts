import type { Parsed } from '../parsed.ts'

/** The value of a parse that a test takes for granted. */
export function unwrap<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'ok') return parsed.value
  throw new Error(parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
}

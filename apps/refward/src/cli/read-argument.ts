import type { Parsed } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import { CommandRefused } from './command-refused.ts'

/** The value of an argument, or the end of the command with what is wrong with it. */
export function readArgument<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'ok') return parsed.value
  const [first] = parsed.problems
  if (first === undefined) throw new RefwardError('RW_INTERNAL', {}, { cause: new Error('a parser failed without a problem') })
  throw new CommandRefused({ code: first.code, message: first.message, hint: first.hint ?? '' })
}

const units: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])
const longestLifetime = 366 * 86_400

/** `90s`, `15m`, `8h` or `30d`, in seconds. */
export function readLifetime(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * (units.get(unit) ?? 0)
  if (seconds > 0 && seconds <= longestLifetime) return seconds
  const detail = `${text} is not a time from 1s to 366d`
  throw new RefwardError('RW_ARGUMENT_INVALID', { argument: '--lifetime', detail, remedy: 'write for instance 90s, 15m, 8h or 30d' })
}

import type { ErrorAnswer } from '@refward/core-policy'
import { escapeUntrusted } from '@refward/core-policy'

/** Why the gateway did not do it, ready to be shown: each text is printable ASCII. */
export interface ToldRefusal {
  readonly code: string
  readonly message: string
  readonly hint: string
  /** What else is wrong with the request. */
  readonly further: readonly string[]
}

const MOST_PROBLEMS = 100

/** Reads the envelope of errors; `undefined` when it is none. Whoever listens at the address may have written it, so nothing reaches a terminal unescaped. */
export function readRefusal(value: Readonly<Record<string, unknown>>): ToldRefusal | undefined {
  const { message, error } = value as Partial<Record<keyof ErrorAnswer, unknown>>
  if (typeof message !== 'string' || !isRecord(error)) return undefined
  const { code, hint, problems } = error
  if (typeof code !== 'string' || !/^RW_[A-Z_]{1,60}$/.test(code)) return undefined
  const others = Array.isArray(problems) ? problems.slice(1, MOST_PROBLEMS).filter(isRecord) : []
  return {
    code,
    message: escapeUntrusted(message),
    hint: typeof hint === 'string' ? escapeUntrusted(hint) : '',
    further: others.flatMap((problem) => (typeof problem['message'] === 'string' ? [escapeUntrusted(problem['message'])] : [])),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

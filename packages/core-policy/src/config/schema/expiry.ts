import * as z from 'zod'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Milliseconds since 1970 of the last moment: a day counts to its end in UTC. Days that no calendar has (February 30) are refused. */
export function parseExpiry(text: string, context: z.RefinementCtx): number {
  const time = DAY.test(text) ? endOfDay(text) : MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(time)) return time
  context.addIssue({ code: 'custom', message: 'it must be a day such as 2027-01-31, or a moment such as 2027-01-31T18:00Z' })
  return z.NEVER
}

function endOfDay(day: string): number {
  const start = Date.parse(`${day}T00:00:00Z`)
  const isReal = Number.isFinite(start) && new Date(start).toISOString().startsWith(day)
  return isReal ? start + 86_399_999 : Number.NaN
}

import { type Parsed, fail, ok } from './result.ts'
import { quote } from './text.ts'

const CANONICAL = /^(?:0|[1-9][0-9]{0,15})$/

/** Decimal as a machine writes it: no sign, no leading zero, no space. */
export function parseDecimal(text: string, range: { readonly min: number; readonly max: number }): Parsed<number> {
  const value = CANONICAL.test(text) ? Number(text) : Number.NaN
  if (value >= range.min && value <= range.max) return ok(value)
  return fail('malformed-number', `${quote(text)} is not a number from ${range.min} to ${range.max}`)
}

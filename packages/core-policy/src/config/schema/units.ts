import * as z from 'zod'

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
])

const TIME_UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])

/** `500 MiB` or a whole number of bytes; undefined when it is neither. */
function parseSize(value: string | number): number | undefined {
  return parseQuantity(value, /^(\d{1,9}(?:\.\d{1,3})?) ?([KMGT]i?B|B)$/, SIZE_UNITS)
}

/** `90s`, `5m`, `24h`, `7d`, or a whole number of seconds; undefined when it is none. */
function parseDuration(value: string | number): number | undefined {
  return parseQuantity(value, /^(\d{1,9})([smhd])$/, TIME_UNITS)
}

function parseQuantity(value: string | number, shape: RegExp, units: ReadonlyMap<string, number>): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  const [, amount, unit] = shape.exec(value) ?? []
  const factor = units.get(unit ?? '')
  if (amount === undefined || factor === undefined) return undefined
  return Math.floor(Number(amount) * factor)
}

/** Reads `500 MiB` or `5m` into a number; has a default. */
export type QuantitySchema = z.ZodPrefault<z.ZodType<number, string | number>>

interface Quantity {
  readonly description: string
  /** As it would be written; also the default of the JSON schema. */
  readonly fallback: string
  readonly minimum: number
  readonly maximum: number
}

/** A size with its bounds in bytes. */
export function sizeSchema(quantity: Quantity): QuantitySchema {
  return quantitySchema(quantity, parseSize, 'a size such as 500 MiB or 2 GiB, or a number of bytes')
}

/** A time with its bounds in seconds. */
export function durationSchema(quantity: Quantity): QuantitySchema {
  return quantitySchema(quantity, parseDuration, 'a time such as 90s, 5m, 24h or 7d, or a number of seconds')
}

function quantitySchema(quantity: Quantity, parse: (value: string | number) => number | undefined, form: string): QuantitySchema {
  const { description, fallback, minimum, maximum } = quantity
  const schema: z.ZodType<number, string | number> = z
    .union([z.string(), z.number()], { error: `it must be ${form}` })
    .meta({ description, examples: [fallback] })
    .transform((value, context) => {
      const parsed = parse(value)
      if (parsed !== undefined && parsed >= minimum && parsed <= maximum) return parsed
      const message = parsed === undefined ? `it must be ${form}` : `it must lie between ${minimum} and ${maximum}`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
  return schema.prefault(fallback)
}

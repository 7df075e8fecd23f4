import { errorTable } from './error-table.ts'
import type { ErrorEntry, ErrorValues, RefwardCode } from './error-table.ts'
import { escapeUntrusted, quoteUntrusted } from './quote-untrusted.ts'

/** Message and hint of a code, with the values in their places, fit to be shown to anyone. */
export function renderError<C extends RefwardCode>(code: C, values: ErrorValues<C>): { readonly message: string; readonly hint: string } {
  const entry: ErrorEntry = errorTable[code]
  const lookup = new Map<string, string | number>(Object.entries(values))
  return { message: fill(entry.message, lookup), hint: fill(entry.hint, lookup) }
}

function fill(template: string, values: ReadonlyMap<string, string | number>): string {
  return template.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, form: string | undefined) => {
    const value = values.get(name) ?? '?'
    return typeof value === 'number' ? renderNumber(value, form) : renderText(value, form)
  })
}

function renderText(value: string, form: string | undefined): string {
  if (form === 'text' || form === 'command') return escapeUntrusted(value)
  return quoteUntrusted(value)
}

function renderNumber(value: number, form: string | undefined): string {
  return form === 'bytes' ? renderBytes(value) : String(value)
}

/** `1.5 MiB`; whole numbers without a fraction. */
export function renderBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`
}

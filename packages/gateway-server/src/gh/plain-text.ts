import { printable } from '@refward/core-policy'

/** A cell of a line: one line, and no tab, which would begin another cell. */
export function cell(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim()
}

/** A line of cells, as gh writes tables for programs. */
export function tabbed(...cells: readonly (string | number)[]): string {
  return `${cells.map((value) => cell(String(value))).join('\t')}\n`
}

/** Columns of equal width, as gh writes tables for people. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(cell))
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => (row[column] ?? '').length)))
  return clean.map((row) => `${row.map((value, column) => value.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('')
}

/** JSON as gh writes it: members sorted, one line; what steers a terminal is escaped. */
export function renderJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => sortMembers(member)).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function sortMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

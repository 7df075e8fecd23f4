import type { RowResult } from './row.ts'

/** The report as a Markdown table, which is a readable one on a terminal too. */
export function renderTable(rows: readonly RowResult[]): string {
  const lines = rows.map(({ id, value, unit, budget, ok, reference }) => `| ${id} | ${value} ${unit} | ${budget} | ${ok ? 'yes' : 'NO'} | ${reference} |`)
  return ['| row | value | budget | ok | measured beside |', '|---|---|---|---|---|', ...lines, ''].join('\n')
}

/** Rows under headings, in columns as wide as they need. Cells are printable already. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) => `${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('')
}

/** `2026-11-23 19:20:32Z` */
export function renderTime(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}

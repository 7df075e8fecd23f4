import type { RowResult } from './row.ts'

/** The results as a table for a person, and what there is to see of the rows that failed. */
export function renderMatrix(results: readonly RowResult[]): string {
  const head = ['row', 'plane', 'status', 'ms', 'what the agent runs'] as const
  const lines = results.map(({ id, plane, status, ms, title }) => [id, plane, status, String(ms), title] as const)
  const widths = head.map((word, column) => Math.max(word.length, ...lines.map((line) => line[column]?.length ?? 0)))
  const table = [head, ...lines].map((line) => line.map((word, column) => word.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
  const failed = results.filter(({ status }) => status === 'failed')
  return [...table, '', ...failed.flatMap(renderFailure), `${results.length - failed.length} passed, ${failed.length} failed`, ''].join('\n')
}

function renderFailure({ id, plane, problem = '', evidence }: RowResult): readonly string[] {
  const commands = evidence.commands.flatMap(({ run, status, output }) => [`  $ ${run}`, ...output.split('\n').map((line) => `    ${line}`), `    (${status})`])
  return [`row ${id} on the ${plane} plane: ${problem}`, ...commands, ...evidence.audit.map((line) => `  audit ${line}`), '']
}

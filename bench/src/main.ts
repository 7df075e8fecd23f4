import { parseArgs } from 'node:util'
import { renderTable } from './render-table.ts'
import { type Row, type RowResult, measureRow } from './row.ts'
import { decisionRow } from './rows/decision-row.ts'
import { ghRow } from './rows/gh-row.ts'
import { ghShimRow } from './rows/gh-shim-row.ts'
import { processRows } from './rows/process-rows.ts'
import { pushRows } from './rows/push-rows.ts'
import { readRows } from './rows/read-rows.ts'
import { shimRow } from './rows/shim-row.ts'
import { BenchWorld } from './world/bench-world.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true } } })

const world = await BenchWorld.start()
const results: RowResult[] = []
const failures: string[] = []
try {
  const rows: readonly Row[] = [...readRows(world), ...pushRows(world), decisionRow, shimRow(world), ghRow(world), ghShimRow(world), ...processRows(world)]
  const unknown = (values.only ?? []).filter((id) => !rows.some((row) => row.id === id))
  if (unknown.length > 0) throw new Error(`no row ${unknown.join(', ')}; there are ${rows.map(({ id }) => id).join(', ')}`)
  for (const row of rows) {
    if (values.only !== undefined && !values.only.includes(row.id)) continue
    process.stderr.write(`measuring ${row.id}\n`)
    // One that cannot be measured here, for want of a Gitea, takes nothing from the others.
    await measureRow(row).then(
      (result) => results.push(result),
      (error: unknown) => failures.push(`${row.id}: ${error instanceof Error ? error.message : String(error)}`),
    )
  }
} finally {
  await world.stop()
}
process.stdout.write(values.json === true ? `${JSON.stringify({ rows: results })}\n` : renderTable(results))
for (const failure of failures) process.stderr.write(`not measured: ${failure}\n`)
process.exitCode = failures.length === 0 ? 0 : 1

import { parseArgs } from 'node:util'
import { MatrixWorld } from './matrix-world.ts'
import { renderMatrix } from './render-matrix.ts'
import type { RowResult } from './row.ts'
import { rows } from './rows.ts'
import { runRow } from './run-row.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true }, plane: { type: 'string' } } })

const chosen = rows.filter(({ id }) => values.only === undefined || values.only.some((name) => id === name || id.startsWith(`${name} `)))
if (chosen.length === 0) throw new Error(`no such row; there are ${rows.map(({ id }) => id).join(', ')}`)

const world = await MatrixWorld.create()
const results: RowResult[] = []
try {
  for (const row of chosen) {
    for (const plane of row.planes.filter((name) => values.plane === undefined || name === values.plane)) {
      process.stderr.write(`row ${row.id} on the ${plane} plane\n`)
      results.push(await runRow(world, row, plane))
    }
  }
} finally {
  await world.close()
}
process.stdout.write(values.json === true ? `${JSON.stringify({ rows: results })}\n` : renderMatrix(results))
if (results.length === 0 || results.some(({ status }) => status === 'failed')) process.exitCode = 1

import type { MatrixWorld } from './matrix-world.ts'
import { Mismatch, type MatrixRow, type Plane, type RowResult } from './row.ts'
import { Scene } from './scene.ts'

/** Runs one row on one plane. Whatever goes wrong in it is a failure of the row, and the next one can run. */
export async function runRow(world: MatrixWorld, row: MatrixRow, plane: Plane): Promise<RowResult> {
  const started = performance.now()
  const { id, title } = row
  const scene = await Scene.open(world, plane)
  const problem = await row.run(scene).then(() => undefined, describe)
  const ms = Math.round(performance.now() - started)
  const evidence = await scene.evidence()
  return { id, title, plane, status: problem === undefined ? 'passed' : 'failed', ms, ...(problem === undefined ? {} : { problem }), evidence }
}

function describe(error: unknown): string {
  if (error instanceof Mismatch) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

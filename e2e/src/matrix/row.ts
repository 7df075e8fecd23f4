import type { Scene } from './scene.ts'

/** How the agent's commands reach the gateway. */
export type Plane = 'git' | 'exec'

/** One row of the matrix of design 14: what an agent runs, and what must come of it. */
export interface MatrixRow {
  readonly id: string
  readonly title: string
  readonly planes: readonly Plane[]
  /** @throws Mismatch when something else came of it */
  run(scene: Scene): Promise<void>
}

/** What was run, and what it said. */
export interface RanCommand {
  readonly run: string
  readonly status: number | null
  /** The last lines of both outputs. */
  readonly output: string
}

/** What a person would want to see before signing a row. */
export interface Evidence {
  readonly commands: readonly RanCommand[]
  /** What was found to be so. */
  readonly found: readonly string[]
  /** Refs of the forge that are not as they were: name, old id, new id. */
  readonly changed: readonly string[]
  /** What the audit has gained. */
  readonly audit: readonly string[]
}

export interface RowResult {
  readonly id: string
  readonly title: string
  readonly plane: Plane
  readonly status: 'passed' | 'failed'
  readonly ms: number
  /** What came instead; of a failed row. */
  readonly problem?: string
  readonly evidence: Evidence
}

/** Something did not come as it must. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

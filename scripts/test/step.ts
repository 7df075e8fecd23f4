import { type Counts, failedOne, passedOne } from './counts.ts'
import { runCommand } from './run-command.ts'

/** What came of a step, and what a person should be told about it at the end. */
export interface StepResult {
  readonly counts: Counts
  readonly notes: readonly string[]
}

export interface StepContext {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  /** Parts of test file paths that the person asked for. */
  readonly paths: readonly string[]
}

export interface Step {
  readonly name: string
  /** Whether it runs test files, and so can be narrowed to some. */
  readonly takesPaths: boolean
  readonly run: (context: StepContext) => Promise<StepResult>
}

/** A step that is one command and counts as one test. */
export function commandStep(name: string, command: string, argv: readonly string[]): Step {
  return {
    name,
    takesPaths: false,
    run: async ({ env }) => {
      const code = await runCommand({ command, argv, env, minutes: 15 })
      return { counts: code === 0 ? passedOne : failedOne, notes: [] }
    },
  }
}

import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printProblem } from '../bootstrap/problem.mjs'
import { renderDuration } from '../bootstrap/progress.mjs'
import { parseTestArguments } from './arguments.ts'
import { addCounts, failWhatWasSkipped, renderCounts } from './counts.ts'
import type { StepContext, StepResult } from './step.ts'
import { steps } from './steps.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

try {
  const { only, paths } = parseTestArguments(process.argv.slice(2), steps.map((step) => step.name))
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const context: StepContext = { root, paths, env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' } }
  const chosen = steps.filter((step) => only?.includes(step.name) ?? (paths.length === 0 || step.takesPaths))
  process.exitCode = conclude(await runSteps(chosen, context))
} catch (error) {
  printProblem(error)
  process.exitCode = 1
}

async function runSteps(chosen: typeof steps, context: StepContext): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  for (const step of chosen) {
    const started = performance.now()
    process.stdout.write(`\n== ${step.name}\n`)
    const result = await step.run(context)
    results.push(result)
    process.stdout.write(`== ${step.name}: ${renderCounts(result.counts)} (${renderDuration(performance.now() - started)})\n`)
  }
  return results
}

/** Prints the end of the run and answers with its exit code. */
function conclude(results: readonly StepResult[]): number {
  const sum = addCounts(results.map((result) => result.counts))
  const counts = process.env['CI'] === 'true' ? failWhatWasSkipped(sum) : sum
  const notes = results.flatMap((result) => result.notes)
  process.stdout.write(`\n${[...notes, renderCounts(counts)].join('\n')}\n`)
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0
}

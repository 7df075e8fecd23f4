import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Program } from '../programs/program.ts'
import { skippedOne } from './counts.ts'
import { runCommand } from './run-command.ts'
import type { Step, StepContext, StepResult } from './step.ts'
import { parseVitestReport } from './vitest-report.ts'

export interface VitestOptions {
  /** Name of the step and of the project in vitest.config.ts. */
  readonly project: string
  readonly minutes: number
  /** The step cannot run without these. */
  readonly needs: readonly Program[]
  /** Single tests skip themselves without these. */
  readonly likes: readonly Program[]
}

/** A step that runs one of vitest's projects and counts its tests. */
export function vitestStep({ project, minutes, needs, likes }: VitestOptions): Step {
  return {
    name: project,
    takesPaths: true,
    run: async (context) => {
      const missing = needs.filter((program) => !canProvide(program))
      if (missing.length > 0) return { counts: skippedOne, notes: missing.map((program) => missingNote(project, program)) }

      const available = [...needs, ...likes.filter(canProvide)]
      const programs = await Promise.all(available.map(async (program) => program.find() ?? (await program.provide())))
      const path = [...programs.map((program) => dirname(program)), context.env['PATH'] ?? ''].join(delimiter)
      const result = await runVitest(project, minutes, { ...context, env: { ...context.env, PATH: path } })
      const absent = likes.filter((program) => !canProvide(program)).map((program) => missingNote(`parts of ${project}`, program))
      return { ...result, notes: [...result.notes, ...absent] }
    },
  }
}

function canProvide(program: Program): boolean {
  return program.find() !== undefined || program.lacks().length === 0
}

function missingNote(what: string, program: Program): string {
  return `${what} did not run, for want of ${program.name}: ${program.remedy}`
}

async function runVitest(project: string, minutes: number, { env, paths }: StepContext): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'refward-test-'))
  try {
    const file = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const argv = ['run', '--project', project, '--passWithNoTests', ...reporters, ...paths]
    const code = await runCommand({ command: 'vitest', argv, env, minutes })
    const report = parseVitestReport(existsSync(file) ? readFileSync(file, 'utf8') : undefined, code)
    return { counts: report.counts, notes: report.skipped.map((name) => `skipped test: ${name}`) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

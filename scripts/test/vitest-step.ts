import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { printProblem } from '../bootstrap/problem.mjs'
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
      const needed = await provideAll(project, needs)
      if (needed.notes.length > 0) return { counts: skippedOne, notes: needed.notes }

      const liked = await provideAll(`parts of ${project}`, likes)
      const path = [...needed.folders, ...liked.folders, context.env['PATH'] ?? ''].join(delimiter)
      const result = await runVitest(project, minutes, { ...context, env: { ...context.env, PATH: path } })
      return { ...result, notes: [...result.notes, ...liked.notes] }
    },
  }
}

interface Provided {
  /** To put on the path. */
  readonly folders: readonly string[]
  /** One line for each program that is not there, with the way to provide it. */
  readonly notes: readonly string[]
}

async function provideAll(what: string, programs: readonly Program[]): Promise<Provided> {
  const folders: string[] = []
  const notes: string[] = []
  for (const program of programs) {
    const path = program.find() ?? (program.lacks().length === 0 ? await tryToProvide(program) : undefined)
    if (path === undefined) notes.push(`${what} did not run, for want of ${program.name}: ${program.remedy}`)
    else folders.push(dirname(path))
  }
  return { folders, notes }
}

async function tryToProvide(program: Program): Promise<string | undefined> {
  try {
    return await program.provide()
  } catch (error) {
    printProblem(error)
    return undefined
  }
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

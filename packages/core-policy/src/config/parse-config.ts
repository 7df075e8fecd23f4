import type * as z from 'zod'
import type { Parsed, Problem } from '../parsed.ts'
import { buildConfig } from './build-config.ts'
import type { RawConfig } from './build-config.ts'
import type { Config } from './config.ts'
import { describeIssue } from './describe-issue.ts'
import { describeConflict, findConflicts } from './find-conflicts.ts'
import type { Conflict } from './find-conflicts.ts'
import { configJsonSchema } from './json-schema.ts'
import { renderPath } from './render-path.ts'
import { affectedPaths, repairConfig } from './repair-config.ts'
import { configSchema } from './schema/config-schema.ts'
import { valueAt } from './value-at.ts'
import { parseYaml } from './yaml-source.ts'
import type { YamlSource } from './yaml-source.ts'

/** Reads `refward.yaml`. Every problem of the file is listed at once, with path, line, value (never a secret) and remedy. */
export function parseConfig(text: string): Parsed<Config> {
  const source = parseYaml(text)
  if (source.kind === 'error') return source
  const { value } = source.value
  const checked = configSchema.safeParse(value)
  if (checked.success) {
    const config = buildConfig(checked.data, value as RawConfig)
    const problems = locateConflicts(findConflicts(config, checked.data), source.value)
    return problems.length === 0 ? { kind: 'ok', value: config } : fail(problems)
  }
  const root = configJsonSchema()
  const located = checked.error.issues.flatMap((issue) => describeIssue(issue, root, value).map(({ at, problem }) => addLine(problem, source.value.lineOf(at))))
  return fail([...located, ...findFurtherConflicts(source.value, checked.error.issues)])
}

/** In the order of the file, as an editor's list of problems is. */
function fail(problems: readonly Problem[]): Parsed<never> {
  return { kind: 'error', problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) }
}

/** Contradictions show even when other parts of the file are wrong: what is wrong is taken out first, so that one look finds all. */
function findFurtherConflicts(source: YamlSource, issues: readonly z.core.$ZodIssue[]): readonly Problem[] {
  const repaired = repairConfig(source.value, issues)
  const checked = configSchema.safeParse(repaired)
  if (!checked.success) return []
  const conflicts = findConflicts(buildConfig(checked.data, repaired as RawConfig), checked.data)
  const affected = issues.flatMap(affectedPaths)
  return locateConflicts(conflicts.filter(({ path }) => !affected.some((other) => isRelated(path, other))), source)
}

/** A contradiction at, in or around a value that was taken out may come from that. Whole entries are more than one value of theirs. */
function isRelated(path: readonly PropertyKey[], affected: readonly PropertyKey[]): boolean {
  return startsWith(path, affected) || (path.length > 2 && startsWith(affected, path))
}

/** A contradiction in what `defaults` says is shown there, and once. */
function locateConflicts(conflicts: readonly Conflict[], source: YamlSource): readonly Problem[] {
  const problems = new Map<string, Problem>()
  for (const conflict of conflicts) {
    const path = locate(conflict.path, source.value)
    const problem = addLine(describeConflict(conflict, renderPath(path)), source.lineOf(path))
    problems.set(`${problem.path} ${problem.message}`, problem)
  }
  return [...problems.values()]
}

function locate(path: readonly PropertyKey[], value: unknown): readonly PropertyKey[] {
  const [top, , ...rest] = path
  if (top !== 'repositories' || rest.length === 0 || valueAt(value, path) !== undefined) return path
  const inDefaults = ['defaults', ...rest]
  return valueAt(value, inDefaults) !== undefined ? inDefaults : path
}

function startsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.every((step, index) => path[index] === step)
}

function addLine(problem: Problem, line: number | undefined): Problem {
  return line === undefined ? problem : { ...problem, line }
}

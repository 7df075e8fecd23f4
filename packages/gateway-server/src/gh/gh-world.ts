import { type ForgeChange, type GhOutput, type Policy, runJq } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { ForgeCallContext } from '../forge-operations/forge-context.ts'
import { type ForgeReader, type ReadDeed, readForge } from '../forge-operations/forge-read.ts'
import type { RunningForgeParts } from '../forge-operations/running-changes.ts'
import { writeForge } from '../forge-operations/forge-write.ts'
import type { FieldTable } from './json/fields.ts'
import { requireFields, selectFields } from './json/fields.ts'
import { type GhAnswer, show } from './gh-answer.ts'
import { requestProblems } from '../http/request-problems.ts'
import { printable, renderJson } from './plain-text.ts'
import type { Screen } from './render-objects.ts'

/** Everything that a command of gh works with: one repository, one agent, one request. */
export interface GhWorld {
  readonly policy: Policy
  readonly context: ForgeCallContext
  readonly screen: Screen
  readonly output: GhOutput
  /** The branch that is checked out where gh was called. */
  readonly currentBranch: string | undefined
  /** `acme/widget`, for messages. */
  readonly name: string
  read<T>(deed: ReadDeed, work: (reader: ForgeReader) => Promise<T>): Promise<T>
  write(change: ForgeChange): Promise<Written>
}

export function createGhWorld(parts: RunningForgeParts, world: Omit<GhWorld, 'read' | 'write'>): GhWorld {
  return {
    ...world,
    read: (deed, work) => readForge(parts, world.context, deed, work),
    write: (change) => writeForge(parts, world.context, change),
  }
}

/** One object in the form that was asked for. */
export async function showOne<T>({ output }: Pick<GhWorld, 'output'>, table: FieldTable<T>, value: T, text: () => string | Promise<string>): Promise<GhAnswer> {
  if (output.fields === undefined) return show(await text())
  return showJson(output, await selectFields(table, output.fields, value))
}

/** A list in the form that was asked for. */
export async function showMany<T>({ output }: Pick<GhWorld, 'output'>, table: FieldTable<T>, values: readonly T[], text: () => string): Promise<GhAnswer> {
  const { fields } = output
  if (fields === undefined) return show(text())
  requireFields(table, fields)
  return showJson(output, await Promise.all(values.map((value) => selectFields(table, fields, value))))
}

export function showJson({ jq }: Pick<GhOutput, 'jq'>, value: unknown): GhAnswer {
  if (jq === undefined) return show(`${renderJson(value)}\n`)
  const made = runJq(jq, value)
  if (made.kind === 'error') throw requestProblems(made.problems, 'args')
  return show(printable(made.value))
}

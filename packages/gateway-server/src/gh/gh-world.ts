import { type ForgeChange, type GhOutput, type Policy, printable, runJq } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { ForgeCallContext } from '../forge-operations/forge-context.ts'
import { type ForgeReader, type ReadDeed, readForge } from '../forge-operations/forge-read.ts'
import type { RunningForgeParts } from '../forge-operations/running-changes.ts'
import { writeForge } from '../forge-operations/forge-write.ts'
import type { FieldTable } from './json/fields.ts'
import { requireFields, selectFields } from './json/fields.ts'
import { type GhAnswer, show } from './gh-answer.ts'
import { requestProblems } from '../http/request-problems.ts'
import { renderJson } from './plain-text.ts'
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
  /** Text without any credential of the gateway. */
  mask(text: string): string
  read<T>(deed: ReadDeed, work: (reader: ForgeReader) => Promise<T>): Promise<T>
  write(change: ForgeChange): Promise<Written>
}

export function createGhWorld(parts: RunningForgeParts, world: Omit<GhWorld, 'mask' | 'read' | 'write'>): GhWorld {
  return {
    ...world,
    mask: (text) => parts.secrets().mask(text),
    read: (deed, work) => readForge(parts, world.context, deed, work),
    write: (change) => writeForge(parts, world.context, change),
  }
}

type Showing = Pick<GhWorld, 'output' | 'mask'>

/** One object in the form that was asked for. */
export async function showOne<T>(world: Showing, table: FieldTable<T>, value: T, text: () => string | Promise<string>): Promise<GhAnswer> {
  const { fields } = world.output
  if (fields === undefined) return show(await text())
  return showJson(world, await selectFields(table, fields, value))
}

/** A list in the form that was asked for. */
export async function showMany<T>(world: Showing, table: FieldTable<T>, values: readonly T[], text: () => string): Promise<GhAnswer> {
  const { fields } = world.output
  if (fields === undefined) return show(text())
  requireFields(table, fields)
  return showJson(world, await Promise.all(values.map((value) => selectFields(table, fields, value))))
}

export function showJson({ output: { jq }, mask }: Showing, value: unknown): GhAnswer {
  if (jq === undefined) return show(`${renderJson(value)}\n`)
  // INVARIANT: masked before the expression sees it: one that takes a credential to pieces leaves nothing that could be found afterwards.
  const made = runJq(jq, maskTexts(value, mask))
  if (made.kind === 'error') throw requestProblems(made.problems, 'args')
  return show(printable(made.value))
}

function maskTexts(value: unknown, mask: Showing['mask']): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_, member: unknown) => (typeof member === 'string' ? mask(member) : member))
}

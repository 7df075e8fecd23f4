import { type ForgeChange, type ForgeObjectFact, type ForgeReadPermit, isRefwardError, numberOf, objectKindOf } from '@refward/core-policy'
import type { Issue, Pull } from '@refward/forge-api'
import type { ForgeParts } from './forge-context.ts'
import { createReader } from './forge-read.ts'

/** The object that a change is about, as the forge has it now; undefined where it has none that this session is shown. */
export async function readObject(parts: ForgeParts, reading: ForgeReadPermit, change: ForgeChange, signal: AbortSignal): Promise<ForgeObjectFact | undefined> {
  const number = numberOf(change)
  if (number === undefined) return undefined
  const reader = createReader(parts, reading, signal)
  try {
    return objectKindOf(change) === 'pull' ? factOf(await reader.get<'pull.view'>({ kind: 'pull.view', number })) : factOf(await reader.get<'issue.view'>({ kind: 'issue.view', number }))
  } catch (error) {
    if (isRefwardError(error) && error.code === 'RW_FORGE_NOT_FOUND') return undefined
    throw error
  }
}

function factOf(object: Pull | Issue): ForgeObjectFact {
  const { kind, number, id } = object
  return object.kind === 'pull' ? { kind, number, id, head: object.head, base: object.base } : { kind, number, id }
}

import { type ForgeRead, type ForgeReadPermit, decideForgeRead } from '@refward/core-policy'
import type { ForgeAnswers, ReadOf } from '@refward/forge-api'
import { toFailure } from '../http/error-answer.ts'
import { requirePermit } from '../http/refused-error.ts'
import { apiOf } from './api-of.ts'
import type { ForgeCallContext, ForgeParts } from './forge-context.ts'
import { describeDeed, recordDenial } from './record-forge.ts'
import { type RawRead, keepShown, requireShown } from './shown-reads.ts'

/** Reading for one request of an agent: what it is not shown is not in the answers. */
export interface ForgeReader {
  readonly permit: ForgeReadPermit
  get<K extends ForgeRead['kind']>(read: ReadOf<K>): Promise<ForgeAnswers[K]>
}

export interface ReadDeed {
  readonly action: string
  readonly target?: string | undefined
}

/**
 * Decides whether this session may read from the forge, records that before anything is read, and reads.
 *
 * @throws RefusedError when it may not; that is recorded too.
 */
export async function readForge<T>(parts: ForgeParts, context: ForgeCallContext, { action, target }: ReadDeed, work: (reader: ForgeReader) => Promise<T>): Promise<T> {
  const deed = { operation: 'forge-read', action, target } as const
  const decision = decideForgeRead(parts.policy(), context.subject, context.repo)
  if (decision.kind === 'deny') await recordDenial(parts, context, deed, decision.refusals)
  const permit = requirePermit(decision)
  const id = await parts.ledger.decided({ ...describeDeed(parts, context, deed), outcome: 'permit', rules: [permit.rule], codes: [] })
  try {
    const value = await work(createReader(parts, permit, context.signal))
    await parts.ledger.finished(id, { result: 'done', refs: [] })
    return value
  } catch (error) {
    await parts.ledger.finished(id, { result: 'failed', code: toFailure(error).code, refs: [] })
    throw error
  }
}

export function createReader(parts: ForgeParts, permit: ForgeReadPermit, signal: AbortSignal): ForgeReader {
  const raw: RawRead = async (read) => apiOf(parts, permit.repo).read(permit, await parts.keyring.lease(permit.repo, 'read'), read, signal)
  return {
    permit,
    get: async <K extends ForgeRead['kind']>(read: ReadOf<K>) => {
      await requireShown(permit, read, raw)
      return keepShown<K>(permit, read.kind, await raw<K>(read))
    },
  }
}

import { setTimeout as wait } from 'node:timers/promises'
import { type RefwardCode, isRefwardError } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { FinishInput } from '@refward/ledger'
import type { ForgeParts } from './forge-context.ts'
import { madeBy } from './made-by.ts'
import { type LostChange, readBack } from './read-back.ts'

const READ_BACK_MS = 20_000
/** A forge that was cut off in the middle may be at it still. */
const AGAIN_MS = 1_000

/**
 * Finds out what has become of a change whose answer was lost, for the client that still waits: what is there is its answer. Where nothing
 * is there yet, the client is told that it is not known, and the record stays open for `settle`.
 *
 * @throws unknown what it was that was lost
 */
export async function seeLost(parts: ForgeParts, lost: LostChange, error: unknown): Promise<Written> {
  const signal = AbortSignal.timeout(READ_BACK_MS)
  const written = await look(parts, lost, signal)
  if (written === undefined) throw error
  await finishWritten(parts, lost, { written })
  return written
}

async function look(parts: ForgeParts, lost: LostChange, signal: AbortSignal): Promise<Written | undefined> {
  try {
    const found = await readBack(parts, lost, signal)
    if (found !== undefined) return found
    await wait(AGAIN_MS)
    return await readBack(parts, lost, signal)
  } catch (fault) {
    // The client is told of the answer that was lost; that the forge cannot be asked either is told by its next request.
    if (signal.aborted || isRefwardError(fault)) return undefined
    throw fault
  }
}

interface Ended {
  readonly written: Written | undefined
  readonly code?: RefwardCode
  readonly by?: FinishInput['by']
}

/** Closes the record of a change: done, and what it has made; or unknown. */
export async function finishWritten({ ledger }: Pick<ForgeParts, 'ledger'>, { id, action = '' }: Pick<LostChange, 'id' | 'action'>, { written, code, by = 'request' }: Ended): Promise<FinishInput> {
  const made = written === undefined ? undefined : madeBy(action, written)
  const outcome: FinishInput = { result: written === undefined ? 'unknown' : 'done', refs: [], by, ...(code === undefined ? {} : { code }), ...(made === undefined ? {} : { made }) }
  await ledger.finished(id, outcome)
  return outcome
}

import { isRefwardError } from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { DecisionRecord, FinishInput } from '@refward/ledger'
import { readBack } from './read-back.ts'
import type { RunningForgeParts } from './running-changes.ts'
import { finishWritten } from './see-lost.ts'

/** What was found out about a change that a crash, or a lost answer, left open. */
export type SettledChange =
  | { readonly kind: 'settled'; readonly decision: DecisionRecord; readonly outcome: FinishInput }
  /** It is not there yet, or the forge cannot be asked now; the decision stays open. */
  | { readonly kind: 'open'; readonly decision: DecisionRecord; readonly error?: unknown }

/** For how long a forge may still be at something that it was sent. */
const IN_FLIGHT_MS = 120_000
/** For how long a forge that cannot be asked is asked again. */
const LONGEST_MS = 24 * 3600 * 1000
/** Faults of the moment. */
const LATER: ReadonlySet<string> = new Set(['RW_UPSTREAM_UNREACHABLE', 'RW_UPSTREAM_TIMEOUT', 'RW_UPSTREAM_FAILED', 'RW_UPSTREAM_RATE_LIMITED', 'RW_CREDENTIAL_UNAVAILABLE', 'RW_CREDENTIAL_REJECTED'])

/**
 * Asks the forge what has become of every permitted change that has no end in the ledger, and records it: done, with what was made as the
 * agent's own, or unknown where that cannot be told. Nothing is sent again.
 */
export async function settleForgeChanges(parts: RunningForgeParts, signal: AbortSignal): Promise<readonly SettledChange[]> {
  const settled: SettledChange[] = []
  for (const decision of await parts.ledger.openForgeDecisions()) {
    if (!parts.running.has(decision.id)) settled.push(await settle(parts, decision, signal))
  }
  return settled
}

type Look = { readonly kind: 'seen'; readonly written: Written | undefined } | { readonly kind: 'fault'; readonly error: unknown }

async function settle(parts: RunningForgeParts, decision: DecisionRecord, signal: AbortSignal): Promise<SettledChange> {
  const look = await readBack(parts, decision, signal).then(
    (written): Look => ({ kind: 'seen', written }),
    (error: unknown): Look => ({ kind: 'fault', error }),
  )
  const age = parts.clock() - decision.decidedAt
  if (look.kind === 'fault' && (signal.aborted || (isLater(look.error) && age < LONGEST_MS))) return { kind: 'open', decision, error: look.error }
  const written = look.kind === 'seen' ? look.written : undefined
  // A route is never known again, and is not waited for.
  if (written === undefined && decision.digest !== undefined && age < IN_FLIGHT_MS) return { kind: 'open', decision }
  const outcome = await finishWritten(parts, decision, { written, by: 'settled', ...(written === undefined ? { code: 'RW_FORGE_OUTCOME_UNKNOWN' } : {}) })
  return { kind: 'settled', decision, outcome }
}

function isLater(error: unknown): boolean {
  return isRefwardError(error) && LATER.has(error.code)
}

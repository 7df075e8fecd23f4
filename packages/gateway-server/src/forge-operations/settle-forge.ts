import type { ForgeParts } from './forge-context.ts'

/**
 * Closes the records of changes that a crash cut off between decision and outcome. Whether the forge has done them cannot be told from the
 * outside for a comment or an edit, so all are recorded as unknown, and nothing is sent again.
 *
 * @returns how many there were.
 */
export async function settleForgeChanges({ ledger }: Pick<ForgeParts, 'ledger'>): Promise<number> {
  const open = await ledger.openForgeDecisions()
  for (const { id } of open) await ledger.finished(id, { result: 'unknown', code: 'RW_FORGE_OUTCOME_UNKNOWN', refs: [], by: 'settled' })
  return open.length
}

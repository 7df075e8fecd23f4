import type { Log } from '@refward/gateway-server'
import type { PushEngine } from '@refward/git-engine'

import { repeatUntil } from './repeat-until.ts'

const retryMilliseconds = 30_000

export interface SettleOptions {
  readonly push: PushEngine
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Finds out what became of pushes that a crash or a lost answer left open, and records it. A forge that cannot be asked now is asked
 * again: an answer that was lost while the gateway runs is settled by the same loop.
 */
export async function settleOpenPushes({ push, log, signal }: SettleOptions): Promise<void> {
  await repeatUntil(signal, retryMilliseconds, () => settleOnce({ push, log, signal }))
}

async function settleOnce({ push, log, signal }: SettleOptions): Promise<void> {
  try {
    for (const settled of await push.settle(signal)) {
      const { id, repo, request } = settled.decision
      const fields = { decision: Number(id), repo, request_id: request }
      if (settled.kind === 'settled') log.info({ ...fields, result: settled.outcome.result }, 'push settled')
      else log.warn({ ...fields, err: settled.error instanceof Error ? settled.error : undefined }, 'push cannot be settled yet')
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'settling open pushes failed')
  }
}

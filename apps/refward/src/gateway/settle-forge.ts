import type { ForgePlane, Log } from '@refward/gateway-server'

import { repeatUntil } from './repeat-until.ts'

const retryMilliseconds = 30_000

export interface SettleForgeOptions {
  readonly forge: ForgePlane
  readonly log: Log
  readonly signal: AbortSignal
}

/** Finds out what became of pull requests, issues and comments that a crash or a lost answer left open, and records it. */
export async function settleForge({ forge, log, signal }: SettleForgeOptions): Promise<void> {
  await repeatUntil(signal, retryMilliseconds, () => settleOnce({ forge, log, signal }))
}

async function settleOnce({ forge, log, signal }: SettleForgeOptions): Promise<void> {
  try {
    for (const settled of await forge.settle(signal)) {
      const { id, repo, request, action } = settled.decision
      const fields = { decision: Number(id), repo, request_id: request, action }
      if (settled.kind === 'settled') log.info({ ...fields, result: settled.outcome.result }, 'change on the forge settled')
      else log.warn({ ...fields, err: settled.error instanceof Error ? settled.error : undefined }, 'change on the forge cannot be settled yet')
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'settling open changes on forges failed')
  }
}

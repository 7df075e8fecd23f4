import type { Log } from '@refward/gateway-server'
import type { PushEngine } from '@refward/git-engine'

import { repeatUntil } from './repeat-until.ts'

const everyMilliseconds = 60 * 60_000

export interface DropOptions {
  readonly push: Pick<PushEngine, 'dropTips'>
  /** Seconds that old tips are kept, by the configuration in force. */
  readonly keep: () => number
  readonly clock: () => number
  readonly log: Log
  readonly signal: AbortSignal
}

/** Lets old tips of rewritten and deleted branches go when they have been kept for as long as `undo.keep` says: now, and every hour. */
export async function dropOldTips(options: DropOptions): Promise<void> {
  await repeatUntil(options.signal, everyMilliseconds, () => dropOnce(options))
}

async function dropOnce({ push, keep, clock, log }: DropOptions): Promise<void> {
  try {
    for (const one of await push.dropTips(clock() - keep() * 1000)) {
      if (one.kind === 'dropped') log.info({ repo: one.repo, tips: one.tips.length }, 'old tips dropped')
      else log.warn({ repo: one.repo, err: toError(one.error) }, 'old tips cannot be dropped yet')
    }
  } catch (error) {
    log.error({ err: toError(error) }, 'dropping old tips failed')
  }
}

function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value))
}

import type { DecisionId } from '@refward/ledger'
import type { ForgeParts } from './forge-context.ts'

/** Changes that a request of this process is seeing to their end: nobody else closes their records. */
export interface RunningForgeParts extends ForgeParts {
  readonly running: Set<DecisionId>
}

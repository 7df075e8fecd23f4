import type { PushOutcome } from '@refward/git-engine'
import type { RequestSummary } from './request-summary.ts'

/** What the log line of a request tells of a push. */
export function summarisePush(outcome: PushOutcome | undefined): Partial<RequestSummary> {
  if (outcome === undefined) return {}
  const fault = outcome.kind === 'probe' || outcome.kind === 'judged' || outcome.fault === undefined ? {} : { fault: outcome.fault }
  return { stages: outcome.stages, ...fault, ...(outcome.kind === 'refused' ? { codes: outcome.codes } : {}) }
}

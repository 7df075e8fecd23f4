import type { Policy, RequestId } from '@refward/core-policy'
import type { Ledger } from '@refward/ledger'
import type { ForgePlane } from './forge-plane/forge-plane.ts'
import type { GitOperations } from './git-operations/git-operations.ts'
import type { Log } from './observe/log.ts'
import type { GatewayMetrics } from './observe/metrics.ts'

/** Everything that the planes stand on. Made once, in the composition root. */
export interface GatewayParts {
  /** The policy in force; a reload replaces it between two requests, never within one. */
  readonly policy: () => Policy
  /** Reads the configuration and the credentials again. Rejects, and changes nothing, when there is a mistake in it. */
  readonly reload: () => Promise<void>
  readonly ledger: Ledger
  readonly git: GitOperations
  readonly forge: ForgePlane
  readonly metrics: GatewayMetrics
  /** What has to be right for the gateway to serve. */
  readonly readiness: () => Promise<readonly ReadinessCheck[]>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newRequestId: () => RequestId
  readonly log: Log
  readonly version: string
}

export interface ReadinessCheck {
  readonly name: string
  readonly ok: boolean
  /** For the operator; holds no secret. */
  readonly detail: string
}

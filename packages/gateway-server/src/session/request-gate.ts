import { type Policy, RefwardError } from '@refward/core-policy'
import type { Ledger } from '@refward/ledger'
import { AgentLimiter } from './agent-limiter.ts'
import { type Authenticated, type Presented, authenticate } from './authenticate.ts'

/** A request of a live session, within its bounds. `leave` is called once it is answered. */
export interface Entered extends Authenticated {
  readonly leave: () => void
}

/** What every request of an agent passes first: session, rate, places. */
export interface RequestGate {
  enter(presented: Presented): Promise<Entered>
  readonly inFlight: number
  /** Refuses every new request from now on. */
  close(): void
}

export interface RequestGateParts {
  readonly ledger: Ledger
  readonly policy: () => Policy
  readonly clock: () => number
}

export function createRequestGate({ ledger, policy, clock }: RequestGateParts): RequestGate {
  const limiter = new AgentLimiter(clock)
  let closed = false
  return {
    get inFlight() {
      return limiter.inFlight
    },
    close() {
      closed = true
    },
    async enter(presented) {
      if (closed) throw new RefwardError('RW_STOPPING', {})
      const authenticated = await authenticate(ledger, presented)
      const { subject } = authenticated
      const { limits } = policy().config
      const bounds = { inFlightPerAgent: limits.agentInFlight, inFlightTotal: limits.inFlight, requestsPerMinute: limits.agentPerMinute }
      const admission = limiter.enter(subject.agent, bounds)
      switch (admission.kind) {
        case 'admitted':
          return { ...authenticated, leave: admission.leave }
        case 'agent-busy':
          throw new RefwardError('RW_LIMIT_IN_FLIGHT', { agent: subject.agent, limit: limits.agentInFlight })
        case 'gateway-busy':
          throw new RefwardError('RW_LIMIT_GATEWAY', { limit: limits.inFlight })
        case 'rate':
          throw new RefwardError('RW_LIMIT_PER_MINUTE', { agent: subject.agent, limit: limits.agentPerMinute, wait: admission.waitSeconds })
      }
    },
  }
}

/** Bounds on what one agent, and all of them together, may have under way. */
export interface LimiterBounds {
  readonly inFlightPerAgent: number
  readonly inFlightTotal: number
  readonly requestsPerMinute: number
}

export type Admission =
  | { readonly kind: 'admitted'; readonly leave: () => void }
  | { readonly kind: 'agent-busy' }
  | { readonly kind: 'gateway-busy' }
  | { readonly kind: 'rate'; readonly waitSeconds: number }

interface AgentState {
  inFlight: number
  /** Requests that may start now; refilled evenly up to a minute's worth. */
  tokens: number
  refilledAt: number
}

const MAX_IDLE_AGENTS = 10_000

/**
 * Counts what each agent has under way and how fast it asks. State is per agent, so one that floods is refused while the others
 * keep their latency.
 */
export class AgentLimiter {
  readonly #agents = new Map<string, AgentState>()
  readonly #now: () => number
  #total = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get inFlight(): number {
    return this.#total
  }

  /** Admits one request; the caller calls `leave` once, however the request ends. */
  enter(agent: string, bounds: LimiterBounds): Admission {
    const state = this.#refill(agent, bounds)
    if (state.inFlight >= bounds.inFlightPerAgent) return { kind: 'agent-busy' }
    if (this.#total >= bounds.inFlightTotal) return { kind: 'gateway-busy' }
    if (state.tokens < 1) return { kind: 'rate', waitSeconds: Math.ceil((1 - state.tokens) * (60 / bounds.requestsPerMinute)) }
    state.tokens -= 1
    state.inFlight += 1
    this.#total += 1
    return { kind: 'admitted', leave: this.#leaveOnce(state) }
  }

  #leaveOnce(state: AgentState): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      state.inFlight -= 1
      this.#total -= 1
    }
  }

  #refill(agent: string, bounds: LimiterBounds): AgentState {
    const now = this.#now()
    const known = this.#agents.get(agent)
    if (known === undefined) {
      this.#forgetIdle()
      const fresh = { inFlight: 0, tokens: bounds.requestsPerMinute, refilledAt: now }
      this.#agents.set(agent, fresh)
      return fresh
    }
    const elapsed = Math.max(0, now - known.refilledAt)
    known.tokens = Math.min(bounds.requestsPerMinute, known.tokens + (elapsed * bounds.requestsPerMinute) / 60_000)
    known.refilledAt = now
    return known
  }

  #forgetIdle(): void {
    if (this.#agents.size < MAX_IDLE_AGENTS) return
    for (const [agent, state] of this.#agents) if (state.inFlight === 0) this.#agents.delete(agent)
  }
}

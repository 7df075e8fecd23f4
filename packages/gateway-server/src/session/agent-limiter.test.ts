import { describe, expect, it } from 'vitest'
import { AgentLimiter } from './agent-limiter.ts'

const bounds = { inFlightPerAgent: 2, inFlightTotal: 3, requestsPerMinute: 60 }

function enterTimes(limiter: AgentLimiter, agent: string, times: number): string[] {
  return Array.from({ length: times }, () => limiter.enter(agent, bounds).kind)
}

describe('AgentLimiter', () => {
  it('bounds what one agent has under way and leaves room for another', () => {
    const limiter = new AgentLimiter(() => 0)
    expect(enterTimes(limiter, 'noisy', 3)).toEqual(['admitted', 'admitted', 'agent-busy'])
    expect(enterTimes(limiter, 'quiet', 2)).toEqual(['admitted', 'gateway-busy'])
  })

  it('gives a place back once, however often leave is called', () => {
    const limiter = new AgentLimiter(() => 0)
    const first = limiter.enter('a', bounds)
    limiter.enter('a', bounds)
    if (first.kind !== 'admitted') throw new Error('expected a place')
    first.leave()
    first.leave()
    expect(limiter.inFlight).toBe(1)
    expect(enterTimes(limiter, 'a', 2)).toEqual(['admitted', 'agent-busy'])
  })

  it('refuses the request after a minute of requests and says when to come again', () => {
    let now = 0
    const limiter = new AgentLimiter(() => now)
    const ask = (): ReturnType<AgentLimiter['enter']> => {
      const admission = limiter.enter('a', bounds)
      if (admission.kind === 'admitted') admission.leave()
      return admission
    }
    for (let count = 0; count < 60; count += 1) expect(ask().kind).toBe('admitted')
    expect(ask()).toEqual({ kind: 'rate', waitSeconds: 1 })
    now = 1000
    expect(ask().kind).toBe('admitted')
    expect(ask().kind).toBe('rate')
  })

  it('gives no tokens for a clock that jumps backwards', () => {
    let now = 1_000_000
    const limiter = new AgentLimiter(() => now)
    for (let count = 0; count < 60; count += 1) {
      const admission = limiter.enter('a', bounds)
      if (admission.kind === 'admitted') admission.leave()
    }
    now = 0
    expect(limiter.enter('a', bounds).kind).toBe('rate')
  })
})

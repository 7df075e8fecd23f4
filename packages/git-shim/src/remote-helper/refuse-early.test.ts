import { describe, expect, it } from 'vitest'

import { listEarlyNames, refuseEarly } from './refuse-early.ts'

const [OLD, NEW] = ['1'.repeat(40), '2'.repeat(40)] as const
const source = 'refs/heads/a'
const listed = new Map([['refs/heads/x', OLD]])
const known = new Map([[OLD, OLD], [`${OLD}^{commit}`, OLD], [source, NEW], [`${source}^{commit}`, NEW]])

describe('what git leaves to its helper to compare', () => {
  it.each([
    { name: 'commits', command: { force: false, source, ref: 'refs/heads/x' }, without: [], reason: undefined },
    { name: 'a value that was never fetched', command: { force: false, source, ref: 'refs/heads/x' }, without: [OLD, `${OLD}^{commit}`], reason: 'fetch first' },
    { name: 'a value that is no commit', command: { force: false, source, ref: 'refs/heads/x' }, without: [`${OLD}^{commit}`], reason: 'needs force' },
    { name: 'a new value that is no commit', command: { force: false, source, ref: 'refs/heads/x' }, without: [`${source}^{commit}`], reason: 'needs force' },
    { name: 'force', command: { force: true, source, ref: 'refs/heads/x' }, without: [OLD], reason: undefined },
    { name: 'a delete', command: { force: false, source: '', ref: 'refs/heads/x' }, without: [OLD], reason: undefined },
    { name: 'a new ref', command: { force: false, source, ref: 'refs/heads/new' }, without: [OLD], reason: undefined },
  ])('$name: $reason', ({ command, without, reason }) => {
    const ids = new Map([...known].filter(([name]) => !without.includes(name)))
    expect(refuseEarly(command, { listed, leases: new Map(), ids })).toBe(reason)
  })

  it('nothing, when there is a lease: git has looked at it', () => {
    const facts = { listed, leases: new Map([['refs/heads/x', OLD]]) }
    const command = { force: false, source, ref: 'refs/heads/x' }
    expect(listEarlyNames(command, facts)).toEqual([])
    expect(refuseEarly(command, { ...facts, ids: new Map() })).toBeUndefined()
  })
})

import { type RefsFacts, type Subject, ZERO_ID, compilePolicy, decideReceive, decideRefs, indexRefs, parseAgentName, parseConfig, parseObjectId, parseRepoId } from '@refward/core-policy'
import type { Row } from '../row.ts'

const DECISIONS = 20_000
const REFS = 1_000

/** The decision about the refs of a push into a repository with a thousand branches; what depends on the content grows with it. */
export const decisionRow: Row = {
  id: 'decision-us',
  unit: 'us',
  budget: 50,
  bound: 'at-most',
  measure: () => Promise.resolve(measureDecision()),
}

function measureDecision(): { readonly value: number; readonly reference: string } {
  const policy = compilePolicy(required(parseConfig(CONFIG)))
  const repo = required(parseRepoId('bench/acme/widget'))
  const subject: Subject = { agent: required(parseAgentName('fixer')), session: 'bench', repositories: ['bench/acme/*'] }
  const facts = pushFacts()
  const times: number[] = []
  for (let count = 0; count < DECISIONS; count += 1) {
    const from = performance.now()
    const receive = decideReceive(policy, subject, repo)
    if (receive.kind === 'deny' || decideRefs(receive.permit, facts).kind === 'deny') throw new Error('the push should be permitted')
    times.push((performance.now() - from) * 1000)
  }
  const sorted = times.slice(DECISIONS / 10).toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { value: at(0.5), reference: `p95 ${at(0.95).toFixed(1)} us, budget 200; ${REFS} refs upstream` }
}

function pushFacts(): RefsFacts {
  const id = required(parseObjectId('1'.repeat(40)))
  const names = ['refs/heads/main', ...Array.from({ length: REFS }, (_, index) => `refs/heads/team/topic-${index}`)]
  const refs = indexRefs(names.map((name) => ({ name, id })))
  const commands = [{ ref: 'refs/heads/agent/fixer/topic', oldId: ZERO_ID, newId: id }]
  return { commands, upstream: { refs, defaultBranch: { kind: 'known', ref: 'refs/heads/main' } }, owned: new Set() }
}

function required<T>(parsed: { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'error' }): T {
  if (parsed.kind === 'error') throw new Error('a value of the benchmark does not parse')
  return parsed.value
}

const CONFIG = `version: 1
forges:
  bench: { kind: git, url: https://git.example.org, credential: { env: TOKEN } }
repositories:
  bench/acme/*: { read: ["*"], push: ["*"], branches: { protected: ["release/**", "v*"] } }
`

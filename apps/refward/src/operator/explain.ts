import type { AgentName, Explanation, RefQuestion, RepoId } from '@refward/core-policy'
import { compilePolicy, explainPush, explainRead } from '@refward/core-policy'
import type { Ledger } from '@refward/ledger'

import type { LoadedConfig } from '../config/load-config.ts'

/** What the operator wants to know. No refs ask about reading. */
export interface Question {
  readonly agent: AgentName
  readonly repo: RepoId
  readonly grants: readonly string[]
  readonly refs: readonly RefQuestion[]
}

/** By the file and the ledger, when no gateway runs that could ask the forge. */
export async function explainFromFile(ledger: Ledger, { config }: LoadedConfig, { agent, repo, grants, refs }: Question): Promise<Explanation> {
  const policy = compilePolicy(config)
  const question = { subject: { agent, session: undefined, repositories: grants }, repo, audience: 'operator' } as const
  if (refs.length === 0) return explainRead(policy, question)
  return explainPush(policy, { ...question, refs, upstream: undefined, owned: await ledger.ownedBranches(agent, repo) })
}

import type { AgentName, Explanation, ForgeQuestion, RefQuestion, RepoId } from '@refward/core-policy'
import { assumeForge, compilePolicy, explainForge, explainPush, explainRead } from '@refward/core-policy'
import type { Ledger } from '@refward/ledger'

import type { LoadedConfig } from '../config/load-config.ts'

/** What the operator wants to know. No refs and nothing on the forge ask about reading. */
export interface Question {
  readonly agent: AgentName
  readonly repo: RepoId
  readonly grants: readonly string[]
  readonly refs: readonly RefQuestion[]
  readonly forge: readonly ForgeQuestion[]
}

/** By the file and the ledger, when no gateway runs that could ask the forge. */
export async function explainFromFile(ledger: Ledger, { config }: LoadedConfig, { agent, repo, grants, refs, forge }: Question): Promise<Explanation> {
  const policy = compilePolicy(config)
  const question = { subject: { agent, session: undefined, repositories: grants }, repo, audience: 'operator' } as const
  const ownedRefs = await ledger.ownedBranches(agent, repo)
  if (forge.length > 0) return explainForge(policy, { ...question, ...assumeForge(forge, { ownedRefs, ownedObjects: await ledger.ownedObjects(agent, repo) }) })
  if (refs.length === 0) return explainRead(policy, question)
  return explainPush(policy, { ...question, refs, upstream: undefined, owned: ownedRefs })
}

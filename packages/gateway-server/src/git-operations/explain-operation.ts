import {
  type Audience,
  type Explanation,
  type Policy,
  type RefQuestion,
  type RepoId,
  type Subject,
  type UpstreamFacts,
  decideRead,
  explainPush,
  explainRead,
} from '@refward/core-policy'
import { describeUpstream } from '@refward/git-engine'
import type { Ledger } from '@refward/ledger'
import type { ForgeAccess } from './forge-access.ts'

export interface ExplainParts {
  readonly policy: () => Policy
  readonly ledger: Pick<Ledger, 'ownedBranches'>
  readonly access: ForgeAccess
}

export interface ExplainCall {
  readonly subject: Subject
  readonly repo: RepoId
  readonly audience: Audience
  /** Refs of a push; without them the question is about reading. */
  readonly push: readonly RefQuestion[] | undefined
  readonly signal: AbortSignal
}

/**
 * What would happen, by the checks that decide and with the forge's present refs. Whoever may not read the repository learns that and
 * nothing of the forge; a forge that cannot be asked is told among the assumptions.
 */
export async function explain({ policy, ledger, access }: ExplainParts, { subject, repo, audience, push, signal }: ExplainCall): Promise<Explanation> {
  if (push === undefined) return explainRead(policy(), { subject, repo, audience })
  const upstream = await askForge(policy(), access, { subject, repo, signal })
  const owned = await ledger.ownedBranches(subject.agent, repo)
  return explainPush(policy(), { subject, repo, audience, refs: push, upstream, owned })
}

async function askForge(policy: Policy, access: ForgeAccess, { subject, repo, signal }: Pick<ExplainCall, 'subject' | 'repo' | 'signal'>): Promise<UpstreamFacts | undefined> {
  const read = decideRead(policy, subject, repo)
  if (read.kind === 'deny') return undefined
  try {
    return describeUpstream(await access.source(read.permit.repo).list(signal))
  } catch {
    // Told as an assumption of the answer; the next push will say what is wrong with the forge.
    return undefined
  }
}

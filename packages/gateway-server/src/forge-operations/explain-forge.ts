import {
  type AskedForge,
  type Audience,
  type Explanation,
  type ForgeFacts,
  type ForgeQuestion,
  type ForgeReadPermit,
  type Policy,
  type RepoId,
  type Subject,
  assumeForge,
  decideForgeIntent,
  decideForgeRead,
  explainForge,
  toAskedChange,
} from '@refward/core-policy'
import type { ForgeParts } from './forge-context.ts'
import { createReader } from './forge-read.ts'
import { readObject } from './read-object.ts'

export interface ForgeExplainCall {
  readonly subject: Subject
  readonly repo: RepoId
  readonly audience: Audience
  readonly questions: readonly ForgeQuestion[]
  readonly signal: AbortSignal
}

type Owned = Pick<ForgeFacts, 'ownedRefs' | 'ownedObjects'>

/**
 * What would become of changes on the forge, by the checks that decide and with the objects as they are there now. Whoever may not do such a
 * thing at all learns that, and the forge is not asked; a forge that cannot be asked is told among the assumptions.
 */
export async function explainChanges(parts: ForgeParts, { subject, repo, audience, questions, signal }: ForgeExplainCall): Promise<Explanation> {
  const policy = parts.policy()
  const [ownedRefs, ownedObjects] = await Promise.all([parts.ledger.ownedBranches(subject.agent, repo), parts.ledger.ownedObjects(subject.agent, repo)])
  const owned = { ownedRefs, ownedObjects }
  const known = await askForge(parts, { policy, subject, repo, questions, signal }, owned)
  return explainForge(policy, { subject, repo, audience, ...known })
}

type Known = Pick<Parameters<typeof explainForge>[1], 'asked' | 'defaultBranch' | 'assumptions'>
type Asked = Pick<ForgeExplainCall, 'subject' | 'repo' | 'questions' | 'signal'> & { readonly policy: Policy }

async function askForge(parts: ForgeParts, { policy, subject, repo, questions, signal }: Asked, owned: Owned): Promise<Known> {
  const read = decideForgeRead(policy, subject, repo)
  if (read.kind === 'deny') return assumeForge(questions, owned)
  const mayWrite = (question: ForgeQuestion): boolean => {
    const change = toAskedChange(question, undefined)
    return change !== undefined && decideForgeIntent(policy, subject, repo, change).kind === 'permit'
  }
  try {
    const open = questions.some((question) => question.action === 'pull.create' && question.base === undefined && mayWrite(question))
    const defaultBranch = open ? (await createReader(parts, read.permit, signal).get<'repository.view'>({ kind: 'repository.view' })).defaultBranch : undefined
    const asked: AskedForge[] = []
    for (const question of questions) asked.push({ question, facts: { ...owned, object: mayWrite(question) ? await readAsked(parts, read.permit, question, signal) : undefined } })
    return { asked, defaultBranch, assumptions: [] }
  } catch {
    // Told as an assumption of the answer; the next change will say what is wrong with the forge.
    return assumeForge(questions, owned)
  }
}

async function readAsked(parts: ForgeParts, permit: ForgeReadPermit, question: ForgeQuestion, signal: AbortSignal): Promise<ForgeFacts['object']> {
  const change = toAskedChange(question, undefined)
  return change === undefined ? undefined : readObject(parts, permit, change, signal)
}

import type { Check, CheckResult } from '../decide/check.ts'
import { grant, pass, refuse, SKIP } from '../decide/check.ts'
import { findOwnership } from '../decide/ref-rules.ts'
import { suggestOwnBranch } from '../decide/remedy.ts'
import { createRefusal } from '../errors/refusal.ts'
import { findRefNameProblem } from '../ids/ref-name.ts'
import { numberOf, objectKindOf } from './forge-change.ts'
import type { ForgeFacts, ForgeObjectFact } from './forge-facts.ts'
import type { ForgeIntentPermit } from './forge-permits.ts'
import { rightOf } from './forge-right.ts'
import { textChecks } from './text-checks.ts'

/** All that a rule of the forge plane may look at. */
export interface ForgeContext {
  readonly intent: ForgeIntentPermit
  readonly facts: ForgeFacts
}

/** The rules on what a change is done to, in the order in which they are asked. */
export const objectChecks: readonly Check<ForgeContext>[] = [
  { id: 'forge.object', judge: judgeObject },
  { id: 'forge.head', judge: judgeHead },
  { id: 'forge.pulls.base', judge: judgeBase },
  { id: 'forge.owner', judge: judgeOwner },
]

/** Every rule on a change; those on what is written come last. */
export const forgeChecks: readonly Check<ForgeContext>[] = [...objectChecks, ...textChecks]

/** INVARIANT: a number is believed only when the forge shows the object, of that kind, to this session. */
function judgeObject({ intent, facts: { object } }: ForgeContext): CheckResult {
  const number = numberOf(intent.change)
  if (number === undefined) return SKIP
  if (object !== undefined && object.number === number && object.kind === objectKindOf(intent.change) && intent.reading.showsObject(object)) return pass('forge.object')
  const what = `${objectKindOf(intent.change) === 'issue' ? 'issue' : 'pull request'} #${number}`
  return refuse(createRefusal('RW_FORGE_NOT_FOUND', { rule: 'forge.object' }, { what, repo: intent.repo.id }))
}

function judgeHead({ intent, facts }: ForgeContext): CheckResult {
  const { change, policy, reading, subject } = intent
  if (change.kind !== 'pull.create') return SKIP
  const branch = change.head
  const problem = findRefNameProblem(`refs/heads/${branch}`)
  if (problem !== undefined || !reading.showsBranch(branch)) return refuseBranch('forge.head', branch, 'is not a branch that this session is shown', 'push a branch first, and name it with --head')
  if (branch === change.base) return refuseBranch('forge.head', branch, 'cannot go into itself', 'name another branch with --head or --base')
  if (policy.settings.forge.pulls.create === 'any') return pass('forge.head')
  const rule = findOwnership(policy, `refs/heads/${branch}`, subject.agent, facts.ownedRefs)
  if (rule !== undefined) return pass(rule)
  const own = suggestOwnBranch(policy, subject.agent, `refs/heads/${branch}`)
  return refuseBranch('forge.pulls.create', branch, 'is not a branch of this agent', own === undefined ? 'ask the operator for a branch of your own' : `push a branch of your own first: git push origin HEAD:${own}`)
}

function judgeBase({ intent, facts }: ForgeContext): CheckResult {
  const { change, policy, reading } = intent
  // A pull request that somebody else opened into another branch must not be merged there either.
  const branch = change.kind === 'pull.create' || change.kind === 'pull.edit' ? change.base : change.kind === 'pull.merge' ? facts.object?.base : undefined
  if (branch === undefined) return SKIP
  const index = policy.rules.pullBase.findIndex((glob) => glob.matches(branch, intent.subject.agent))
  const shown = findRefNameProblem(`refs/heads/${branch}`) === undefined && reading.showsBranch(branch)
  if (index >= 0 && shown) return pass(`forge.pulls.base[${index}]`)
  const detail = shown ? 'is not one that pull requests may go to' : 'is not a branch that this session is shown'
  return refuseBranch('forge.pulls.base', branch, detail, 'name another branch with --base')
}

function refuseBranch(rule: string, branch: string, detail: string, remedy: string): CheckResult {
  return refuse(createRefusal('RW_FORGE_BRANCH', { rule }, { branch, detail, remedy }))
}

function judgeOwner(context: ForgeContext): CheckResult {
  const { intent, facts } = context
  const { rule, permission } = rightOf(intent.policy.settings.forge, intent.change)
  // What is made now has no owner yet: its rule is the one on its branch.
  if (facts.object === undefined || permission === 'any') return grant(rule)
  const ownedBy = findObjectOwnership(context, facts.object)
  if (ownedBy !== undefined) return grant(ownedBy)
  const what = `${facts.object.kind === 'pull' ? 'pull request' : 'issue'} #${facts.object.number}`
  const remedy = 'work on what you made yourself; gh pr status shows it'
  return refuse(createRefusal('RW_FORGE_NOT_OWNED', { rule }, { what, agent: intent.subject.agent, remedy }))
}

/**
 * The rule by which an object belongs to an agent. The ledger's number counts only for the very object that was made then: in a repository
 * that was deleted and made again, the same number is another object, and somebody else's.
 */
function findObjectOwnership({ intent, facts }: ForgeContext, { kind, number, id, head }: ForgeObjectFact): string | undefined {
  if (facts.ownedObjects.some((owned) => owned.kind === kind && owned.number === number && owned.id === id)) return 'ledger'
  // The branch of a fork may have any name.
  if (head === undefined || !head.isSameRepository) return undefined
  return findOwnership(intent.policy, `refs/heads/${head.branch}`, intent.subject.agent, facts.ownedRefs)
}

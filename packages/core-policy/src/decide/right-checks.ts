import { createRefusal } from '../errors/refusal.ts'
import { ZERO_ID } from '../ids/object-id.ts'
import { grant, pass, refuse, SKIP } from './check.ts'
import type { Check, CheckResult } from './check.ts'
import type { RefContext } from './ref-context.ts'
import { findPermission, findProtection, isDefaultCandidate } from './ref-rules.ts'
import { suggestPush } from './remedy.ts'

/** Rules on who may do what to a ref, in the order in which they are asked. */
export const rightChecks: readonly Check<RefContext>[] = [
  { id: 'branches.initial_push', judge: judgeInitialPush },
  { id: 'branches.protected', judge: judgeProtected },
  { id: 'branches.own', judge: judgeBranch },
  { id: 'tags', judge: judgeTag },
  { id: 'refs.own', judge: judgeOther },
]

/** Rules on the claimed old value. Asked last: before, they would tell about refs that the agent has no right to. */
export const staleChecks: readonly Check<RefContext>[] = [{ id: 'push.stale', judge: judgeStale }]

function judgeInitialPush(context: RefContext): CheckResult {
  const { place, facts, policy, receive, ref } = context
  if (place.kind !== 'branch' || facts.upstream.refs.hasBranches) return SKIP
  if (policy.settings.branches.initialPush === 'allow') return pass('branches.initial_push')
  return refuse(createRefusal('RW_REPOSITORY_EMPTY', { rule: 'branches.initial_push', ref }, { repo: receive.repo.id }))
}

function judgeProtected(context: RefContext): CheckResult {
  const { place, policy, facts, ref, agent } = context
  if (place.kind !== 'branch') return SKIP
  const rule = findProtection(policy, place.name, facts.upstream.defaultBranch)
  if (rule === undefined || (isDefaultRule(rule) && isInitial(context))) return pass('branches.protected')
  return refuse(createRefusal('RW_REF_PROTECTED', { rule, ref }, { ref, remedy: suggestPush(policy, agent, ref) }))
}

function isDefaultRule(rule: string): boolean {
  return rule.startsWith('branches.default')
}

/** The operator lets an agent make the first branch, and this is it. */
function isInitial({ policy, facts, place, action }: RefContext): boolean {
  if (policy.settings.branches.initialPush !== 'allow' || facts.upstream.refs.hasBranches || action !== 'create') return false
  return place.kind === 'branch' && isDefaultCandidate(place.name, facts.upstream.defaultBranch)
}

function judgeBranch(context: RefContext): CheckResult {
  const { place, policy, agent, action, ownedBy } = context
  if (place.kind !== 'branch') return SKIP
  if (isInitial(context)) return grant('branches.initial_push')
  if (action === 'create') {
    const rule = findPermission({ permission: policy.rules.create, key: 'branches.create', name: place.name, agent, ownedBy })
    if (rule !== undefined) return grant(rule)
    return ownedBy === undefined ? refuseNotOwned(context) : refuseCreate(context)
  }
  // Patterns of rewrite and delete narrow what an agent may do to its own; they never open what belongs to others.
  if (ownedBy === undefined) return refuseNotOwned(context)
  if (action === 'update') return grant(ownedBy)
  const rule = findPermission({ permission: policy.rules.delete, key: 'branches.delete', name: place.name, agent, ownedBy })
  return rule === undefined ? refuseDelete(context, 'branches.delete') : grant(rule)
}

function judgeTag(context: RefContext): CheckResult {
  const { place, policy, agent, action, ownedBy } = context
  if (place.kind !== 'tag') return SKIP
  const { key, permission } = {
    create: { key: 'tags.create', permission: policy.rules.tagCreate },
    update: { key: 'tags.move', permission: policy.rules.tagMove },
    delete: { key: 'tags.delete', permission: policy.rules.tagDelete },
  }[action]
  const rule = findPermission({ permission, key, name: place.name, agent, ownedBy })
  if (rule !== undefined && (action === 'create' || ownedBy !== undefined)) return grant(rule)
  return refuseTag(context, key)
}

function judgeOther(context: RefContext): CheckResult {
  const { place, action, ownedBy } = context
  if (place.kind !== 'other') return SKIP
  if (action === 'delete' && ownedBy === undefined) return refuseDelete(context, 'refs.own')
  return grant('refs.own')
}

function refuseNotOwned({ policy, agent, ref }: RefContext): CheckResult {
  const values = { ref, agent, remedy: suggestPush(policy, agent, ref) }
  return refuse(createRefusal('RW_REF_NOT_OWNED', { rule: 'branches.own', ref }, values))
}

function refuseCreate({ agent, ref }: RefContext): CheckResult {
  const values = { ref, agent, remedy: 'push to a branch of yours that exists, or ask the operator' }
  return refuse(createRefusal('RW_REF_CREATE', { rule: 'branches.create', ref }, values))
}

function refuseDelete({ agent, ref }: RefContext, rule: string): CheckResult {
  return refuse(createRefusal('RW_REF_DELETE', { rule, ref }, { ref, agent }))
}

function refuseTag({ agent, ref, action }: RefContext, rule: string): CheckResult {
  const verb = action === 'update' ? 'move' : action
  const remedy = action === 'create' ? 'push without --tags and --follow-tags, or ask the operator for the tag' : 'leave it in place, or ask the operator'
  return refuse(createRefusal('RW_TAG_DENIED', { rule, ref }, { ref, agent, action: verb, remedy }))
}

function judgeStale({ ref, oldId, command, action }: RefContext): CheckResult {
  if (action === 'delete' && oldId === ZERO_ID) {
    return refuse(createRefusal('RW_REF_MISSING', { rule: 'push.stale', ref }, { ref }))
  }
  if (command.oldId === oldId) return pass('push.stale')
  return refuse(createRefusal('RW_REF_STALE', { rule: 'push.stale', ref }, { ref }))
}

import type { CompiledPermission, RepositoryPolicy } from '../config/compile-policy.ts'
import { createRefusal } from '../errors/refusal.ts'
import type { AgentName } from '../ids/names.ts'
import { grant, refuse, SKIP } from './check.ts'
import type { CheckResult } from './check.ts'
import { findOwnership, findPermission, placeRef } from './ref-rules.ts'

interface RewriteQuestion {
  readonly policy: RepositoryPolicy
  readonly agent: AgentName
  readonly ref: string
  readonly owned: ReadonlySet<string>
}

/** May an agent put a value on a ref that does not contain the old one. Known only when the objects are there, so asked with the content. */
export function judgeRewrite({ policy, agent, ref, owned }: RewriteQuestion): CheckResult {
  const place = placeRef(ref)
  // Whoever may move a tag may move it anywhere: tags.move has decided.
  if (place.kind === 'tag') return SKIP
  const ownedBy = findOwnership(policy, ref, agent, owned)
  const id = place.kind === 'branch' ? 'branches.rewrite' : 'refs.own'
  const permission: CompiledPermission = place.kind === 'branch' ? policy.rules.rewrite : { kind: 'own' }
  const name = place.kind === 'branch' ? place.name : ref
  const rule = ownedBy === undefined ? undefined : findPermission({ permission, key: id, name, agent, ownedBy: id })
  return rule === undefined ? refuse(createRefusal('RW_REF_REWRITE', { rule: id, ref }, { ref })) : grant(rule)
}

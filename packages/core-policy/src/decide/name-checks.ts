import { createRefusal } from '../errors/refusal.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import { findRefNameProblem } from '../ids/ref-name.ts'
import { pass, refuse, SKIP } from './check.ts'
import type { Check, CheckResult } from './check.ts'
import type { RefContext } from './ref-context.ts'
import { findMatch } from './ref-rules.ts'
import { suggestOwnBranch, suggestPush } from './remedy.ts'

/** Rules on the name alone, and on names that get into each other's way. */
export const nameChecks: readonly Check<RefContext>[] = [
  { id: 'refs.name', judge: judgeName },
  { id: 'refs.duplicate', judge: judgeDuplicate },
  { id: 'refs.reserved', judge: judgeReserved },
  { id: 'refs', judge: judgeNamespace },
]

/** What else is there. Asked after the rights: before, the answers would tell about refs that the agent has no right to. */
export const conflictChecks: readonly Check<RefContext>[] = [
  { id: 'refs.symbolic', judge: judgeSymbolic },
  { id: 'refs.case', judge: judgeCase },
  { id: 'refs.directory', judge: judgeDirectory },
  { id: 'refs.ambiguous', judge: judgeAmbiguous },
]

function judgeName({ ref, policy, agent }: RefContext): CheckResult {
  const detail = findRefNameProblem(ref)
  if (detail === undefined) return pass('refs.name')
  const own = `refs/heads/${suggestOwnBranch(policy, agent, ref) ?? 'topic'}`
  return refuse(createRefusal('RW_REF_NAME_INVALID', { rule: 'refs.name', ref }, { ref, detail, own }))
}

function judgeDuplicate({ ref, pushed }: RefContext): CheckResult {
  if (!pushed.isDuplicate(ref)) return pass('refs.duplicate')
  return refuse(createRefusal('RW_REF_DUPLICATE', { rule: 'refs.duplicate', ref }, { ref }))
}

function judgeReserved({ ref, place, policy, agent }: RefContext): CheckResult {
  if (place.kind !== 'reserved') return pass('refs.reserved')
  const remedy = suggestPush(policy, agent, ref)
  return refuse(createRefusal('RW_REF_RESERVED', { rule: 'refs.reserved', ref }, { ref, remedy }))
}

function judgeNamespace({ ref, place, policy, agent }: RefContext): CheckResult {
  if (place.kind !== 'other') return SKIP
  const index = findMatch(policy.rules.refs, ref, agent)
  if (index >= 0) return pass(`refs[${index}]`)
  const remedy = suggestPush(policy, agent, ref)
  return refuse(createRefusal('RW_REF_NAMESPACE', { rule: 'refs', ref }, { ref, remedy }))
}

/** An alias in an agent's own namespace would otherwise be a way to whatever it leads to. */
function judgeSymbolic({ ref, facts, policy, agent }: RefContext): CheckResult {
  if (!facts.upstream.refs.isSymbolic(ref)) return pass('refs.symbolic')
  const remedy = suggestPush(policy, agent, ref)
  return refuse(createRefusal('RW_REF_SYMBOLIC', { rule: 'refs.symbolic', ref }, { ref, remedy }))
}

function judgeCase(context: RefContext): CheckResult {
  const { ref, action, facts, pushed } = context
  if (action !== 'create') return SKIP
  const other = facts.upstream.refs.otherCase(ref) ?? pushed.otherCase(ref)
  if (other === undefined) return pass('refs.case')
  return refuse(createRefusal('RW_REF_CASE_CONFLICT', { rule: 'refs.case', ref }, { ref, other: nameOther(context, other) }))
}

function judgeDirectory(context: RefContext): CheckResult {
  const { ref, action, facts, pushed } = context
  if (action !== 'create') return SKIP
  const other = facts.upstream.refs.inTheWay(ref) ?? pushed.inTheWay(ref)
  if (other === undefined) return pass('refs.directory')
  return refuse(createRefusal('RW_REF_DIRECTORY_CONFLICT', { rule: 'refs.directory', ref }, { ref, other: nameOther(context, other) }))
}

/** A tag `main` beside a branch `main`: `git rev-parse main` and many tools would then read the tag. */
function judgeAmbiguous(context: RefContext): CheckResult {
  const { ref, place, action, facts, pushed } = context
  if (action !== 'create' || (place.kind !== 'branch' && place.kind !== 'tag')) return SKIP
  const twin = `refs/${place.kind === 'branch' ? 'tags' : 'heads'}/${place.name}`
  const other = facts.upstream.refs.anyCase(twin) ?? (pushed.writes(twin) ? twin : undefined)
  if (other === undefined) return pass('refs.ambiguous')
  return refuse(createRefusal('RW_REF_AMBIGUOUS', { rule: 'refs.ambiguous', ref }, { ref, other: nameOther(context, other) }))
}

/** A ref that the session is not shown is not named to it. */
function nameOther({ receive, pushed }: RefContext, other: string): string {
  return receive.shows(other) || pushed.writes(other) ? quoteUntrusted(other) : 'one that is there already'
}

import { createRefusal } from '../errors/refusal.ts'
import type { Refusal } from '../errors/refusal.ts'
import { quoteUntrusted } from '../errors/quote-untrusted.ts'
import { parseObjectIdOrZero } from '../ids/object-id.ts'
import { parseRefName } from '../ids/ref-name.ts'
import type { RefName } from '../ids/ref-name.ts'
import { pass, refuse } from './check.ts'
import type { Check, CheckResult } from './check.ts'
import type { RefsFacts, RefUpdate } from './facts.ts'
import { conflictChecks, nameChecks } from './name-checks.ts'
import { RefsPermit } from './permits.ts'
import type { Decision, ReceivePermit } from './permits.ts'
import { PushedRefs } from './pushed-refs.ts'
import { createRefContext } from './ref-context.ts'
import type { RefContext } from './ref-context.ts'
import { rightChecks, staleChecks } from './right-checks.ts'

/** Every rule on refs, in the order in which they are asked. explainPush asks the same ones. */
export const refChecks: readonly Check<RefContext>[] = [...nameChecks, ...rightChecks, ...conflictChecks, ...staleChecks]

type RefVerdict =
  | { readonly kind: 'allow'; readonly ref: string; readonly update: RefUpdate; readonly rule: string }
  | { readonly kind: 'refuse'; readonly ref: string; readonly refusal: Refusal }

/**
 * Decides all refs of a push together: if one is refused, all are, the others with RW_PUSH_REFUSED_TOGETHER.
 * A push without commands is a permit for nothing.
 */
export function decideRefs(receive: ReceivePermit, facts: RefsFacts): Decision<RefsPermit> {
  const count = judgeCount(receive, facts.commands.length)
  if (count.kind === 'refuse') return { kind: 'deny', refusals: [count.refusal] }
  const pushed = new PushedRefs(facts.commands)
  const verdicts = facts.commands.map((command) => judgeRef(createRefContext(receive, facts, pushed, command)))
  if (verdicts.some(({ kind }) => kind === 'refuse')) return { kind: 'deny', refusals: refuseAll(verdicts) }
  const allowed = verdicts.filter((verdict) => verdict.kind === 'allow')
  const updates = allowed.map(({ update }) => update)
  const rules = new Map(allowed.map(({ update, rule }) => [update.ref, rule]))
  return { kind: 'permit', permit: new RefsPermit(receive, updates, facts.owned, rules) }
}

/** Asked before any other rule, so that the work of the others is bounded. */
export function judgeCount(receive: ReceivePermit, count: number): CheckResult {
  const limit = receive.policy.settings.limits.refs
  if (count <= limit) return pass('limits.refs')
  return refuse(createRefusal('RW_LIMIT_REFS', { rule: 'limits.refs' }, { limit }))
}

function judgeRef(context: RefContext): RefVerdict {
  const { ref } = context
  let granted: string | undefined
  for (const check of refChecks) {
    const result = check.judge(context)
    if (result.kind === 'refuse') return { kind: 'refuse', ref, refusal: result.refusal }
    if (result.kind === 'pass' && result.grants === true) granted = result.rule
  }
  const update = createUpdate(context)
  // INVARIANT: no rule objecting is not enough; one must have given the right.
  if (granted === undefined || update === undefined) return { kind: 'refuse', ref, refusal: refuseMalformed(ref) }
  return { kind: 'allow', ref, update, rule: granted }
}

function createUpdate({ ref, action, oldId, command }: RefContext): RefUpdate | undefined {
  const name = parseRefName(ref)
  const newId = parseObjectIdOrZero(command.newId)
  if (name.kind === 'error' || newId.kind === 'error') return undefined
  return { kind: action, ref: name.value, oldId, newId: newId.value }
}

function refuseMalformed(ref: string): Refusal {
  return createRefusal('RW_PROTOCOL_MALFORMED', { rule: 'refs.command', ref }, { detail: 'a command has no valid object id' })
}

function refuseAll(verdicts: readonly RefVerdict[]): readonly Refusal[] {
  const refused = verdicts.filter(({ kind }) => kind === 'refuse').map(({ ref }) => ref)
  return verdicts.map((verdict) => (verdict.kind === 'refuse' ? verdict.refusal : refuseTogether(verdict.update.ref, refused)))
}

/** A ref that would have been let through falls with the others, and says with which. */
function refuseTogether(ref: RefName, refused: readonly string[]): Refusal {
  const names = refused.slice(0, 3).map((name) => quoteUntrusted(name))
  const rest = refused.length > 3 ? [`and ${refused.length - 3} more`] : []
  return createRefusal('RW_PUSH_REFUSED_TOGETHER', { rule: 'push.together', ref }, { ref, refused: [...names, ...rest].join(', ') })
}

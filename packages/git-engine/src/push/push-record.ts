import { type ObjectId, type PushFacts, type ReceivePermit, type RefIndex, type RefUpdate, type Refusal, ZERO_ID, parseSessionId } from '@refward/core-policy'
import type { DecidedRef, DecisionInput, FinishInput, RefOutcome } from '@refward/ledger'
import type { PushRequest } from './push-types.ts'

/** What the client wants of one ref; git-wire's command. */
interface Command {
  readonly name: string
  readonly newId: string
}

type Who = Pick<DecisionInput, 'request' | 'agent' | 'session' | 'repo' | 'operation' | 'policy' | 'credential'>

/** Who asks for what, the same in every record of one push. */
export function describeActor(
  { request, permit }: { readonly request: PushRequest['request']; readonly permit: ReceivePermit },
  operation: 'push' | 'undo',
  policy: string | undefined,
): Who {
  const { agent } = permit.subject
  const session = parseSessionId(permit.subject.session ?? '')
  return {
    request,
    agent,
    repo: permit.repo.id,
    operation,
    credential: permit.policy.credentialMode,
    ...(session.kind === 'error' ? {} : { session: session.value }),
    ...(policy === undefined ? {} : { policy }),
  }
}

/** A denial. `refs` is the forge's view; without it, no old value is known. */
export function recordDenial(who: Who, commands: readonly Command[], refs: RefIndex | undefined, refusals: readonly Refusal[]): DecisionInput {
  const codes = [...new Set(refusals.map(({ code }) => code))]
  const general = refusals.find(({ ref }) => ref === undefined) ?? refusals[0]
  return {
    ...who,
    outcome: 'deny',
    rules: [...new Set(refusals.map(({ rule }) => rule))],
    codes,
    refs: commands.map(({ name, newId }): DecidedRef => {
      const refusal = refusals.find(({ ref }) => ref === name) ?? general
      const oldId = refs?.idOf(name) ?? ZERO_ID
      const kind = newId === ZERO_ID ? 'delete' : oldId === ZERO_ID ? 'create' : 'update'
      return { ref: name, kind, oldId, newId, rewrite: false, rule: refusal?.rule ?? 'push', ...(refusal === undefined ? {} : { code: refusal.code }) }
    }),
  }
}

/** A permit, before it is used. */
export function recordPermit(
  who: Who,
  permit: { readonly updates: readonly RefUpdate[]; readonly rules: ReadonlyMap<string, string> },
  { rewrites, brings }: { readonly rewrites: PushFacts['rewrites']; readonly brings: readonly ObjectId[] },
): DecisionInput {
  return {
    ...who,
    outcome: 'permit',
    rules: [...new Set(permit.rules.values())],
    codes: [],
    refs: permit.updates.map(({ ref, kind, oldId, newId }) => ({ ref, kind, oldId, newId, rewrite: rewrites.has(ref), rule: permit.rules.get(ref) ?? 'push' })),
    brings,
  }
}

/** How a push that was sent ended, as a whole. */
export function recordEnd(refs: readonly RefOutcome[], by: FinishInput['by']): FinishInput {
  const outcomes = refs.map(({ ref, result, message }): RefOutcome => ({ ref, result, ...(message === undefined ? {} : { message }) }))
  return { result: overall(outcomes), refs: outcomes, ...(by === undefined ? {} : { by }) }
}

function overall(refs: readonly RefOutcome[]): FinishInput['result'] {
  if (refs.some(({ result }) => result === 'unknown')) return 'unknown'
  if (refs.every(({ result }) => result === 'accepted')) return 'done'
  return refs.every(({ result }) => result === 'refused') ? 'refused' : 'partial'
}

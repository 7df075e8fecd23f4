import { createRefusal } from '../errors/refusal.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { PushFacts } from './facts.ts'
import { ForwardPermit } from './permits.ts'
import type { Decision, RefsPermit } from './permits.ts'

/** Decides on what a push contains. The permit binds the repository and each ref with its old and new id. */
export function decideContent(refs: RefsPermit, facts: PushFacts): Decision<ForwardPermit> {
  const refusals: Refusal[] = []
  if (facts.objects.unreachable !== undefined) {
    const { count, example } = facts.objects.unreachable
    refusals.push(createRefusal('RW_OBJECTS_UNREACHABLE', { rule: 'objects.reachable' }, { count, id: example }))
  }
  return refusals.length > 0 ? { kind: 'deny', refusals } : { kind: 'permit', permit: new ForwardPermit(refs) }
}

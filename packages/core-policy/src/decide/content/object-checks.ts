import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { RefTarget, RefUpdate } from '../facts.ts'
import { judgeRewrite } from '../rewrite-rule.ts'
import { placeRef } from '../ref-rules.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'

/** What the refs would point at, and what came along. */
export const objectChecks: readonly ContentCheck[] = [
  { id: 'objects.reachable', judge: judgeReachable },
  { id: 'refs.target', judge: judgeTargets },
  { id: 'branches.rewrite', judge: judgeRewrites },
]

/** CVE-2025-54586: objects that no ref reaches would arrive without having been looked at. */
function* judgeReachable({ facts }: ContentContext): Iterable<Refusal> {
  const { unreachable } = facts.objects
  if (unreachable === undefined) return
  yield createRefusal('RW_OBJECTS_UNREACHABLE', { rule: 'objects.reachable' }, { count: unreachable.count, id: unreachable.example })
}

function* judgeTargets({ refs, facts }: ContentContext): Iterable<Refusal> {
  for (const update of refs.updates) {
    if (update.kind === 'delete') continue
    const target = facts.targets.get(update.ref)
    const source = { rule: 'refs.target', ref: update.ref }
    // Nothing is taken for granted: a target that nobody looked at is as good as a missing one.
    if (target === undefined) yield createRefusal('RW_OBJECTS_MISSING', source, { detail: update.newId })
    else if (!fits(update, target)) yield createRefusal('RW_REF_TARGET', source, { ref: update.ref, type: nameTarget(target) })
  }
}

function fits({ ref }: RefUpdate, { type, peeled }: RefTarget): boolean {
  return placeRef(ref).kind === 'branch' ? type === 'commit' : peeled === 'commit'
}

function nameTarget({ type, peeled }: RefTarget): string {
  return type === peeled ? type : `${type} of a ${peeled}`
}

function* judgeRewrites({ refs, facts, policy, agent }: ContentContext): Iterable<Refusal> {
  for (const { kind, ref } of refs.updates) {
    if (kind !== 'update' || !facts.rewrites.has(ref)) continue
    const result = judgeRewrite({ policy, agent, ref, owned: refs.owned })
    if (result.kind === 'refuse') yield result.refusal
  }
}

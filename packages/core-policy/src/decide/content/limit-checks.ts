import { createRefusal } from '../../errors/refusal.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { ContentCheck, ContentContext } from './content-context.ts'

/** Bounds on what a push brings. The pipeline stops earlier where it can; these are the last word. */
export const limitChecks: readonly ContentCheck[] = [
  { id: 'limits.objects', judge: judgeObjects },
  { id: 'limits.unpacked', judge: judgeUnpacked },
  { id: 'limits.object', judge: judgeLargest },
  { id: 'limits.commits', judge: judgeCommits },
  { id: 'limits.changes', judge: judgeChanges },
]

function* judgeObjects({ facts, settings }: ContentContext): Iterable<Refusal> {
  const limit = settings.limits.objects
  if (facts.objects.count > limit) yield createRefusal('RW_LIMIT_OBJECTS', { rule: 'limits.objects' }, { limit })
}

function* judgeUnpacked({ facts, settings }: ContentContext): Iterable<Refusal> {
  const limit = settings.limits.unpacked
  if (facts.objects.bytes > limit) yield createRefusal('RW_LIMIT_TOTAL_BYTES', { rule: 'limits.unpacked' }, { limit })
}

function* judgeLargest({ facts, settings }: ContentContext): Iterable<Refusal> {
  const { largest } = facts.objects
  const limit = settings.limits.object
  if (largest === undefined || largest.bytes <= limit) return
  yield createRefusal('RW_LIMIT_OBJECT_BYTES', { rule: 'limits.object' }, { id: largest.id, size: largest.bytes, limit })
}

function* judgeCommits({ facts, settings }: ContentContext): Iterable<Refusal> {
  const limit = settings.limits.commits
  if (facts.commits.length > limit) yield createRefusal('RW_LIMIT_COMMITS', { rule: 'limits.commits' }, { limit })
}

function* judgeChanges({ facts, settings }: ContentContext): Iterable<Refusal> {
  const limit = settings.limits.changes
  if (facts.changes.length > limit) yield createRefusal('RW_LIMIT_CHANGES', { rule: 'limits.changes' }, { limit })
}

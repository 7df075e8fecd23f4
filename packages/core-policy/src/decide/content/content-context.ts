import type { RepositoryPolicy } from '../../config/compile-policy.ts'
import type { RepositorySettings } from '../../config/config.ts'
import type { Refusal } from '../../errors/refusal.ts'
import type { AgentName } from '../../ids/names.ts'
import type { PushFacts } from '../facts.ts'
import type { RefsPermit } from '../permits.ts'

/** All that a rule on content may look at. */
export interface ContentContext {
  readonly refs: RefsPermit
  readonly policy: RepositoryPolicy
  readonly settings: RepositorySettings
  readonly agent: AgentName
  readonly facts: PushFacts
}

/** A rule on content: yields what it refuses, lazily, because a push can break a rule a hundred thousand times. */
export interface ContentCheck {
  readonly id: string
  judge(context: ContentContext): Iterable<Refusal>
}

/** The beginning of an object id, as git shows it. */
export function shortId(id: string): string {
  return id.slice(0, 12)
}

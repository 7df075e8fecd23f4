import type { AgentName, ObjectId, RefName, RefwardCode, RepoId, RequestId, SessionId } from '@refward/core-policy'

import type { CredentialUse, DecidedRef, DecisionId, FinishInput, ForgeObject, GatewayEvent, Operation, RefOutcome, TipId } from './types.ts'

/**
 * What the audit tells: one line each. No member may hold a token, a credential or bytes that an agent sent other than names that
 * were parsed and messages that were bounded.
 */
export type AuditEvent =
  | GatewayEvent
  | { readonly kind: 'ledger-migrated'; readonly from: number; readonly to: number }
  | { readonly kind: 'agent-added'; readonly agent: AgentName; readonly repositories: readonly string[] }
  | { readonly kind: 'agent-revoked'; readonly agent: AgentName; readonly sessions: number }
  | SessionCreatedEvent
  | { readonly kind: 'session-extended'; readonly agent: AgentName; readonly session: SessionId; readonly expiresAt: string }
  | { readonly kind: 'session-revoked'; readonly agent: AgentName; readonly session: SessionId }
  | { readonly kind: 'branch-owned'; readonly agent: AgentName; readonly repo: RepoId; readonly ref: RefName }
  | { readonly kind: 'branch-disowned'; readonly repo: RepoId; readonly ref: RefName }
  | { readonly kind: 'worktree-added'; readonly agent: AgentName; readonly repo: RepoId; readonly ref: RefName; readonly path: string }
  /** `lost`: what was in it and nowhere else, as the operator was told. */
  | { readonly kind: 'worktree-removed'; readonly agent: AgentName; readonly repo: RepoId; readonly ref: RefName; readonly path: string; readonly lost: readonly string[] }
  | DecidedEvent
  | FinishedEvent
  | { readonly kind: 'tip-taken'; readonly tip: TipId; readonly repo: RepoId; readonly ref: RefName; readonly decision: DecisionId }
  | { readonly kind: 'tip-dropped'; readonly tip: TipId; readonly repo: RepoId; readonly ref: RefName; readonly objectId: ObjectId; readonly keptSince: string }

export interface SessionCreatedEvent {
  readonly kind: 'session-created'
  readonly agent: AgentName
  readonly session: SessionId
  readonly expiresAt: string
  readonly repositories: readonly string[] | undefined
  /** Paths. */
  readonly roots: readonly string[] | undefined
  readonly mode: 'private' | 'public' | undefined
  readonly peer: string | undefined
  readonly uid: number | undefined
}

interface DecidedEvent {
  readonly kind: 'decided'
  readonly decision: DecisionId
  readonly request: RequestId
  readonly agent: AgentName
  readonly session: SessionId | undefined
  readonly repo: RepoId
  readonly operation: Operation
  readonly outcome: 'permit' | 'deny'
  readonly rules: readonly string[]
  readonly codes: readonly RefwardCode[]
  readonly policy: string | undefined
  readonly refs: readonly AuditedRef[]
  /** How many commits and tags the push brings. */
  readonly brings: number | undefined
  readonly action: string | undefined
  readonly target: string | undefined
  readonly credential: CredentialUse | undefined
}

type AuditedRef = { readonly [Member in keyof DecidedRef]: DecidedRef[Member] | undefined }

interface FinishedEvent {
  readonly kind: 'finished'
  readonly decision: DecisionId
  readonly request: RequestId
  readonly result: FinishInput['result']
  readonly by: 'request' | 'settled'
  readonly code: RefwardCode | undefined
  readonly made: { readonly kind: ForgeObject['kind']; readonly number: number; readonly id: string } | undefined
  readonly refs: readonly { readonly [Member in keyof RefOutcome]: RefOutcome[Member] | undefined }[]
}

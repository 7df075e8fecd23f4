import type { AgentName, Explanation, SessionId } from '@refward/core-policy'
import type { Agent, AgentDetails, IssuedSession, Session, SessionScope } from '@refward/ledger'

import type { Question } from './explain.ts'

/** A session that was just made, with the address that its sandbox uses. */
export interface IssuedAccess extends IssuedSession {
  readonly publicUrl: string
  /** Path of its own socket, of a session that is bound to a user. */
  readonly socket?: string
}

/**
 * What an operator does to agents. Through the running gateway where there is one, so that the configuration in force applies; on the
 * ledger itself where there is none. A revocation holds at once either way: the gateway looks sessions up with every request.
 */
export interface Operator {
  readonly via: 'gateway' | 'ledger'
  addAgent(agent: { readonly name: AgentName; readonly repositories: readonly string[] }, lifetime: Lifetime): Promise<IssuedAccess>
  /** The roots of the scope may be written with symbolic links. @throws RW_ARGUMENT_INVALID for one that is no directory */
  addSession(agent: AgentName, lifetime: Lifetime, scope?: SessionScope): Promise<IssuedAccess>
  listSessions(agent: AgentName | undefined): Promise<readonly Session[]>
  extendSession(session: SessionId, seconds: number): Promise<Session>
  listAgents(): Promise<readonly Agent[]>
  /** @throws RW_AGENT_UNKNOWN */
  showAgent(name: AgentName): Promise<AgentDetails>
  revokeAgent(name: AgentName): Promise<Agent>
  revokeSession(session: SessionId): Promise<Session>
  explain(question: Question): Promise<Explanation>
  close(): void
}

/** Undefined takes `sessions.lifetime` of the configuration. */
export interface Lifetime {
  readonly seconds: number | undefined
}

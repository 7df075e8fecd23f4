import type { AgentName, SessionId } from '@refward/core-policy'
import { RefwardError } from '@refward/core-policy'

import { listGrants, requireAgent } from './agent-rows.ts'
import type { SessionCreatedEvent } from './audit-event.ts'
import type { AuditLog } from './audit-log.ts'
import type { Database, Row } from './database.ts'
import { withoutUndefined } from './optional.ts'
import { agentName, bytes, integer, optionalChoice, optionalInteger, optionalText, sessionId } from './rows.ts'
import { insertScope, readGrants, readRoots } from './session-scope.ts'
import { hashToken, mintToken, parseTokenId, sameHash } from './token.ts'
import type { IssuedSession, Session, SessionLookup, SessionScope, Time } from './types.ts'

export interface SessionStore {
  create(agent: AgentName, options: { readonly seconds: number } & SessionScope): IssuedSession
  extend(session: SessionId, lifetime: { readonly seconds: number }): Session
  find(token: string): SessionLookup
  touch(session: SessionId): void
  revoke(session: SessionId): Session
}

export interface SessionStoreOptions {
  readonly database: Database
  readonly audit: AuditLog
  readonly clock: () => Time
  readonly randomBytes: (size: number) => Uint8Array
}

const columns = 'id, agent, token_hash, created_at, expires_at, revoked_at, last_used_at, mode, peer, uid'
const touchMilliseconds = 60_000

/** Compared with when no session has the id, so that the answer takes as long as for a wrong secret. */
const noOnesHash: Uint8Array = new Uint8Array(32)

export function createSessionStore({ database, audit, clock, randomBytes }: SessionStoreOptions): SessionStore {
  const create: SessionStore['create'] = (agent, { seconds, ...scope }) =>
    database.write(() => {
      if (requireAgent(database, agent).revokedAt !== undefined) throw new RefwardError('RW_AGENT_REVOKED', { agent })
      const { id, token, hash } = mintToken(randomBytes)
      const expiresAt = clock() + seconds * 1000
      const { at } = audit.append({ kind: 'session-created', agent, session: id, expiresAt: new Date(expiresAt).toISOString(), ...describeScope(scope) })
      const insert = database.statement('INSERT INTO sessions (id, agent, token_hash, created_at, expires_at, mode, peer, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      insert.run(id, agent, hash, at, expiresAt, scope.mode ?? null, scope.peer ?? null, scope.uid ?? null)
      insertScope(database, id, scope)
      return { session: { id, agent, createdAt: at, expiresAt, ...scope }, token }
    })

  const find: SessionStore['find'] = (token) => {
    const id = parseTokenId(token)
    const row = id && readSession(database, id)
    // INVARIANT: nothing about a session is told before the whole token has proved itself.
    const proved = sameHash(hashToken(token), row ? bytes(row, 'token_hash') : noOnesHash)
    return row && proved ? judgeSession(database, toSession(database, row), clock()) : { kind: 'unknown' }
  }

  const touch: SessionStore['touch'] = (id) => {
    const now = clock()
    const row = readSession(database, id)
    if (row === undefined || now - (optionalInteger(row, 'last_used_at') ?? -Infinity) < touchMilliseconds) return
    database.writeLater(() => database.statement('UPDATE sessions SET last_used_at = ? WHERE id = ?').run(now, id))
  }

  const revoke: SessionStore['revoke'] = (id) =>
    database.write(() => {
      const row = readSession(database, id)
      if (row === undefined) throw unknownSession(id)
      const session = toSession(database, row)
      if (session.revokedAt !== undefined) return session
      const { at } = audit.append({ kind: 'session-revoked', agent: session.agent, session: id })
      database.statement('UPDATE sessions SET revoked_at = ? WHERE id = ?').run(at, id)
      return { ...session, revokedAt: at }
    })

  const extend: SessionStore['extend'] = (id, { seconds }) =>
    database.write(() => {
      const row = readSession(database, id)
      if (row === undefined) throw unknownSession(id)
      const session = toSession(database, row)
      if (session.revokedAt !== undefined) throw new RefwardError('RW_SESSION_REVOKED', {})
      if (clock() >= session.expiresAt) throw new RefwardError('RW_SESSION_EXPIRED', {})
      const expiresAt = clock() + seconds * 1000
      audit.append({ kind: 'session-extended', agent: session.agent, session: id, expiresAt: new Date(expiresAt).toISOString() })
      database.statement('UPDATE sessions SET expires_at = ? WHERE id = ?').run(expiresAt, id)
      return { ...session, expiresAt }
    })

  return { create, find, touch, revoke, extend }
}

/** As the audit tells it. */
function describeScope({ repositories, roots, mode, peer, uid }: SessionScope): Pick<SessionCreatedEvent, 'repositories' | 'roots' | 'mode' | 'peer' | 'uid'> {
  return { repositories, roots: roots?.map(({ path }) => path), mode, peer, uid }
}

/** Oldest first. */
export function listSessionsOf(database: Database, agent: AgentName | undefined): readonly Session[] {
  const where = agent === undefined ? '' : 'WHERE agent = ?'
  const rows = database.statement(`SELECT ${columns} FROM sessions ${where} ORDER BY created_at, id`).all(...(agent === undefined ? [] : [agent]))
  return rows.map((row) => toSession(database, row))
}

/** Live ones that are bound to a user. */
export function listBoundSessions(database: Database, now: Time): readonly Session[] {
  const rows = database.statement(`SELECT ${columns} FROM sessions WHERE uid IS NOT NULL AND revoked_at IS NULL AND expires_at > ? ORDER BY id`).all(now)
  return rows.map((row) => toSession(database, row))
}

export function endSessionsOf(database: Database, agent: AgentName, at: Time): void {
  database.statement('UPDATE sessions SET revoked_at = ? WHERE agent = ? AND revoked_at IS NULL').run(at, agent)
}

function judgeSession(database: Database, session: Session, now: Time): SessionLookup {
  const { agent, id, expiresAt, mode, roots, peer, uid, repositories: within } = session
  if (session.revokedAt !== undefined) return { kind: 'revoked', agent, session: id }
  if (now >= expiresAt) return { kind: 'expired', agent, session: id }
  const subject = withoutUndefined({ agent, session: id, repositories: listGrants(database, agent), within, mode })
  return withoutUndefined({ kind: 'live' as const, subject, expiresAt, roots, peer, uid })
}

function readSession(database: Database, id: SessionId): Row | undefined {
  return database.statement(`SELECT ${columns} FROM sessions WHERE id = ?`).get(id)
}

function toSession(database: Database, row: Row): Session {
  const id = sessionId(row, 'id')
  return withoutUndefined({
    id,
    agent: agentName(row, 'agent'),
    createdAt: integer(row, 'created_at'),
    expiresAt: integer(row, 'expires_at'),
    revokedAt: optionalInteger(row, 'revoked_at'),
    lastUsedAt: optionalInteger(row, 'last_used_at'),
    repositories: readGrants(database, id),
    roots: readRoots(database, id),
    mode: optionalChoice(row, 'mode', ['private', 'public'] as const),
    peer: optionalText(row, 'peer'),
    uid: optionalInteger(row, 'uid'),
  })
}

function unknownSession(id: SessionId): RefwardError {
  return new RefwardError('RW_ARGUMENT_INVALID', { argument: 'session', detail: `there is no session ${id}`, remedy: 'refward agent show lists the sessions of an agent' })
}

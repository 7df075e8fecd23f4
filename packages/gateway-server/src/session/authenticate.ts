import { RefwardError, type SessionId, type Subject } from '@refward/core-policy'
import type { Ledger } from '@refward/ledger'
import { readSessionToken } from './session-token.ts'

/** An agent with a live session. */
export type LiveSubject = Subject & { readonly session: SessionId }

/** A live session: who it is for, and until when. */
export interface Authenticated {
  readonly subject: LiveSubject
  readonly expiresAt: number
}

/**
 * The session behind an `Authorization` header, read from the ledger on every request: a revocation holds from the next one on.
 *
 * @throws RefwardError RW_SESSION_MISSING, RW_SESSION_UNKNOWN, RW_SESSION_EXPIRED, RW_SESSION_REVOKED or the ledger's own fault.
 */
export async function authenticate(ledger: Ledger, header: string | undefined): Promise<Authenticated> {
  if (header === undefined) throw new RefwardError('RW_SESSION_MISSING', {})
  const token = readSessionToken(header)
  if (token === undefined) throw new RefwardError('RW_SESSION_UNKNOWN', {})
  const found = await ledger.findSession(token)
  switch (found.kind) {
    case 'live':
      await ledger.touchSession(found.subject.session)
      return { subject: found.subject, expiresAt: found.expiresAt }
    case 'unknown':
      throw new RefwardError('RW_SESSION_UNKNOWN', {})
    case 'expired':
      throw new RefwardError('RW_SESSION_EXPIRED', {})
    case 'revoked':
      throw new RefwardError('RW_SESSION_REVOKED', {})
  }
}

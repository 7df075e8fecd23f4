import { RefwardError, type SessionId, type Subject } from '@refward/core-policy'
import type { Ledger, SharedRoot } from '@refward/ledger'
import { readSessionToken } from './session-token.ts'

/** An agent with a live session. */
export type LiveSubject = Subject & { readonly session: SessionId }

/** A live session: who it is for, and until when. */
export interface Authenticated {
  readonly subject: LiveSubject
  readonly expiresAt: number
  /** Directories that its sandbox shares with the gateway. */
  readonly roots: readonly SharedRoot[]
}

/** What a request says of who sends it. */
export interface Presented {
  readonly authorization: string | undefined
  /** Of the connection, never of a header. */
  readonly address: string | undefined
  /** The session whose own socket it came over. */
  readonly over: SessionId | undefined
}

/**
 * The session behind an `Authorization` header, read from the ledger on every request: a revocation holds from the next one on.
 *
 * @throws RefwardError RW_SESSION_MISSING, RW_SESSION_UNKNOWN, RW_SESSION_EXPIRED, RW_SESSION_REVOKED, RW_SESSION_PEER, RW_SESSION_SOCKET or the ledger's own fault.
 */
export async function authenticate(ledger: Ledger, { authorization: header, address, over }: Presented): Promise<Authenticated> {
  if (header === undefined) throw new RefwardError('RW_SESSION_MISSING', {})
  const token = readSessionToken(header)
  if (token === undefined) throw new RefwardError('RW_SESSION_UNKNOWN', {})
  const found = await ledger.findSession(token)
  switch (found.kind) {
    case 'live':
      if (found.peer !== undefined && found.peer !== plainAddress(address)) throw new RefwardError('RW_SESSION_PEER', {})
      // A session of one user comes over its own socket, and over that socket comes no other.
      if (over !== (found.uid === undefined ? undefined : found.subject.session)) throw new RefwardError('RW_SESSION_SOCKET', {})
      await ledger.touchSession(found.subject.session)
      return { subject: found.subject, expiresAt: found.expiresAt, roots: found.roots ?? [] }
    case 'unknown':
      throw new RefwardError('RW_SESSION_UNKNOWN', {})
    case 'expired':
      throw new RefwardError('RW_SESSION_EXPIRED', {})
    case 'revoked':
      throw new RefwardError('RW_SESSION_REVOKED', {})
  }
}

/** A listener on all addresses of IPv6 sees those of IPv4 in this form. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
}

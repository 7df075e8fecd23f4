import { RefwardError } from '@refward/core-policy'
import { type Credential, credentialOf, type Lease, type LeasePurpose } from './lease.ts'

/** Where a credential is about to be sent, and what for. */
export interface LeaseUse {
  /** Scheme, host and port of the connection that it will travel over. */
  readonly origin: string
  readonly purpose: LeasePurpose
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * The value of the `Authorization` header for one request, or undefined when the forge is used without a credential. Call it
 * right before sending and keep nothing. This entry point is for `upstream` and `forge-api` alone; a test holds others off.
 *
 * @throws RefwardError `RW_CREDENTIAL_UNAVAILABLE` when the lease has expired, `RW_INTERNAL` when it is for something else.
 */
export function revealAuthorization(lease: Lease, use: LeaseUse): string | undefined {
  // INVARIANT: a credential goes to the origin that the operator wrote beside it and to no other (CVE-2026-104636, CVE-2020-5260).
  if (lease.origin !== use.origin) throw misused(`${String(lease)} is not for ${use.origin}`)
  requireUse(lease, use)
  const credential = credentialOf(lease)
  return credential === undefined ? undefined : `Basic ${basicPair(credential)}`
}

/** How an API wants to see a credential. */
export type ApiScheme = 'basic' | 'bearer'

/**
 * The value of the `Authorization` header for one request to the forge's API, which may have an origin of its own. Call it right
 * before sending and keep nothing.
 *
 * @throws RefwardError `RW_CREDENTIAL_UNAVAILABLE` when the lease has expired, `RW_INTERNAL` when it is for something else.
 */
export function revealApiAuthorization(lease: Lease, use: LeaseUse & { readonly scheme: ApiScheme }): string | undefined {
  // INVARIANT: an API gets the credential at the origin that the operator wrote for it and at no other.
  if (lease.apiOrigin === undefined || lease.apiOrigin !== use.origin) throw misused(`${String(lease)} is not for the API at ${use.origin}`)
  requireUse(lease, use)
  const credential = credentialOf(lease)
  if (credential === undefined) return undefined
  return use.scheme === 'basic' ? `Basic ${basicPair(credential)}` : `Bearer ${credential.token}`
}

function requireUse(lease: Lease, use: LeaseUse): void {
  if (use.purpose === 'write' && lease.purpose !== 'write') throw misused(`${String(lease)} is not for writing`)
  if (use.now >= lease.expiresAt) throw new RefwardError('RW_CREDENTIAL_UNAVAILABLE', { repo: lease.repo.id, detail: 'the lease has expired' })
}

function misused(message: string): RefwardError {
  return new RefwardError('RW_INTERNAL', {}, { cause: new Error(message) })
}

const MASK = '[credential]'

/**
 * Text of the forge without the credential of this lease, in the forms in which a forge or a proxy may send it back: as it is,
 * percent-encoded, in base64 and hex, and the pair as HTTP sends it. Whatever goes to an agent is searched for many more forms by the scanner;
 * this is for the words of error messages.
 */
export function maskCredential(lease: Lease, text: string): string {
  const credential = credentialOf(lease)
  if (credential === undefined) return text
  const { token } = credential
  const bytes = Buffer.from(token)
  const hex = bytes.toString('hex')
  const forms = [basicPair(credential), bytes.toString('base64'), bytes.toString('base64url'), hex, hex.toUpperCase(), encodeURIComponent(token), token]
  return forms.reduce((masked, form) => masked.replaceAll(form, MASK), text)
}

function basicPair({ username, token }: Credential): string {
  return Buffer.from(`${username}:${token}`).toString('base64')
}

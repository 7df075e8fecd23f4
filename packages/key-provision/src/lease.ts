import { inspect } from 'node:util'
import type { RepoRef } from '@refward/core-policy'

/** What the holder of a lease may do with it. A lease to write also reads: a push begins with a listing. */
export type LeasePurpose = 'read' | 'write'

/** What a lease is for; everything about it that may be shown. */
export interface LeaseTerms {
  readonly id: string
  readonly repo: RepoRef
  readonly purpose: LeasePurpose
  /** Scheme, host and port of the forge: the one place where the credential may go. */
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The value of an `Authorization` header. Only `reveal.ts` calls it. */
export let authorizationOf: (lease: Lease) => string

/**
 * The right to use a credential for one repository and one purpose until it expires. The secret is in a private field: no
 * copy, spread, serialisation, template or inspection shows it. Only a keyring makes leases (`index.ts` exports the type alone).
 */
export class Lease implements LeaseTerms {
  readonly id: string
  readonly repo: RepoRef
  readonly purpose: LeasePurpose
  readonly origin: string
  readonly expiresAt: number
  readonly #authorization: string

  constructor(terms: LeaseTerms, authorization: string) {
    this.id = terms.id
    this.repo = terms.repo
    this.purpose = terms.purpose
    this.origin = terms.origin
    this.expiresAt = terms.expiresAt
    this.#authorization = authorization
    Object.freeze(this)
  }

  static {
    authorizationOf = (lease) => lease.#authorization
  }

  toString(): string {
    return `Lease(${this.id} ${this.purpose} ${this.repo.id})`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

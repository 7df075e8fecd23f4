import { inspect } from 'node:util'
import type { CredentialMode, RepoRef } from '@refward/core-policy'

/** What the holder of a lease may do with it. A lease to write also reads: a push begins with a listing. */
export type LeasePurpose = 'read' | 'write'

/** Everything about a lease that may be shown. */
export interface LeaseTerms {
  /** For the log; counts within this process. */
  readonly id: string
  readonly repo: RepoRef
  readonly purpose: LeasePurpose
  /** Scheme, host and port of the forge: the one place where the credential may go. */
  readonly origin: string
  /** Scheme, host and port of the forge's API, which the operator names beside it; undefined where there is none. */
  readonly apiOrigin: string | undefined
  /** Whose account it is; `none` when the forge is used without a credential. */
  readonly mode: CredentialMode | 'none'
  /** Where the operator keeps it, for a message to the operator: `environment variable GITEA_TOKEN`. */
  readonly source: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** A user name and a token for it. */
export interface Credential {
  readonly username: string
  readonly token: string
}

/** What a lease holds; undefined for a forge that is read without a credential. Only `reveal.ts` calls it. */
export let credentialOf: (lease: Lease) => Credential | undefined

/**
 * The right to use a credential for one repository and one purpose until it expires. The secret is in a private field: no
 * copy, spread, serialisation, template or inspection shows it. Only a keyring makes leases (`index.ts` exports the type alone).
 */
export class Lease implements LeaseTerms {
  readonly id: string
  readonly repo: RepoRef
  readonly purpose: LeasePurpose
  readonly origin: string
  readonly apiOrigin: string | undefined
  readonly mode: CredentialMode | 'none'
  readonly source: string
  readonly expiresAt: number
  readonly #credential: Credential | undefined

  static {
    credentialOf = (lease) => lease.#credential
    Object.defineProperty(Lease.prototype, inspect.custom, {
      value(this: Lease): string {
        return this.toString()
      },
    })
  }

  constructor(terms: LeaseTerms, credential: Credential | undefined) {
    this.id = terms.id
    this.repo = terms.repo
    this.purpose = terms.purpose
    this.origin = terms.origin
    this.apiOrigin = terms.apiOrigin
    this.mode = terms.mode
    this.source = terms.source
    this.expiresAt = terms.expiresAt
    this.#credential = credential
    Object.freeze(this)
  }

  toString(): string {
    return `Lease(${this.id} ${this.purpose} ${this.repo.id})`
  }

  toJSON(): string {
    return this.toString()
  }
}

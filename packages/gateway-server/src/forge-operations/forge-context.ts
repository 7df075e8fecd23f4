import type { ForgeName, Policy, RepoId, RequestId, ScannerName } from '@refward/core-policy'
import type { ForgeApi } from '@refward/forge-api'
import type { Keyring } from '@refward/key-provision'
import type { Ledger } from '@refward/ledger'
import type { LiveSecrets, Scanner } from '@refward/secret-scan'
import type { LiveSubject } from '../session/authenticate.ts'

/** What the forge plane stands on. */
export interface ForgeParts {
  readonly policy: () => Policy
  /** Digest of the configuration in force, for the audit. */
  readonly policyDigest: () => string
  readonly ledger: Pick<Ledger, 'decided' | 'finished' | 'ownedBranches' | 'ownedObjects' | 'isOwnedObject' | 'openForgeDecisions' | 'history'>
  readonly keyring: Pick<Keyring, 'lease'>
  /** The clients of the forges that have an API. */
  readonly apis: ReadonlyMap<ForgeName, ForgeApi>
  readonly scanner: (name: ScannerName) => Scanner
  /** Every live credential as it is now. */
  readonly secrets: () => LiveSecrets
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Who asks for what. */
export interface ForgeCallContext {
  readonly subject: LiveSubject
  readonly repo: RepoId
  readonly requestId: RequestId
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
}

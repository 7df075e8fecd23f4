export type { CommandOutcome, SourceReaders } from './credential-source.ts'
export { createKeyring, type CredentialProblem, type Keyring, type KeyringEdge, LEASE_LIFETIME_MS } from './keyring.ts'
export type { Lease, LeasePurpose, LeaseTerms } from './lease.ts'

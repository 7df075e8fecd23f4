import type { Policy, RepoId } from '@refward/core-policy'
import type { CredentialUse } from '@refward/ledger'

/** In whose name the gateway acts on the forge, for the record. */
export function credentialUse(policy: Policy, repo: RepoId): CredentialUse {
  return policy.repository(repo)?.credentialMode ?? 'none'
}

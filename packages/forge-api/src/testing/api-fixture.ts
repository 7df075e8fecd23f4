import { type ForgeChange, type ForgeFacts, type ForgeReadPermit, type ForgeWritePermit, type Policy, type RepoId, compilePolicy, decideForgeChange, decideForgeIntent, decideForgeRead, parseAgentName, parseConfig, parseRepoId } from '@refward/core-policy'
import { type Lease, type LeasePurpose, createKeyring } from '@refward/key-provision'
import { createForgeApi } from '../create-forge-api.ts'
import type { ForgeApi } from '../types.ts'

/** A client of one forge, with what it needs to act on the repository `acme/widget`. */
export interface ApiFixture {
  readonly api: ForgeApi
  readonly reading: ForgeReadPermit
  /** A permit for a change; the object that it is about is taken to be there and to be the agent's. */
  permit(change: ForgeChange): ForgeWritePermit
  lease(purpose: LeasePurpose): Promise<Lease>
  readonly signal: AbortSignal
}

export async function createApiFixture(kind: 'github' | 'gitlab', origin: string, token: string): Promise<ApiFixture> {
  const policy = unwrapPolicy(`version: 1
forges: { forge: { kind: ${kind}, url: "${origin}", credential: { env: TOKEN } } }
repositories:
  forge/acme/widget: { read: ["*"], push: ["*"], forge: { pulls: { merge: any } } }
`)
  const keyring = await createKeyring(policy, { clock: Date.now, readEnvironment: () => token, readFile: () => Promise.reject(new Error('no file')), runCommand: () => Promise.reject(new Error('no command')) })
  const forge = [...policy.config.forges.values()][0]
  const api = forge === undefined ? undefined : createForgeApi({ ...forge, ca: undefined }, { clock: Date.now })
  const repo = unwrap(parseRepoId('forge/acme/widget'))
  const subject = { agent: unwrap(parseAgentName('fixer')), session: undefined, repositories: ['forge/acme/widget'] }
  const read = decideForgeRead(policy, subject, repo)
  if (api === undefined || read.kind === 'deny') throw new Error('the fixture has no API')
  return {
    api,
    reading: read.permit,
    permit: (change) => permitChange(policy, subject, repo, change),
    lease: (purpose) => keyring.lease(read.permit.repo, purpose),
    signal: new AbortController().signal,
  }
}

function permitChange(policy: Policy, subject: Parameters<typeof decideForgeIntent>[1], repo: RepoId, change: ForgeChange): ForgeWritePermit {
  const intent = decideForgeIntent(policy, subject, repo, change)
  if (intent.kind === 'deny') throw new Error(intent.refusals[0]?.message)
  const number = 'number' in change ? change.number : 0
  const kind = change.kind.startsWith('issue') ? 'issue' : 'pull'
  const facts: ForgeFacts = { ownedRefs: new Set(), ownedObjects: [{ kind, number, id: '1' }], object: number === 0 ? undefined : { kind, number, id: '1' }, findings: [], ownCredentials: [], now: 0 }
  const decision = decideForgeChange(intent.permit, facts)
  if (decision.kind === 'deny') throw new Error(decision.refusals[0]?.message)
  return decision.permit
}

function unwrapPolicy(text: string): Policy {
  return compilePolicy(unwrap(parseConfig(text)))
}

function unwrap<T>(parsed: { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'error'; readonly problems: readonly { readonly message: string }[] }): T {
  if (parsed.kind === 'ok') return parsed.value
  throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
}

import { compilePolicy, parseConfig, parseRepoId } from '@refward/core-policy'
import { type Lease, createKeyring } from '@refward/key-provision'
import { type ResolveHost, type Upstream, createUpstream } from '@refward/upstream'

export interface EdgeOptions {
  readonly url: string
  readonly password: string
  /** PEM; the system's own by default. */
  readonly ca?: string
  readonly addresses?: readonly string[]
  readonly resolve?: ResolveHost
}

/** The gateway's own client of a forge, alone: for what a whole gateway cannot be told from outside, such as names and their addresses. */
export interface UpstreamEdge {
  readonly upstream: Upstream
  readonly lease: Lease
  /** @returns the code of the fault, or `ok`. */
  list(): Promise<string>
}

export async function createUpstreamEdge({ url, password, ca, addresses, resolve }: EdgeOptions): Promise<UpstreamEdge> {
  const ranges = addresses === undefined ? '' : `, addresses: [${addresses.join(', ')}]`
  const config = parseConfig(`version: 1
forges:
  forge: { kind: git, url: "${url}", insecure_http: true, credential: { env: TOKEN, username: gateway }${ranges} }
repositories:
  forge/acme/widget: { read: ["*"], push: ["*"] }
`)
  if (config.kind === 'error') throw new Error(JSON.stringify(config.problems))
  const policy = compilePolicy(config.value)
  const keyring = await createKeyring(policy, { clock: Date.now, readEnvironment: () => password, readFile: notUsed, runCommand: notUsed })
  const [forge] = config.value.forges.values()
  const id = parseRepoId('forge/acme/widget')
  const repo = id.kind === 'ok' ? policy.repository(id.value)?.repo : undefined
  if (forge === undefined || repo === undefined) throw new Error('the configuration has a forge and a repository')
  const upstream = createUpstream({ ...forge, ca }, { clock: Date.now, ...(resolve === undefined ? {} : { resolve }) })
  const lease = await keyring.lease(repo, 'read')
  return {
    upstream,
    lease,
    list: () => upstream.list(lease, AbortSignal.timeout(10_000)).then(() => 'ok', (error: unknown) => codeOf(error)),
  }
}

function notUsed(): Promise<never> {
  return Promise.reject(new Error('not used'))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

import { type AgentName, compilePolicy, type ForgeConfig, type ForgeName, parseConfig, parseRepoId, type Policy, type RepoRef } from '@refward/core-policy'
import { createKeyring, type Lease, type LeasePurpose } from '@refward/key-provision'
import { type HttpUpstream, type HttpUpstreamOptions, startHttpUpstream } from '@refward/testing-http-upstream'
import { createUpstream, type UpstreamEdge } from '../create-upstream.ts'
import type { Upstream } from '../types.ts'

export const PASSWORD = 'upstream-p@ss/word'

/** A real forge of one's own, and everything that is needed to speak to it. */
export interface ForgeFixture {
  readonly server: HttpUpstream
  readonly upstream: Upstream
  readonly policy: Policy
  readonly forge: ForgeConfig
  readonly agent: AgentName
  repo(name?: string): RepoRef
  lease(purpose?: LeasePurpose, name?: string): Promise<Lease>
  /** Another client of the same forge, with other settings. */
  client(settings?: Partial<ForgeConfig>, edge?: Partial<UpstreamEdge>): Upstream
  close(): Promise<void>
}

export interface ForgeSettings extends HttpUpstreamOptions {
  /** What the configuration has in place of the server's own address. */
  readonly url?: (origin: string) => string
  /** Content of the CA file. */
  readonly ca?: string
  readonly credential?: string
}

/** Long enough for a busy machine. A test of a wait sets its own. */
export const TIMEOUTS = { connect: 10, answer: 10, idle: 10, total: 30 }

export async function startForge(settings: ForgeSettings = {}): Promise<ForgeFixture> {
  const server = await startHttpUpstream({ password: PASSWORD, ...settings })
  const policy = createPolicy(settings.url?.(server.origin) ?? server.origin, settings.credential ?? '{env: TOKEN, username: gateway}')
  const forge = policy.config.forges.get('gitea' as ForgeName)
  if (forge === undefined) throw new Error('the policy has no forge')
  const keyring = await createKeyring(policy, {
    clock: Date.now,
    readEnvironment: () => PASSWORD,
    readFile: () => Promise.reject(new Error('not used')),
    runCommand: () => Promise.reject(new Error('not used')),
  })
  const clients: Upstream[] = []
  const client: ForgeFixture['client'] = (changes = {}, edge = {}) => {
    const config = { ...forge, timeouts: TIMEOUTS, ...changes, ca: settings.ca }
    clients.push(createUpstream(config, { clock: Date.now, ...edge }))
    return clients.at(-1) as Upstream
  }
  const repo = (name = 'acme/widget'): RepoRef => {
    const id = parseRepoId(`gitea/${name}`)
    const found = id.kind === 'ok' ? policy.repository(id.value) : undefined
    if (found === undefined) throw new Error(`${name} is not in the policy`)
    return found.repo
  }
  return {
    server,
    policy,
    forge,
    repo,
    client,
    upstream: client(),
    agent: 'fixer' as AgentName,
    lease: (purpose = 'read', name) => keyring.lease(repo(name), purpose),
    close: async () => {
      await Promise.all(clients.map((one) => one.close()))
      await server.close()
    },
  }
}

function createPolicy(url: string, credential: string): Policy {
  const parsed = parseConfig(`
version: 1
forges:
  gitea: { kind: git, url: '${url}', insecure_http: true, credential: ${credential} }
repositories:
  gitea/acme/*:
    read: ['*']
    push: ['*']
    branches: { own: ['**'], rewrite: ['**'], delete: ['**'] }
    tags: { create: ['**'], move: ['**'], delete: ['**'] }
`)
  if (parsed.kind === 'error') throw new Error(JSON.stringify(parsed.problems, undefined, 2))
  return compilePolicy(parsed.value)
}

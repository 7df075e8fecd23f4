import { type RepoRef, compilePolicy, parseConfig, parseRepoId } from '@refward/core-policy'
import { createKeyring } from '@refward/key-provision'
import { createUpstream } from '@refward/upstream'
import type { HttpUpstream } from '@refward/testing-http-upstream'
import type { MirrorSource } from '../../mirror/mirror-types.ts'

export const PASSWORD = 'hunter2-upstream-password'

/** The real client of a test upstream, with a real lease of its password. */
export interface TestSource {
  readonly repo: (path: string) => RepoRef
  readonly source: (path: string) => MirrorSource
  close(): Promise<void>
}

export async function connectTestSource(upstream: HttpUpstream): Promise<TestSource> {
  const config = parseConfig(configText(upstream.origin))
  if (config.kind === 'error') throw new Error(config.problems.map(({ message }) => message).join())
  const policy = compilePolicy(config.value)
  const keyring = await createKeyring(policy, {
    clock: Date.now,
    readEnvironment: () => PASSWORD,
    readFile: () => Promise.reject(new Error('no file')),
    runCommand: () => Promise.reject(new Error('no program')),
  })
  const [forge] = policy.config.forges.values()
  if (forge === undefined) throw new Error('the test has no forge')
  const client = createUpstream({ ...forge, ca: undefined }, { clock: Date.now })
  const repo = (path: string): RepoRef => {
    const id = parseRepoId(`gitea/${path}`)
    const found = id.kind === 'ok' ? policy.repository(id.value)?.repo : undefined
    if (found === undefined) throw new Error(`${path} is not in the test's configuration`)
    return found
  }
  const source = (path: string): MirrorSource => ({
    list: async (signal) => client.list(await keyring.lease(repo(path), 'read'), signal),
    fetch: async (request, signal) => client.fetch(await keyring.lease(repo(path), 'read'), request, signal),
  })
  return { repo, source, close: () => client.close() }
}

function configText(origin: string): string {
  return `version: 1
data: data
forges:
  gitea: { kind: git, url: "${origin}", credential: { env: GITEA_TOKEN, username: gateway } }
repositories:
  gitea/acme/*: { read: ["*"] }
`
}

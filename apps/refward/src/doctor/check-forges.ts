import { dirname, resolve } from 'node:path'

import type { ForgeConfig, ForgeKind, Policy, RepositoryEntry } from '@refward/core-policy'
import { compilePolicy, parseRepoId } from '@refward/core-policy'
import type { Keyring } from '@refward/key-provision'
import { createKeyring } from '@refward/key-provision'
import type { Upstream } from '@refward/upstream'

import type { World } from '../cli/world.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { createForgeConnections } from '../gateway/forge-connections.ts'
import { createSourceReaders } from '../gateway/read-sources.ts'
import type { Check } from './check.ts'
import { runCheck } from './check.ts'
import { probeForge } from './probe-forge.ts'

/** Each forge, the credentials, and what these can really do on each repository that is named without a wildcard. */
export async function checkForges(world: World, loaded: LoadedConfig): Promise<readonly Check[]> {
  const { config, file } = loaded
  const policy = compilePolicy(config)
  const configDirectory = dirname(file)
  const keyring = await createKeyring(policy, { ...createSourceReaders(world, configDirectory), clock: world.clock })
  const connections = createForgeConnections(world.clock, configDirectory)
  try {
    const checks = [checkCredentials(keyring)]
    for (const forge of config.forges.values()) checks.push(await checkForge(world, forge, configDirectory))
    await connections.replace(config)
    const rights: RightsParts = { policy, keyring, connections, signal: world.signal }
    for (const entry of config.repositories) checks.push(...(await checkRepository(rights, entry)))
    return checks
  } finally {
    await connections.close()
  }
}

function checkCredentials(keyring: Keyring): Check {
  const problems = keyring.problems()
  if (problems.length === 0) return { name: 'credentials', state: 'ok', detail: 'every source gave one' }
  return { name: 'credentials', state: 'fail', detail: problems.map(({ path, detail }) => `${path}: ${detail}`).join('; '), hint: 'set the source, or name another in the configuration' }
}

const noticedSkew = 30_000

function checkForge(world: World, forge: ForgeConfig, configDirectory: string): Promise<Check> {
  return runCheck(`forge ${forge.name}`, async () => {
    const { status, date } = await probeForge(forge.url, forge.ca === undefined ? undefined : resolve(configDirectory, forge.ca))
    const answers = `${forge.url} answers (status ${status})`
    if (date === undefined) return { state: 'ok', detail: `${answers}, without the time` }
    const skew = world.clock() - date
    const clock = `clocks differ by ${Math.round(Math.abs(skew) / 1000)} s`
    if (Math.abs(skew) <= noticedSkew) return { state: 'ok', detail: `${answers}, ${clock}` }
    return { state: 'warn', detail: `${answers}, ${clock}`, hint: 'let a time service set the clock: sessions expire by it, and the audit is dated by it' }
  })
}

interface RightsParts {
  readonly policy: Policy
  readonly keyring: Keyring
  readonly connections: { readonly upstreams: ReadonlyMap<ForgeConfig['name'], Upstream> }
  readonly signal: AbortSignal
}

/** These show the listing of a push to every reader, for the sake of refs/for, and look at the right to write only when a push comes. */
const checkedByPush: ReadonlySet<ForgeKind | undefined> = new Set<ForgeKind>(['gitea', 'forgejo'])

/** The credential's real rights, found out by asking for the listings of a fetch and of a push. Nothing is changed on the forge. */
async function checkRepository({ policy, keyring, connections, signal }: RightsParts, { key, settings }: RepositoryEntry): Promise<readonly Check[]> {
  const parsed = parseRepoId(key)
  const repo = key.includes('*') || parsed.kind === 'error' ? undefined : policy.repository(parsed.value)?.repo
  const upstream = repo && connections.upstreams.get(repo.forge)
  if (repo === undefined || upstream === undefined) return [{ name: `repository ${key}`, state: 'ok', detail: 'a pattern: the rights show with the first use of each repository' }]
  const read = await runCheck(`read ${repo.id}`, async () => {
    const { refs, head } = await upstream.list(await keyring.lease(repo, 'read'), signal)
    return { state: 'ok', detail: `${refs.length} refs, default branch ${head?.symref ?? 'not known'}` }
  })
  if (settings.push.length === 0) return [read]
  const write = await runCheck(`push ${repo.id}`, async () => {
    const { capabilities } = await upstream.listForPush(await keyring.lease(repo, 'write'), signal)
    const kind = policy.config.forges.get(repo.forge)?.kind
    const right = checkedByPush.has(kind) ? 'the credential is taken, and whether its user may write shows with the first push' : 'allowed'
    return { state: 'ok', detail: `${right}; atomic pushes ${capabilities.atomic ? 'are' : 'are not'} supported` }
  })
  return [read, write]
}

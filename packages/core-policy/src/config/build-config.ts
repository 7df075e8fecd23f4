import type { ForgeName } from '../ids/names.ts'
import type { Config, CredentialConfig, ForgeConfig, ForgeKind, ListenAddress, RepositoryEntry } from './config.ts'
import { mergeDefaults } from './merge-defaults.ts'
import type { WrittenConfig } from './schema/config-schema.ts'
import type { WrittenCredential, WrittenForge } from './schema/forge-schema.ts'
import { repositorySchema } from './schema/repository-schema.ts'
import { valueAt } from './value-at.ts'

/** Puts the checked file into the form that the gateway uses. `raw` is the same file before defaults were filled in. */
export function buildConfig(written: WrittenConfig, raw: RawConfig): Config {
  const forges = new Map(Object.entries(written.forges).map(([name, forge]) => [name as ForgeName, buildForge(name as ForgeName, forge)]))
  const { version, listen, data, sessions, limits, scanners, mirrors, undo, log } = written
  return {
    version,
    listen,
    publicUrl: trimSlashes(written.public_url ?? describeListen(listen)),
    data,
    control: { socket: written.control.socket },
    forges,
    repositories: Object.keys(written.repositories).map((key) => buildEntry(key, raw, forges)),
    sessions,
    limits,
    scanners,
    mirrors,
    undo,
    log,
  }
}

/** The file as YAML gave it, its shape proved by the schema. */
export interface RawConfig {
  readonly defaults?: unknown
  readonly repositories?: unknown
}

/** Merged before the schema fills in its own defaults: an entry's silence must not overrule what `defaults` says. */
function buildEntry(key: string, raw: RawConfig, forges: ReadonlyMap<string, ForgeConfig>): RepositoryEntry {
  const own = valueAt(raw, ['repositories', key])
  const { credential, ...settings } = repositorySchema.parse(mergeDefaults(raw.defaults, own))
  const kind = forges.get(key.split('/')[0] ?? '')?.kind ?? 'git'
  return { key, settings: { ...settings, visibility: settings.visibility, credential: credential === undefined ? undefined : buildCredential(credential, kind) } }
}

function buildForge(name: ForgeName, { kind, url, api, credential, ca, addresses, timeouts, connections }: WrittenForge): ForgeConfig {
  const base = trimSlashes(url)
  return { name, kind, url: base, apiUrl: api === undefined ? usualApi(kind, base) : trimSlashes(api), credential: buildCredential(credential, kind), ca, addresses, timeouts, connections }
}

/** Where a forge of this kind has its API when nothing else is written. */
function usualApi(kind: ForgeKind, url: string): string | undefined {
  switch (kind) {
    case 'gitea':
    case 'forgejo':
      return `${url}/api/v1`
    case 'github':
      return url.toLowerCase() === 'https://github.com' ? 'https://api.github.com' : `${url}/api/v3`
    case 'gitlab':
      return `${url}/api/v4`
    case 'git':
      return undefined
  }
}

/** What the forges expect beside a token; where the name does not matter to them, a telling one. */
const USERNAMES: Readonly<Record<ForgeKind, string>> = {
  gitea: 'refward',
  forgejo: 'refward',
  github: 'x-access-token',
  gitlab: 'oauth2',
  git: 'git',
}

function buildCredential({ env, file, command, username, mode }: WrittenCredential, kind: ForgeKind): CredentialConfig {
  const name = username ?? USERNAMES[kind]
  if (env !== undefined) return { kind: 'env', variable: env, username: name, mode }
  if (file !== undefined) return { kind: 'file', path: file, username: name, mode }
  const [program, ...parameters] = command ?? []
  return program === undefined ? { kind: 'none' } : { kind: 'command', argv: [program, ...parameters], username: name, mode }
}

function describeListen({ host, port }: ListenAddress): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function trimSlashes(text: string): string {
  return text.replace(/\/+$/, '')
}

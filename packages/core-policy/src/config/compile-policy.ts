import type { AgentName } from '../ids/names.ts'
import type { RepoId, RepoRef } from '../ids/repo-id.ts'
import { splitRepoId, stripGitSuffix } from '../ids/repo-id.ts'
import { compileGlob } from '../pattern/glob.ts'
import type { Glob } from '../pattern/glob.ts'
import { compilePathRules } from '../pattern/path-rules.ts'
import type { PathRules } from '../pattern/path-rules.ts'
import type { Config, CredentialConfig, CredentialMode, ForgeKind, RefPermission, RepositoryEntry, RepositorySettings } from './config.ts'

/** The compiled configuration, as decisions use it. */
export interface Policy {
  readonly config: Config
  /** The one entry that is for this repository, or undefined: a repository that no entry names is denied. */
  repository(id: RepoId): RepositoryPolicy | undefined
}

/** The rules of one repository. */
export interface RepositoryPolicy {
  readonly repo: RepoRef
  /** Address of the forge, for submodules that come from it. */
  readonly forgeUrl: string | undefined
  readonly forgeKind: ForgeKind
  /** Whose account the credential of this repository is for; `none` where there is no credential. */
  readonly credentialMode: CredentialMode | 'none'
  /** The key of the entry in the configuration. */
  readonly entry: string
  readonly settings: RepositorySettings
  readonly rules: CompiledRules
  shows(refName: string, agent: AgentName): boolean
}

interface CompiledRules {
  readonly read: readonly Glob[]
  readonly push: readonly Glob[]
  readonly visible: readonly Glob[]
  readonly own: readonly Glob[]
  readonly protected: readonly Glob[]
  readonly refs: readonly Glob[]
  readonly create: CompiledPermission
  readonly rewrite: CompiledPermission
  readonly delete: CompiledPermission
  readonly tagCreate: CompiledPermission
  readonly tagMove: CompiledPermission
  readonly tagDelete: CompiledPermission
  readonly paths: PathRules
  readonly author: readonly Glob[]
  readonly committer: readonly Glob[]
  readonly submoduleHosts: readonly Glob[]
  readonly pullBase: readonly Glob[]
}

export type CompiledPermission =
  | { readonly kind: 'never' }
  | { readonly kind: 'own' }
  | { readonly kind: 'patterns'; readonly patterns: readonly Glob[] }

interface CompiledEntry {
  readonly entry: RepositoryEntry
  readonly glob: Glob
  readonly rules: CompiledRules
}

/** An entry that names a repository exactly goes before one with a wildcard; among wildcards the first in the file wins. */
export function compilePolicy(config: Config): Policy {
  const exact = new Map<string, CompiledEntry>()
  const wildcards: CompiledEntry[] = []
  for (const entry of config.repositories) {
    const compiled = compileEntry(entry)
    if (entry.key.includes('*')) wildcards.push(compiled)
    else exact.set(stripGitSuffix(entry.key).toLowerCase(), compiled)
  }
  return {
    config,
    repository: (id) => {
      const named = exact.get(id)
      if (named !== undefined) return bindRepository(config, named, describeRepo(id, stripGitSuffix(named.entry.key)))
      const matching = isWiki(id) ? undefined : wildcards.find(({ glob }) => glob.matches(id))
      return matching === undefined ? undefined : bindRepository(config, matching, describeRepo(id, id))
    },
  }
}

/** Forges serve the wiki of a repository under such a name, with other rules than the repository's: only an exact entry opens it. */
function isWiki(id: RepoId): boolean {
  return id.endsWith('.wiki')
}

/** The path as the entry spells it; behind a wildcard there is only the canonical spelling. */
function describeRepo(id: RepoId, spelling: string): RepoRef {
  return { id, forge: splitRepoId(id).forge, path: spelling.slice(spelling.indexOf('/') + 1) }
}

function bindRepository({ forges }: Config, { entry, rules }: CompiledEntry, repo: RepoRef): RepositoryPolicy {
  return {
    repo,
    forgeUrl: forges.get(repo.forge)?.url,
    forgeKind: forges.get(repo.forge)?.kind ?? 'git',
    credentialMode: modeOf(entry.settings.credential ?? forges.get(repo.forge)?.credential),
    entry: entry.key,
    settings: entry.settings,
    rules,
    shows: (refName, agent) => refName === 'HEAD' || rules.visible.some((glob) => glob.matches(refName, agent)),
  }
}

function modeOf(credential: CredentialConfig | undefined): CredentialMode | 'none' {
  return credential === undefined || credential.kind === 'none' ? 'none' : credential.mode
}

function compileEntry(entry: RepositoryEntry): CompiledEntry {
  return { entry, glob: compileGlob(entry.key, true), rules: compileRules(entry.settings) }
}

function compileRules(settings: RepositorySettings): CompiledRules {
  const { branches, tags } = settings
  return {
    read: compileGlobs(settings.read),
    push: compileGlobs(settings.push),
    visible: compileGlobs(settings.visible),
    own: compileGlobs(branches.own),
    // Folded: on a forge whose file system folds case, a push to Main moves main.
    protected: compileGlobs(branches.protected, true),
    refs: compileGlobs(settings.refs),
    create: compilePermission(branches.create),
    rewrite: compilePermission(branches.rewrite),
    delete: compilePermission(branches.delete),
    tagCreate: compilePermission(tags.create),
    tagMove: compilePermission(tags.move),
    tagDelete: compilePermission(tags.delete),
    paths: compilePathRules(settings.paths),
    author: compileGlobs(settings.commits.author, true),
    committer: compileGlobs(settings.commits.committer, true),
    submoduleHosts: compileGlobs(settings.submodules.hosts, true),
    pullBase: compileGlobs(settings.forge.pulls.base),
  }
}

function compileGlobs(sources: readonly string[], foldCase: boolean = false): readonly Glob[] {
  return sources.map((source) => compileGlob(source, foldCase))
}

function compilePermission(permission: RefPermission): CompiledPermission {
  if (permission === 'never' || permission === 'own') return { kind: permission }
  return { kind: 'patterns', patterns: compileGlobs(permission) }
}

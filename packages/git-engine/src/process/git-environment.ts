/** Where a child reads and writes objects when that is not the repository's own object directory: a quarantine. */
export interface ObjectStore {
  /** Absolute directory that new objects are written to. */
  readonly directory: string
  /** Absolute object directories that are read as well. */
  readonly alternates: readonly string[]
}

/** A repository that an agent can write. What git would look up by a name in it is named here instead, so that it is not looked up. */
export interface UntrustedRepository {
  /** Absolute; what `commondir` would lead to. */
  readonly commonDir: string
  /** Absolute. */
  readonly objects: string
}

export interface GitEnvironmentOptions {
  /** An empty directory of ours. */
  readonly home: string
  readonly objects?: ObjectStore
  /** Wire protocol that `upload-pack` is to speak. */
  readonly protocol?: 0 | 1 | 2
  readonly untrusted?: UntrustedRepository
  /** For check-ignore, which does not run where paths are said to be literal, and takes them so all the same. */
  readonly plainPaths?: boolean
  /** Bytes that git may take in one piece; it ends when it needs more. Bounds what one object of a pack bomb can cost. */
  readonly allocationLimitBytes?: number
}

/**
 * The environment of every git child, built from empty, so that nothing of the operator's shell (`GIT_TRACE*`, `GIT_DIR`,
 * `GIT_SSH_COMMAND`, proxies, credentials) reaches it.
 */
export function buildGitEnvironment(options: GitEnvironmentOptions): Readonly<Record<string, string>> {
  return {
    HOME: options.home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // INVARIANT: git does the objects, Refward does the network. The empty list allows no transport at all.
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    ...(options.plainPaths === true ? {} : { GIT_LITERAL_PATHSPECS: '1' }),
    ...objectVariables(options.objects),
    ...untrustedVariables(options.untrusted),
    ...(options.allocationLimitBytes === undefined ? {} : { GIT_ALLOC_LIMIT: String(options.allocationLimitBytes) }),
    ...(options.protocol === undefined || options.protocol === 0 ? {} : { GIT_PROTOCOL: `version=${options.protocol}` }),
  }
}

function objectVariables(objects: ObjectStore | undefined): Readonly<Record<string, string>> {
  if (objects === undefined) return {}
  return {
    GIT_OBJECT_DIRECTORY: objects.directory,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.alternates.map(quotePath).join(':'),
    // Makes git refuse to move refs while their objects are still in quarantine.
    GIT_QUARANTINE_PATH: objects.directory,
  }
}

/** Grafts and shallow files say that commits have other parents than they have. */
function untrustedVariables(repository: UntrustedRepository | undefined): Readonly<Record<string, string>> {
  if (repository === undefined) return {}
  return { GIT_COMMON_DIR: repository.commonDir, GIT_OBJECT_DIRECTORY: repository.objects, GIT_GRAFT_FILE: '/dev/null', GIT_SHALLOW_FILE: '' }
}

/** Git splits the list at colons and unquotes C strings: a data directory whose name holds a colon must not become two. */
function quotePath(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`
}

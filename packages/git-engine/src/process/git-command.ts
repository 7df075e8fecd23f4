/**
 * The one table of what git may be asked to do here. A subcommand or flag that is not in it does not type-check and, from
 * untyped callers, throws: nothing that an agent sends can add to it.
 *
 * Flag kinds: `switch` stands alone; `count` takes a non-negative integer; `text` takes a value that may not begin with `-`;
 * a list takes one of its words. `operands` says how many positional arguments the subcommand takes.
 * `endOfOptions` is true where git's own parser knows `--end-of-options`.
 */
export const gitCommands = {
  version: { flags: {}, operands: 'none', endOfOptions: false, config: [] },
  init: {
    flags: { '--bare': 'switch', '--quiet': 'switch', '--template': 'text', '--object-format': ['sha1', 'sha256'] },
    operands: 'one',
    endOfOptions: true,
    config: ['init.defaultBranch=main'],
  },
  'index-pack': {
    flags: {
      '--stdin': 'switch',
      '--fix-thin': 'switch',
      '--strict': 'switch',
      '--fsck-objects': 'switch',
      '--check-self-contained-and-connected': 'switch',
      '--rev-index': 'switch',
      '--keep': 'text',
      '--threads': 'count',
      '--max-input-size': 'count',
      '--object-format': ['sha1', 'sha256'],
    },
    operands: 'one',
    endOfOptions: false,
    // What index-pack writes is put aside first; it is flushed to the disk when it moves into a mirror (mirror/index-incoming.ts).
    config: ['pack.writeReverseIndex=true', 'core.fsync=none'],
  },
  'update-ref': {
    flags: { '--stdin': 'switch', '--no-deref': 'switch', '-z': 'switch' },
    operands: 'none',
    endOfOptions: false,
    config: [],
  },
  'symbolic-ref': { flags: {}, operands: 'two', endOfOptions: false, config: [] },
  'for-each-ref': { flags: { '--format': 'text' }, operands: 'many', endOfOptions: true, config: [] },
  'pack-refs': { flags: { '--all': 'switch', '--prune': 'switch' }, operands: 'none', endOfOptions: false, config: [] },
  'rev-parse': { flags: { '--verify': 'switch', '--quiet': 'switch' }, operands: 'one', endOfOptions: true, config: [] },
  'rev-list': {
    flags: {
      '--stdin': 'switch',
      '--objects': 'switch',
      '--objects-edge': 'switch',
      '--object-names': 'switch',
      '--no-object-names': 'switch',
      '--in-commit-order': 'switch',
      '--parents': 'switch',
      '--all': 'switch',
      '--count': 'switch',
      '--quiet': 'switch',
      '--topo-order': 'switch',
      '--reverse': 'switch',
      '--use-bitmap-index': 'switch',
      '--ignore-missing': 'switch',
      '--max-count': 'count',
      '--missing': ['error', 'print', 'allow-any'],
      '--not': 'switch',
      '--alternate-refs': 'switch',
    },
    operands: 'many',
    endOfOptions: true,
    config: [],
  },
  'merge-base': { flags: { '--is-ancestor': 'switch' }, operands: 'many', endOfOptions: true, config: [] },
  'cat-file': {
    flags: {
      '--batch': 'optional-text',
      '--batch-check': 'optional-text',
      '--batch-command': 'optional-text',
      '--batch-all-objects': 'switch',
      '--unordered': 'switch',
      '--buffer': 'switch',
    },
    operands: 'none',
    endOfOptions: true,
    config: [],
  },
  'diff-tree': {
    flags: {
      '--stdin': 'switch',
      '--root': 'switch',
      '--always': 'switch',
      '--raw': 'switch',
      '--no-commit-id': 'switch',
      '--no-renames': 'switch',
      // Without it a .gitmodules of the mirror's own HEAD (ignore = all) hides changes of submodules from the list.
      '--ignore-submodules': ['none'],
      '--no-abbrev': 'switch',
      '--full-index': 'switch',
      '--no-textconv': 'switch',
      '--no-ext-diff': 'switch',
      '--name-only': 'switch',
      '-c': 'switch',
      '-m': 'switch',
      '-r': 'switch',
      '-t': 'switch',
      '-z': 'switch',
    },
    operands: 'many',
    endOfOptions: true,
    config: ['diff.renames=false', 'core.quotePath=false'],
  },
  'ls-tree': {
    flags: { '-r': 'switch', '-t': 'switch', '-z': 'switch', '--full-tree': 'switch', '--format': 'text' },
    operands: 'one',
    endOfOptions: true,
    config: [],
  },
  // Files of a commit, into directories of ours; git itself refuses names such as .git and .. there.
  'read-tree': {
    flags: { '-m': 'switch', '-u': 'switch' },
    operands: 'one',
    endOfOptions: true,
    config: ['core.protectHFS=true', 'core.protectNTFS=true'],
  },
  'checkout-index': {
    flags: { '--stdin': 'switch', '--quiet': 'switch', '-z': 'switch' },
    operands: 'none',
    endOfOptions: true,
    config: ['core.protectHFS=true', 'core.protectNTFS=true'],
  },
  'check-ignore': { flags: { '--stdin': 'switch', '--no-index': 'switch', '-z': 'switch' }, operands: 'none', endOfOptions: true, config: [] },
  'diff-index': {
    flags: {
      '--cached': 'switch',
      '--name-only': 'switch',
      '--no-renames': 'switch',
      '--no-ext-diff': 'switch',
      '--no-textconv': 'switch',
      '--ignore-submodules': ['none'],
      '-z': 'switch',
    },
    operands: 'one',
    endOfOptions: true,
    config: [],
  },
  'pack-objects': {
    flags: {
      '--revs': 'switch',
      '--thin': 'switch',
      '--stdout': 'switch',
      '--delta-base-offset': 'switch',
      '--quiet': 'switch',
      '--all-progress': 'switch',
      '--all-progress-implied': 'switch',
      '--progress': 'switch',
      '--no-reuse-delta': 'switch',
      '--window': 'count',
      '--depth': 'count',
      '--threads': 'count',
    },
    operands: 'none',
    endOfOptions: true,
    config: [],
  },
  'upload-pack': {
    flags: { '--stateless-rpc': 'switch', '--strict': 'switch', '--timeout': 'count' },
    operands: 'one',
    endOfOptions: true,
    // Refward has decided on every wanted id before the child starts (fetch/), with a stricter rule than git's own.
    config: ['uploadpack.allowAnySHA1InWant=true', 'uploadpack.allowFilter=true', 'uploadpack.keepAlive=5'],
  },
  repack: {
    flags: {
      '-a': 'switch',
      '-d': 'switch',
      '-l': 'switch',
      '-q': 'switch',
      '-n': 'switch',
      '--geometric': 'count',
      '--write-midx': 'switch',
      '--write-bitmap-index': 'switch',
      '--threads': 'count',
      '--keep-unreachable': 'switch',
    },
    operands: 'none',
    endOfOptions: true,
    config: [],
  },
  // Reads the entries of a .gitmodules: git's own reading of its configuration format, never one of ours.
  config: {
    flags: { '--blob': 'text', '--list': 'switch', '--null': 'switch', '--no-includes': 'switch' },
    operands: 'none',
    endOfOptions: false,
    config: [],
  },
  'commit-graph': {
    verb: ['write', 'verify'],
    flags: { '--reachable': 'switch', '--split': 'optional-text', '--no-progress': 'switch' },
    operands: 'none',
    endOfOptions: false,
    config: [],
  },
  'multi-pack-index': {
    verb: ['write', 'verify'],
    flags: { '--bitmap': 'switch', '--no-progress': 'switch' },
    operands: 'none',
    endOfOptions: false,
    config: [],
  },
  'verify-pack': { flags: {}, operands: 'many', endOfOptions: true, config: [] },
  fsck: {
    flags: { '--connectivity-only': 'switch', '--no-dangling': 'switch', '--no-progress': 'switch', '--strict': 'switch' },
    operands: 'many',
    endOfOptions: true,
    config: [],
  },
} as const

/** Configuration that every git child gets, before that of its subcommand. */
export const fixedConfig: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.logAllRefUpdates=false',
  'core.commitGraph=true',
  // Files from this size on go through git in pieces and are never held whole. Must be below every allocation limit.
  'core.bigFileThreshold=16m',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
  'advice.detachedHead=false',
]

/**
 * Besides, for the one child that reads a directory which an agent can write. Settings of the command line go before those of the repository.
 */
export const untrustedConfig: readonly string[] = [
  // Git refuses the repository of another user, to keep that user's hooks and settings from being obeyed. Here they never are.
  'safe.directory=*',
  // Indexes that the agent could have forged: what they say of the objects would be believed.
  'core.commitGraph=false',
  'core.multiPackIndex=false',
  'pack.useBitmaps=false',
  // What the repository could ask of the processor and of memory.
  'pack.threads=1',
  'pack.window=10',
  'pack.depth=50',
  'pack.windowMemory=64m',
  'pack.packSizeLimit=0',
  'core.compression=1',
  'pack.compression=1',
  'uploadpack.hideRefs=!HEAD',
  'uploadpack.hideRefs=!refs',
  'uploadpack.advertiseBundleURIs=false',
]

export type GitSubcommand = keyof typeof gitCommands

type FlagValue<K> = K extends 'switch'
  ? boolean
  : K extends 'count'
    ? number
    : K extends 'text'
      ? string
      : K extends 'optional-text'
        ? string | true
        : K extends readonly (infer Word)[]
          ? Word
          : never

/** The flags of one subcommand, each with a value of its kind. */
export type GitFlags<S extends GitSubcommand> = {
  readonly [F in keyof (typeof gitCommands)[S]['flags']]?: FlagValue<(typeof gitCommands)[S]['flags'][F]>
}

type GitVerb<S extends GitSubcommand> = (typeof gitCommands)[S] extends { readonly verb: readonly (infer Verb)[] }
  ? { readonly verb: Verb }
  : { readonly verb?: never }

/** One typed call of git. `gitDir` and `workTree` are absolute; operands are revisions, ref names or paths. */
export type GitCall<S extends GitSubcommand = GitSubcommand> = S extends GitSubcommand
  ? GitVerb<S> & {
      readonly command: S
      readonly gitDir?: string
      /** INVARIANT: a directory that only the gateway can write. */
      readonly workTree?: string
      readonly flags?: GitFlags<S>
      readonly operands?: readonly string[]
    }
  : never

/** How the table looks to code that walks it without knowing the subcommand. */
export interface GitCommandRule {
  readonly verb?: readonly string[]
  readonly flags: Readonly<Record<string, FlagKind>>
  readonly operands: 'none' | 'one' | 'two' | 'many'
  readonly endOfOptions: boolean
  readonly config: readonly string[]
}
export type FlagKind = 'switch' | 'count' | 'text' | 'optional-text' | readonly string[]

const rules: ReadonlyMap<string, GitCommandRule> = new Map<string, GitCommandRule>(Object.entries(gitCommands))

/** The rule of a subcommand, or `undefined` when the table has none. */
export function gitCommandRule(command: string): GitCommandRule | undefined {
  return rules.get(command)
}

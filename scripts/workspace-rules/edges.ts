/** What one package may import. Everything that is not named is forbidden. */
export interface Edges {
  /** Packages of the workspace, by folder name. */
  readonly own: readonly string[]
  /** Whether it may use Node.js: pure packages may not, but for the listed modules. */
  readonly node: 'all' | readonly string[]
}

const pure: readonly string[] = []

/** The table of design section 3: one direction of flow, and the packages that decide cannot do anything. */
export const edges: ReadonlyMap<string, Edges> = new Map<string, Edges>([
  ['core-policy', { own: [], node: pure }],
  ['git-wire', { own: [], node: pure }],
  ['secret-scan', { own: [], node: 'all' }],
  ['gate-render', { own: ['core-policy'], node: pure }],
  ['ledger', { own: ['core-policy'], node: 'all' }],
  ['key-provision', { own: ['core-policy', 'ledger'], node: 'all' }],
  ['upstream', { own: ['core-policy', 'git-wire', 'key-provision'], node: 'all' }],
  ['git-engine', { own: ['core-policy', 'git-wire', 'secret-scan', 'upstream', 'ledger'], node: 'all' }],
  ['forge-api', { own: ['core-policy', 'key-provision', 'upstream'], node: 'all' }],
  [
    'gateway-server',
    {
      own: ['core-policy', 'git-wire', 'gate-render', 'ledger', 'key-provision', 'upstream', 'secret-scan', 'git-engine', 'forge-api'],
      node: 'all',
    },
  ],
  ['git-shim', { own: ['core-policy', 'gate-render'], node: 'all' }],
])

/** Modules that only one kind of package may use: git children are started in one place, connections are opened in another. */
export const reserved: ReadonlyMap<string, readonly string[]> = new Map([
  ['node:child_process', ['git-engine', 'git-shim', 'secret-scan']],
  ['node:http', ['upstream', 'forge-api', 'gateway-server', 'git-shim']],
  ['node:https', ['upstream', 'forge-api', 'gateway-server', 'git-shim']],
  ['node:net', ['upstream', 'forge-api', 'gateway-server', 'git-shim']],
  ['node:tls', ['upstream', 'forge-api', 'gateway-server', 'git-shim']],
  ['node:dns', ['upstream', 'forge-api']],
  ['node:dgram', []],
  ['node:cluster', []],
  ['node:sqlite', ['ledger']],
  ['undici', ['upstream', 'forge-api']],
  ['ssh2', ['upstream']],
])

/** Entry points besides the index of a package, and who may use them. */
export const entryPoints: ReadonlyMap<string, readonly string[]> = new Map([
  // Shows a credential, for the moment of sending it.
  ['key-provision/reveal', ['upstream', 'forge-api']],
])

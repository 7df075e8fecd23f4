import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Policy,
  type ReceivePermit,
  type RefwardCode,
  type RequestId,
  compilePolicy,
  decideReceive,
  parseAgentName,
  parseConfig,
  parseRepoId,
  parseRequestId,
} from '@refward/core-policy'
import { createKeyring } from '@refward/key-provision'
import { type DecisionRecord, type Ledger, openLedger } from '@refward/ledger'
import { LiveSecrets, createSecretlintScanner } from '@refward/secret-scan'
import { type HostedRepository, type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { type GitResult, buildWidget, git, tryGit } from '@refward/testing-repositories'
import { type Upstream, createUpstream } from '@refward/upstream'
import { createMirrorStore } from '../../mirror/mirror-store.ts'
import { createGitRuntime } from '../../process/git-runtime.ts'
import { createQuarantineStore } from '../../quarantine/quarantine.ts'
import { type PushEngine, createPushEngine } from '../push-engine.ts'
import type { PushDependencies, PushForge, PushOutcome } from '../push-types.ts'
import { type PushServer, startPushServer } from './push-server.ts'

/** The upstream's password: a credential of the gateway that must be found nowhere. */
export const PASSWORD = 'hunter2-upstream-Zq8wX4'

export interface WorldOptions {
  /** YAML beneath the repository's entry. */
  readonly rules?: string
  readonly fill?: (gitDir: string) => Promise<void>
  /** Changes what the engine is given. */
  readonly change?: (deps: PushDependencies) => PushDependencies
}

/** A gateway that only pushes: a real upstream behind it, a real git client in front of it. */
export interface PushWorld {
  readonly upstream: HttpUpstream
  readonly repository: HostedRepository
  readonly ledger: Ledger
  readonly engine: PushEngine
  readonly deps: PushDependencies
  readonly outcomes: PushOutcome[]
  /** Worktree of the agent; `origin` fetches from the upstream and pushes to the gateway. */
  readonly clone: string
  readonly data: string
  readonly server: PushServer
  readonly forge: PushForge
  permit(): ReceivePermit
  nextRequest(): RequestId
  agent(args: readonly string[], input?: string): Promise<string>
  commit(files: Readonly<Record<string, string | Uint8Array>>, message?: string): Promise<string>
  push(...args: readonly string[]): Promise<GitResult>
  /** The client has its answer a little before the gateway is done. */
  settled(): Promise<void>
  decisions(): Promise<readonly DecisionRecord[]>
  /** Asserts nothing by itself: what a refusal must not have left behind. */
  leftovers(): Promise<{ readonly quarantine: readonly string[]; readonly refs: ReadonlyMap<string, string> }>
  close(): Promise<void>
}

function configText(origin: string, rules: string): string {
  return `version: 1
data: data
forges:
  gitea: { kind: git, url: "${origin}", credential: { env: GITEA_TOKEN, username: gateway } }
repositories:
  gitea/acme/widget:
    read: ["*"]
    push: ["*"]
${rules.replaceAll(/^/gm, '    ')}
`
}

export async function createPushWorld(options: WorldOptions = {}): Promise<PushWorld> {
  const upstream = await startHttpUpstream({ password: PASSWORD })
  const repository = await upstream.createRepository('acme/widget')
  await (options.fill ?? buildWidget)(repository.gitDir)
  const root = await mkdtemp(join(tmpdir(), 'refward-push-'))
  const data = join(root, 'data')
  const policy = readPolicy(configText(upstream.origin, options.rules ?? ''))
  const { forge, client } = await connect(policy)
  const { deps, mirrors, scanner, ledger } = await createDependencies(data, forge)
  const given = options.change?.(deps) ?? deps
  const engine = createPushEngine(given)
  const outcomes: PushOutcome[] = []
  const running = new Set<Promise<unknown>>()
  let requests = 0
  const nextRequest = (): RequestId => unwrap(parseRequestId(`req-${(requests += 1)}`))
  const permit = (): ReceivePermit => permitOf(policy)
  const server = await startPushServer({
    list: async () => {
      const listing = await forge.listForPush(AbortSignal.timeout(10_000))
      engine.expect(permit(), listing)
      return listing
    },
    push: async (body, answer, signal) => {
      const run = engine.run({ permit: permit(), request: nextRequest(), body, answer, signal })
      const settled = run.then((outcome) => outcomes.push(outcome), () => undefined).finally(() => running.delete(settled))
      running.add(settled)
      await run
    },
  })
  const clone = join(root, 'clone')
  await git(['clone', '-q', repository.urlWithPassword, clone])
  await git(['config', 'remote.origin.pushurl', server.url], { cwd: clone })
  const agent = (args: readonly string[], input?: string): Promise<string> => git(args, { cwd: clone, ...(input === undefined ? {} : { input }) })
  const world: PushWorld = {
    upstream, repository, ledger, engine, deps: given, outcomes, clone, data, server, forge, permit, nextRequest, agent,
    commit: async (files, message = 'change') => commitFiles(clone, files, message),
    push: async (...args) => {
      const result = await tryGit(['push', 'origin', ...args], { cwd: clone })
      await world.settled()
      return result
    },
    settled: async () => {
      await Promise.all(running)
    },
    decisions: () => ledger.history({ operation: 'push', limit: 100 }),
    leftovers: async () => ({ quarantine: await readdir(join(data, 'quarantine')), refs: await repository.refs() }),
    close: async () => {
      await server.close()
      await engine.close()
      await scanner.close()
      await mirrors.close()
      await client.close()
      ledger.close()
      await upstream.close()
      await rm(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  return world
}

/** The real client of the upstream, with the real lease of its password. */
async function connect(policy: Policy): Promise<{ readonly forge: PushForge; readonly client: Upstream }> {
  const [config] = policy.config.forges.values()
  const repo = policy.repository(unwrap(parseRepoId('gitea/acme/widget')))?.repo
  if (config === undefined || repo === undefined) throw new Error('the test has no forge')
  const keyring = await createKeyring(policy, {
    clock: Date.now,
    readEnvironment: () => PASSWORD,
    readFile: () => Promise.reject(new Error('no file')),
    runCommand: () => Promise.reject(new Error('no program')),
  })
  const client = createUpstream({ ...config, ca: undefined }, { clock: Date.now })
  const lease = await keyring.lease(repo, 'write')
  return {
    client,
    forge: {
      list: (signal) => client.list(lease, signal),
      fetch: (request, signal) => client.fetch(lease, request, signal),
      listForPush: (signal) => client.listForPush(lease, signal),
      push: (request, signal) => client.push(lease, request, signal),
    },
  }
}

async function createDependencies(data: string, forge: PushForge): Promise<{
  readonly deps: PushDependencies
  readonly mirrors: ReturnType<typeof createMirrorStore>
  readonly scanner: ReturnType<typeof createSecretlintScanner>
  readonly ledger: Ledger
}> {
  const runtime = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(data, 'home') })
  const createName = (): string => randomBytes(16).toString('hex')
  const limits = { packBytes: 2 ** 32, objectBytes: 2 ** 28, timeMs: 60_000 }
  const mirrors = createMirrorStore({ directory: join(data, 'mirrors'), maxBytes: 2 ** 34, git: runtime, limits, clock: Date.now, createName, report: () => undefined })
  const quarantines = createQuarantineStore({ directory: join(data, 'quarantine'), createName })
  await quarantines.open()
  const ledger = openLedger({ path: join(data, 'ledger', 'ledger.db'), clock: Date.now, randomBytes })
  const live = [Buffer.from(PASSWORD)]
  const scanner = createSecretlintScanner({ fingerprintKey: randomBytes(32), liveSecrets: () => live, clock: Date.now })
  await ledger.addAgent({ name: unwrap(parseAgentName('fixer')), repositories: ['gitea/acme/*'] })
  const deps: PushDependencies = {
    git: runtime, quarantines, mirrors, ledger, scanner: () => scanner,
    repository: (id) => ({ id, forge: 'gitea' as never, path: 'acme/widget' }),
    forge: async () => forge,
    secrets: () => new LiveSecrets(live),
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) },
  }
  return { deps, mirrors, scanner, ledger }
}

function readPolicy(text: string): Policy {
  const config = parseConfig(text)
  if (config.kind === 'error') throw new Error(config.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return compilePolicy(config.value)
}

function permitOf(policy: Policy): ReceivePermit {
  const subject = { agent: unwrap(parseAgentName('fixer')), session: undefined, repositories: ['gitea/acme/*'] }
  const decision = decideReceive(policy, subject, unwrap(parseRepoId('gitea/acme/widget')))
  if (decision.kind === 'deny') throw new Error('the test may not push')
  return decision.permit
}

/** Straight into the index, so that a name can be anything; in few processes, however many files there are. */
async function commitFiles(cwd: string, files: Readonly<Record<string, string | Uint8Array>>, message: string): Promise<string> {
  const paths = Object.keys(files)
  if (paths.length > 0) {
    const directory = await mkdtemp(join(tmpdir(), 'refward-files-'))
    const sources = paths.map((_, index) => join(directory, String(index)))
    await Promise.all(sources.map((source, index) => writeFile(source, files[paths[index] ?? ''] ?? '')))
    const blobs = (await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], { cwd, input: `${sources.join('\n')}\n` })).split('\n')
    const entries = paths.map((path, index) => `100644 ${blobs[index] ?? ''}\t${path}\0`)
    await git(['update-index', '--add', '-z', '--index-info'], { cwd, input: entries.join('') })
    await rm(directory, { recursive: true })
  }
  await git(['commit', '-q', '--allow-empty', '-m', message], { cwd })
  return git(['rev-parse', 'HEAD'], { cwd })
}

/** The codes that a client was shown. */
export function shownCodes({ stderr }: GitResult): ReadonlySet<RefwardCode> {
  return new Set([...stderr.matchAll(/\((RW_[A-Z_]+)\)/g)].map(([, code]) => code as RefwardCode))
}

function unwrap<T>(parsed: { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'error' }): T {
  if (parsed.kind === 'error') throw new Error('the test has a bad name')
  return parsed.value
}

/** Every object of the upstream, reachable or not: what a refused push must not have added to. */
export async function upstreamObjects({ repository }: PushWorld): Promise<ReadonlySet<string>> {
  const list = await repository.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)', '--unordered'])
  return new Set(list.split('\n'))
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AgentName, type Policy, type RepoRef, type RequestId, compilePolicy, parseAgentName, parseConfig } from '@refward/core-policy'
import { ProofCache, RecentListings, createGitRuntime, createMirrorStore, createPushEngine, createQuarantineStore, killGitChildren } from '@refward/git-engine'
import { createForgeApi } from '@refward/forge-api'
import { createKeyring } from '@refward/key-provision'
import { type Ledger, type SessionScope, openLedger } from '@refward/ledger'
import { LiveSecrets, createSecretlintScanner } from '@refward/secret-scan'
import { createUpstream } from '@refward/upstream'
import { type HttpUpstream, startHttpUpstream } from '@refward/testing-http-upstream'
import { createForgeAccess } from '../git-operations/forge-access.ts'
import { createGitOperations } from '../git-operations/create-git-operations.ts'
import { createGateway } from '../create-gateway.ts'
import { type ForgePlane, createForgePlane } from '../forge-plane/forge-plane.ts'
import type { GatewayParts } from '../gateway-parts.ts'
import type { GitOperations } from '../git-operations/git-operations.ts'
import { type GatewayMetrics, createMetrics } from '../observe/metrics.ts'

/** A gateway in this process, with real git and a real upstream behind it. */
export interface TestGateway {
  readonly origin: string
  readonly controlPath: string
  readonly upstream: HttpUpstream
  readonly ledger: Ledger
  readonly forge: ForgePlane
  readonly directory: string
  readonly logLines: readonly object[]
  /** An agent with a live session for these repositories. @returns the token. */
  addAgent(name: string, repositories: readonly string[]): Promise<string>
  /** A session for an agent that was added, with these directories shared. @returns the token. */
  addSession(name: string, scope: SessionScope): Promise<string>
  /** The URL of a repository with a token in it. */
  url(repository: string, token: string): string
  /** Makes the clock of the gateway go forward. */
  passTime(milliseconds: number): void
  close(): Promise<void>
}

export interface TestGatewayOptions {
  /** Forges beside the git one, as lines of YAML in `forges:`. */
  readonly forges?: string
  /** Where their credentials are. */
  readonly environment?: Readonly<Record<string, string>>
}

/** @param extra lines of YAML after the forges', with `repositories:`. */
export async function startTestGateway(extra: string, { forges = '', environment = {} }: TestGatewayOptions = {}): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'refward-gateway-'))
  const password = randomBytes(18).toString('base64url')
  const upstream = await startHttpUpstream({ password })
  const policy = compile(
    `version: 1\nlisten: 127.0.0.1:0\nforges:\n  forge: { kind: git, url: ${upstream.origin}, credential: { env: PASSWORD, username: ${upstream.user} } }\n${forges}${extra}`,
  )
  let offset = 0
  const clock = (): number => Date.now() + offset
  const ledger = openLedger({ path: join(directory, 'ledger', 'ledger.db'), clock, randomBytes })
  const metrics = createMetrics()
  const readEnvironment = (name: string): string | undefined => environment[name] ?? password
  const machine = await openMachine({ directory, readEnvironment, policy, clock, ledger, metrics })
  const logLines: object[] = []
  const note = (fields: object, message: string): void => void logLines.push({ ...fields, message })
  const controlPath = join(directory, 'control.sock')
  const parts: GatewayParts = {
    policy: () => policy,
    reload: () => Promise.resolve(),
    ledger,
    git: machine.operations,
    forge: machine.forge,
    metrics,
    readiness: () => Promise.resolve([{ name: 'test', ok: true, detail: '' }]),
    clock,
    newRequestId: () => randomBytes(8).toString('hex') as RequestId,
    log: { debug: note, info: note, warn: note, error: note },
    version: '0.0.0',
  }
  const gateway = createGateway(parts, { controlPath })
  const { origin } = await gateway.listen()
  return {
    origin,
    controlPath,
    upstream,
    ledger,
    forge: machine.forge,
    directory,
    logLines,
    addAgent: async (name, repositories) => {
      const agent = agentName(name)
      await ledger.addAgent({ name: agent, repositories })
      return (await ledger.createSession(agent, { seconds: 3600 })).token
    },
    addSession: async (name, scope) => (await ledger.createSession(agentName(name), { seconds: 3600, ...scope })).token,
    url: (repository, token) => `${origin.replace('://', `://agent:${token}@`)}/git/forge/${repository}`,
    passTime: (milliseconds) => void (offset += milliseconds),
    close: async () => {
      await gateway.close(5_000)
      await machine.close()
      await upstream.close()
      ledger.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface MachineOptions {
  readonly directory: string
  readonly readEnvironment: (name: string) => string | undefined
  readonly policy: Policy
  readonly clock: () => number
  readonly ledger: Ledger
  readonly metrics: GatewayMetrics
}

/** What lies beneath the planes: git, mirrors, scanner, upstream and the engine over them. */
async function openMachine({ directory, readEnvironment, policy, clock, ledger, metrics }: MachineOptions): Promise<{ readonly operations: GitOperations; readonly forge: ForgePlane; close(): Promise<void> }> {
  const git = await createGitRuntime({ program: 'git', searchPath: process.env['PATH'] ?? '', home: join(directory, 'home') })
  const keyring = await createKeyring(policy, {
    clock,
    readEnvironment,
    readFile: () => Promise.reject(new Error('no file in tests')),
    runCommand: () => Promise.reject(new Error('no command in tests')),
  })
  const upstreams = new Map([...policy.config.forges].map(([name, forge]) => [name, createUpstream({ ...forge, ca: undefined }, { clock })]))
  const secrets = new LiveSecrets(keyring.secrets())
  const access = createForgeAccess({ keyring, upstreams, secrets: () => secrets, onFetch: ({ forge }) => metrics.upstreamFetches.inc({ forge }) })
  const createName = (): string => randomBytes(16).toString('hex')
  const scanner = createSecretlintScanner({ fingerprintKey: randomBytes(32), liveSecrets: () => keyring.secrets(), clock })
  const limits = { packBytes: 2 ** 32, objectBytes: 2 ** 30, timeMs: 600_000 }
  const mirrors = createMirrorStore({ directory: join(directory, 'mirrors'), maxBytes: 2 ** 34, git, limits, clock, createName, report: () => undefined })
  const quarantines = createQuarantineStore({ directory: join(directory, 'quarantine'), createName })
  await quarantines.open()
  const engine = createPushEngine({
    git,
    quarantines,
    mirrors,
    ledger,
    repository: (id): RepoRef | undefined => policy.repository(id)?.repo,
    forge: (repo) => access.pushTarget(repo),
    scanner: () => scanner,
    secrets: () => secrets,
    clock: { now: clock, monotonic: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  })
  const mask = (text: Uint8Array): Uint8Array => Buffer.from(secrets.mask(Buffer.from(text).toString('utf8')))
  const fetch = { git, mirrors, listings: new RecentListings(clock), proofs: new ProofCache(), mask }
  const apis = new Map(
    [...policy.config.forges].flatMap(([name, forge]) => {
      const api = createForgeApi({ ...forge, ca: undefined }, { clock })
      return api === undefined ? [] : [[name, api] as const]
    }),
  )
  return {
    forge: createForgePlane({ policy: () => policy, policyDigest: () => 'sha256:test', ledger, keyring, apis, scanner: () => scanner, secrets: () => secrets, clock }),
    operations: createGitOperations({ policy: () => policy, ledger, access, fetch, engine, agentName: 'refward/test', worktrees: { git, clock: { now: Date.now, sleep } }, secrets: () => secrets, trees: { git, quarantines, createName, clock: { now: Date.now, sleep } }, keepOut: [directory], clock }),
    close: async () => {
      await mirrors.close()
      await scanner.close()
      killGitChildren(git)
      await Promise.all([...upstreams.values(), ...apis.values()].map((client) => client.close()))
    },
  }
}

function compile(text: string): Policy {
  const config = parseConfig(text)
  if (config.kind === 'error') throw new Error(config.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return compilePolicy(config.value)
}

function agentName(text: string): AgentName {
  const name = parseAgentName(text)
  if (name.kind === 'error') throw new Error(name.problems[0]?.message)
  return name.value
}

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { FetchDependencies, MirrorEvent, MirrorStore, PushEngine, QuarantineStore } from '@refward/git-engine'
import { ProofCache, RecentListings, createMirrorStore, createPushEngine, createQuarantineStore } from '@refward/git-engine'
import { loadKeyFile } from '@refward/ledger'

import type { Foundation } from './foundation.ts'
import type { Scanners } from './scanners.ts'
import { createScanners } from './scanners.ts'

export interface Engine {
  readonly push: PushEngine
  readonly fetch: FetchDependencies
  readonly scanner: Scanners['scanner']
  readonly quarantines: QuarantineStore
  readonly createName: () => string
}

/** Mirrors, quarantines and scanners. Clears away what a crash left in quarantine: nothing in it was sent to anyone. */
export async function openEngine(foundation: Foundation, opened: AsyncDisposableStack): Promise<Engine> {
  const { world, git, secrets } = foundation
  const mirrors = openMirrors(foundation)
  opened.defer(() => mirrors.close())
  const scanners = openScanners(foundation)
  opened.defer(() => scanners.close())
  const name = (): string => createName(world.randomBytes)
  const quarantines = createQuarantineStore({ directory: join(foundation.loaded.dataDirectory, 'quarantine'), createName: name })
  await quarantines.open()
  const push = openPushEngine(foundation, { mirrors, scanners, quarantines })
  opened.defer(() => push.close())
  const mask = (text: Uint8Array): Uint8Array => Buffer.from(secrets().mask(Buffer.from(text).toString('latin1')), 'latin1')
  return { push, quarantines, createName: name, scanner: scanners.scanner, fetch: { git, mirrors, listings: new RecentListings(world.clock), proofs: new ProofCache(), mask } }
}

interface PushStands {
  readonly mirrors: MirrorStore
  readonly scanners: Scanners
  readonly quarantines: QuarantineStore
}

function openPushEngine({ world, inForce, ledger, secrets, git, access }: Foundation, { mirrors, scanners, quarantines }: PushStands): PushEngine {
  const { clock } = world
  return createPushEngine({
    git,
    quarantines,
    mirrors,
    ledger,
    repository: (id) => inForce.policy.repository(id)?.repo,
    forge: (repo) => access.pushTarget(repo),
    scanner: scanners.scanner,
    secrets,
    get policyDigest() {
      return inForce.digest
    },
    clock: { now: clock, monotonic: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) },
  })
}

function openScanners({ world, loaded, keyring }: Foundation): Scanners {
  const { clock, randomBytes, environment } = world
  const fingerprintKey = loadKeyFile({ path: join(loaded.dataDirectory, 'fingerprint.key'), create: true, randomBytes })
  return createScanners({ config: loaded.config, fingerprintKey, liveSecrets: () => keyring.secrets(), clock, searchPath: environment['PATH'] ?? '' })
}

/** What one fetch from an upstream may bring. Upstreams are trusted with their own repositories; this keeps a broken one from filling the disk. */
const largestObject = 2 * 1024 ** 3
const longestIndexing = 30 * 60_000

function openMirrors({ world, loaded, git, log }: Foundation): MirrorStore {
  const { bytes } = loaded.config.mirrors
  return createMirrorStore({
    directory: join(loaded.dataDirectory, 'mirrors'),
    maxBytes: bytes,
    git,
    limits: { packBytes: bytes, objectBytes: largestObject, timeMs: longestIndexing },
    clock: world.clock,
    createName: () => createName(world.randomBytes),
    report: (event) => reportMirror(log, event),
  })
}

function reportMirror(log: Foundation['log'], event: MirrorEvent): void {
  switch (event.kind) {
    case 'fetched':
      return log.info({ repo: event.repo.id, cold: event.cold, ms: Math.round(event.milliseconds), bytes: event.bytes }, 'mirror fetched')
    case 'maintained':
      return log.debug({ repo: event.repo.id, ms: Math.round(event.milliseconds) }, 'mirror maintained')
    case 'rebuilt':
      return log.warn({ repo: event.repo.id, reason: event.reason }, 'mirror rebuilt')
    case 'maintenance-failed':
      return log.warn({ repo: event.repo.id, err: event.error instanceof Error ? event.error : new Error(String(event.error)) }, 'mirror maintenance failed')
    case 'evicted':
      return log.info({ bytes: event.bytes }, 'mirror evicted')
  }
}

function createName(randomBytes: (size: number) => Uint8Array): string {
  return Buffer.from(randomBytes(16)).toString('hex')
}

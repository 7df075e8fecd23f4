import type { ObjectId, ObjectsFact, PushFacts, RefTarget, RefUpdate, RepositoryLimits, SecretFinding } from '@refward/core-policy'
import { type Finding, GATEWAY_CREDENTIAL_RULE, type Scanner } from '@refward/secret-scan'
import { GitFailure } from '../process/git-end.ts'
import type { ObjectStore } from '../process/git-environment.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import type { PackedObject } from '../quarantine/pack-index.ts'
import { pushRefused } from '../push/push-refused.ts'
import type { ChangedPath } from './changed-paths.ts'
import { explainWalkFailure } from './walk-failure.ts'
import { findOrigins } from './origins.ts'
import type { ObjectWalk } from './object-walk.ts'
import { PushContents } from './push-contents.ts'
import { findRewrites } from './rewrites.ts'
import { type Passage, scanInputs } from './scan-inputs.ts'
import { readModules, readSymlinks, sortChanges, specialRequests } from './special-entries.ts'
import { checkSent, findUnreachable } from './sent-objects.ts'

export interface Examination {
  readonly git: GitRuntime
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly walk: ObjectWalk
  /** The updates that the refs of this push were permitted. */
  readonly updates: readonly RefUpdate[]
  /** Tips that the session is shown and the mirror holds. */
  readonly known: readonly string[]
  /** Objects that the client sent; undefined when the mirror itself brings them back. */
  readonly sent: readonly PackedObject[] | undefined
  readonly limits: RepositoryLimits
  readonly scanner: Scanner
  readonly signal: AbortSignal
  readonly now: () => number
  /** Called when the scan is done and the rest begins. */
  readonly onScanned: () => void
}

export interface Examined {
  readonly facts: PushFacts
  /** New commits and tags. */
  readonly brings: readonly ObjectId[]
}

/**
 * Finds out what a push is, by git's own view, and scans all of it.
 *
 * @throws PushRefused for limits, missing objects and a scan that was not completed; GitFailure for faults.
 */
export async function examinePush(examination: Examination): Promise<Examined> {
  const { walk, limits, updates } = examination
  const contents = new PushContents(limits)
  const ids = [...new Set(updates.filter(({ kind }) => kind !== 'delete').map(({ newId }) => newId))]
  const passage: Passage = { walk, contents, updates, ids, failure: undefined }
  try {
    const findings = await scan(examination, passage)
    examination.onScanned()
    const objects = await sumUp(examination, contents)
    const changes = await walk.changes
    const facts = await gatherFacts({ examination, contents, changes, objects })
    return { facts: { ...facts, ...locate(contents, changes, findings) }, brings: contents.brings }
  } catch (error) {
    throw error instanceof GitFailure ? explainWalkFailure(error, limits) : error
  }
}

async function scan({ scanner, limits, signal, now }: Examination, passage: Passage): Promise<readonly Finding[]> {
  const budget = { signal, deadline: now() + limits.time * 1000, bytes: limits.unpacked }
  const report = await scanner.scan(scanInputs(passage), budget)
  if (passage.failure !== undefined) throw passage.failure
  if (report.kind === 'clean') return []
  if (report.kind === 'found') return report.findings
  signal.throwIfAborted()
  throw pushRefused('RW_SCAN_UNAVAILABLE', { rule: 'secrets.complete' }, { detail: `${report.reason}: ${report.detail}` })
}

async function sumUp(examination: Examination, contents: PushContents): Promise<ObjectsFact> {
  const sums = contents.finish()
  const { sent } = examination
  if (sent === undefined) return { ...sums, unreachable: undefined }
  await checkSent({ ...examination, sent }, contents.ids)
  return { ...sums, unreachable: await findUnreachable({ ...examination, sent }, contents.ids) }
}

interface Gathering {
  readonly examination: Examination
  readonly contents: PushContents
  readonly changes: readonly ChangedPath[]
  readonly objects: ObjectsFact
}

async function gatherFacts({ examination, contents, changes, objects }: Gathering): Promise<Omit<PushFacts, 'findings' | 'ownCredentials'>> {
  const { walk, updates, limits, git, gitDir, signal } = examination
  const sorted = sortChanges(changes)
  if (sorted.paths.length > limits.changes) throw pushRefused('RW_LIMIT_CHANGES', { rule: 'limits.changes' }, { limit: limits.changes })
  const created = updates.filter(({ kind }) => kind !== 'delete')
  await walk.request([...created.flatMap(({ newId }) => [`info ${newId}`, `info ${newId}^{}`]), ...specialRequests(sorted)])
  const targets = await readTargets(walk, created)
  const symlinks = await readSymlinks(walk, sorted)
  const submodules = await readModules(git, { gitDir, objects: examination.objects, signal, walk }, sorted)
  await walk.finish()
  const rewrites = await findRewrites({ ...examination, parents: contents.parents })
  const commits = contents.commits.toReversed()
  return { commits, changes: sorted.paths, rewrites, targets, objects, gitlinks: sorted.gitlinks, symlinks, submodules, now: examination.now() }
}

/** Git's word on what each ref would point at, also where the object is not new. */
async function readTargets(walk: ObjectWalk, updates: readonly RefUpdate[]): Promise<ReadonlyMap<string, RefTarget>> {
  const targets = new Map<string, RefTarget>()
  for (const { ref } of updates) {
    const target = await walk.contents.nextInfo()
    const peeled = await walk.contents.nextInfo()
    if (target.kind === 'missing' || peeled.kind === 'missing') {
      throw pushRefused('RW_OBJECTS_MISSING', { rule: 'objects.complete', ref }, { detail: target.id })
    }
    targets.set(ref, { type: target.type, peeled: peeled.type })
  }
  return targets
}

/** Says of each finding which commit brought it, and where. */
function locate(contents: PushContents, changes: readonly ChangedPath[], findings: readonly Finding[]): Pick<PushFacts, 'findings' | 'ownCredentials'> {
  const origins = findOrigins(changes, new Set(findings.map(({ object }) => object)))
  const located = findings.map(({ object, path, line, rule, fingerprint }): SecretFinding => {
    const origin = origins.get(object)
    const commit = origin?.commit ?? contents.commitOfTree.get(object) ?? (contents.parents.has(object) ? object : undefined)
    return { object, path: origin?.path ?? path, commit, line, rule, fingerprint }
  })
  return {
    findings: located.filter(({ rule }) => rule !== GATEWAY_CREDENTIAL_RULE),
    ownCredentials: located.filter(({ rule }) => rule === GATEWAY_CREDENTIAL_RULE),
  }
}

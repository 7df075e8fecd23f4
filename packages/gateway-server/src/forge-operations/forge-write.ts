import {
  type ForgeChange,
  type ForgeFacts,
  type ForgeIntentPermit,
  type ForgeWritePermit,
  type Refusal,
  decideForgeChange,
  decideForgeIntent,
  listTexts,
  numberOf,
} from '@refward/core-policy'
import type { Written } from '@refward/forge-api'
import type { Lease } from '@refward/key-provision'
import type { FinishInput } from '@refward/ledger'
import { toFailure } from '../http/error-answer.ts'
import { requirePermit } from '../http/refused-error.ts'
import { apiOf } from './api-of.ts'
import { digestOf } from './change-digest.ts'
import type { ForgeCallContext, ForgeParts } from './forge-context.ts'
import { readObject } from './read-object.ts'
import { type ForgeDeed, describeDeed, recordDenial } from './record-forge.ts'
import type { RunningForgeParts } from './running-changes.ts'
import { scanTexts } from './scan-texts.ts'
import { finishWritten, seeLost } from './see-lost.ts'

/**
 * A change on the forge, from decision to audit: its kind is decided on first, then the object on the forge and the texts are looked at, and
 * what was decided is on disk before anything is sent. What became of it is written after.
 *
 * @throws RefusedError, RefwardError
 */
export async function writeForge(parts: RunningForgeParts, context: ForgeCallContext, change: ForgeChange): Promise<Written> {
  const deed = { operation: 'forge-write', action: change.kind, target: targetOf(change) } as const
  const deny = async (refusals: readonly Refusal[]): Promise<void> => void (await recordDenial(parts, context, deed, refusals))
  const intent = decideForgeIntent(parts.policy(), context.subject, context.repo, change)
  if (intent.kind === 'deny') await deny(intent.refusals)
  const [facts, lease] = await Promise.all([gatherFacts(parts, context, requirePermit(intent)), parts.keyring.lease(requirePermit(intent).repo, 'write')]).catch(async (error: unknown) => {
    // What could not even be looked at is an attempt too.
    await parts.ledger.decided({ ...describeDeed(parts, context, deed), outcome: 'deny', rules: ['forge.facts'], codes: [toFailure(error).code] })
    throw error
  })
  const decision = decideForgeChange(requirePermit(intent), facts)
  if (decision.kind === 'deny') await deny(decision.refusals)
  const permit = requirePermit(decision)
  return sendChange(parts, context, { permit, lease, deed })
}

interface Sending {
  readonly permit: ForgeWritePermit
  readonly lease: Lease
  readonly deed: ForgeDeed
}

async function sendChange(parts: RunningForgeParts, context: ForgeCallContext, { permit, lease, deed }: Sending): Promise<Written> {
  const { change } = permit
  const digest = digestOf(change)
  const decidedAt = parts.clock()
  const id = await parts.ledger.decided({ ...describeDeed(parts, context, deed), outcome: 'permit', rules: permit.rules, codes: [], ...(digest === undefined ? {} : { digest }) })
  parts.running.add(id)
  try {
    // What was sent is seen to its end, whether or not the client still waits: an outcome that nobody read would have to be guessed.
    const written = await apiOf(parts, permit.repo).write(permit, lease, AbortSignal.timeout(WRITE_MS))
    await finishWritten(parts, { id, action: change.kind }, { written })
    return written
  } catch (error) {
    const { code } = toFailure(error)
    const result = resultOf(code)
    if (result === 'unknown') return await seeLost(parts, { id, agent: context.subject.agent, repo: context.repo, action: change.kind, target: deed.target, digest, decidedAt }, error)
    await parts.ledger.finished(id, { result, code, refs: [] })
    throw error
  } finally {
    parts.running.delete(id)
  }
}

const WRITE_MS = 120_000

function targetOf(change: ForgeChange): string | undefined {
  const number = numberOf(change)
  if (number !== undefined) return `#${number}`
  if (change.kind === 'pull.create') return change.head
  return change.kind === 'route' ? `${change.call.method} ${change.call.path}` : undefined
}

async function gatherFacts(parts: ForgeParts, { subject, repo, signal }: ForgeCallContext, intent: ForgeIntentPermit): Promise<ForgeFacts> {
  const scanner = parts.scanner(intent.policy.settings.secrets.scanner)
  const [found, object, ownedRefs, ownedObjects] = await Promise.all([
    scanTexts(scanner, listTexts(intent.change), { clock: parts.clock, signal }),
    readObject(parts, intent.reading, intent.change, signal),
    parts.ledger.ownedBranches(subject.agent, repo),
    parts.ledger.ownedObjects(subject.agent, repo),
  ])
  return { ...found, object, ownedRefs, ownedObjects, now: parts.clock() }
}

const REFUSALS: ReadonlySet<string> = new Set(['RW_FORGE_CONFLICT', 'RW_FORGE_REJECTED', 'RW_FORGE_NOT_FOUND', 'RW_UPSTREAM_REFUSED', 'RW_UPSTREAM_RATE_LIMITED', 'RW_CREDENTIAL_REJECTED', 'RW_CREDENTIAL_FORBIDDEN', 'RW_FORGE_RENAMED', 'RW_UPSTREAM_REDIRECT'])
const NOT_SENT: ReadonlySet<string> = new Set(['RW_UPSTREAM_UNREACHABLE', 'RW_UPSTREAM_TLS', 'RW_UPSTREAM_ADDRESS', 'RW_CREDENTIAL_UNAVAILABLE', 'RW_FORGE_UNSUPPORTED'])

/** What is known of a change that was not answered with success. Where nothing is known, that is said. */
function resultOf(code: string): FinishInput['result'] {
  if (REFUSALS.has(code)) return 'refused'
  return NOT_SENT.has(code) ? 'failed' : 'unknown'
}

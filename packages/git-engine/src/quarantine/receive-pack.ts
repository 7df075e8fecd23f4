import { readFile, stat } from 'node:fs/promises'
import { RefwardError } from '@refward/core-policy'
import { PACK_HEADER_LENGTH, parsePackHeader } from '@refward/git-wire'
import { feedGit } from '../process/feed-git.ts'
import type { GitRuntime } from '../process/git-runtime.ts'
import { type GitChild, spawnGit } from '../process/spawn-git.ts'
import { pushRefused } from '../push/push-refused.ts'
import { explainIndexFailure } from './index-failure.ts'
import { type PackedObject, parsePackIndex } from './pack-index.ts'
import type { Quarantine } from './quarantine.ts'

export interface IntakeLimits {
  /** Bytes of the pack as sent. */
  readonly packBytes: number
  readonly objects: number
  /** Bytes of one object. */
  readonly objectBytes: number
  readonly timeMs: number
}

/** Where a pack goes. */
export interface IntakePlace {
  readonly quarantine: Quarantine
  /** Git directory of the mirror. */
  readonly gitDir: string
  readonly limits: IntakeLimits
  readonly signal: AbortSignal
}

export interface Intake extends Pick<IntakePlace, 'quarantine' | 'limits'> {
  /** The git that waits for the pack; see {@link startIndexPack}. */
  readonly child: GitChild
}

/** A pack that git has judged and written into the quarantine. */
export interface ReceivedPack {
  readonly bytes: number
  /** What was sent; not the bases that git added so that the pack stands by itself. */
  readonly objects: readonly PackedObject[]
}

/** Room for git's own tables beside the objects: an entry of index-pack has less than 200 bytes. */
const BYTES_PER_OBJECT = 200
const BASE_ALLOCATION = 32 * 1024 * 1024
const PACK_TRAILER_BYTES = 20

/**
 * Streams a pack into the quarantine through `git index-pack --strict`. INVARIANT: git judges packs; of the pack itself only
 * the twelve bytes of its header are read here, so that no object is written when there would be too many.
 *
 * @throws PushRefused for what the agent did, RefwardError for faults.
 */
export async function receivePack(intake: Intake, body: AsyncIterable<Uint8Array>): Promise<ReceivedPack> {
  const { child } = intake
  const stdout = readAnswer(child)
  try {
    const sent = await sendPack(child, body, intake.limits)
    child.stdin.end()
    const end = await child.end
    if (end.kind !== 'exited' || end.code !== 0) throw explainIndexFailure(end, intake.limits)
    return { bytes: sent.bytes, objects: await readReceived(intake.quarantine, await stdout, sent) }
  } finally {
    child.kill()
    await stdout.catch(() => undefined)
  }
}

/** Bytes that a git child which handles objects of this push may take in one piece. A delta of a hundred bytes can stand for gigabytes. */
export function allocationLimit(limits: Pick<IntakeLimits, 'objectBytes' | 'objects'>): number {
  return BASE_ALLOCATION + Math.max(limits.objectBytes, limits.objects * BYTES_PER_OBJECT)
}

/** Starts the git that judges a pack and writes it into the quarantine. */
export function startIndexPack(git: GitRuntime, { quarantine, gitDir, limits, signal }: IntakePlace): GitChild {
  const flags = { '--stdin': true, '--strict': true, '--fix-thin': true, '--max-input-size': limits.packBytes } as const
  const options = { objects: quarantine.objects, timeoutMs: limits.timeMs, signal, allocationLimitBytes: allocationLimit(limits) }
  return spawnGit(git, { command: 'index-pack', gitDir, flags }, options)
}

interface SentPack {
  readonly bytes: number
  /** As its header says; git has checked it. */
  readonly objects: number
}

async function sendPack(child: GitChild, body: AsyncIterable<Uint8Array>, limits: IntakeLimits): Promise<SentPack> {
  let bytes = 0
  let objects: number | undefined
  let head: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > limits.packBytes) throw pushRefused('RW_LIMIT_PACK_BYTES', { rule: 'limits.pack' }, { limit: limits.packBytes })
    head = objects === undefined ? Buffer.concat([head, chunk]) : head
    if (head.length < PACK_HEADER_LENGTH) continue
    const next = objects === undefined ? head : chunk
    objects ??= countObjects(head, limits)
    if (!(await feedGit(child, next))) break
  }
  return { bytes, objects: objects ?? countObjects(head, limits) }
}

/** Before anything is written: a header can announce four thousand million objects. */
function countObjects(head: Uint8Array, limits: IntakeLimits): number {
  const header = parsePackHeader(head)
  if (header.kind === 'error') throw pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: header.error.message })
  if (header.value.objects > limits.objects) throw pushRefused('RW_LIMIT_OBJECTS', { rule: 'limits.objects' }, { limit: limits.objects })
  return header.value.objects
}

/** `pack`, a tab, the name of the pack, a line end. */
async function readAnswer(child: GitChild): Promise<string> {
  let answer = ''
  for await (const chunk of child.stdout) if (answer.length < 1024) answer += String(chunk)
  return answer
}

/**
 * Tells what was sent from what git added: the bases of a thin pack are written behind the objects that were sent, over the
 * trailer, so the first of them begins where that trailer began. Where they do not fit together, something follows the pack
 * in the request, which git reads over (CVE-2025-54584: what stands there is whatever the next parser takes it for).
 */
async function readReceived(quarantine: Quarantine, answer: string, sent: SentPack): Promise<readonly PackedObject[]> {
  const [, name] = /^pack\t([0-9a-f]{40})\n/.exec(answer) ?? []
  if (name === undefined) throw new RefwardError('RW_GIT_FAILED', { command: 'index-pack', detail: 'it named no pack' })
  const path = `${quarantine.objects.directory}/pack/pack-${name}`
  const index = parsePackIndex(await readFile(`${path}.idx`))
  if (index === undefined) throw new RefwardError('RW_GIT_FAILED', { command: 'index-pack', detail: 'it wrote no index' })
  const byOffset = index.toSorted((a, b) => a.offset - b.offset)
  const firstAdded = byOffset[sent.objects]?.offset
  const end = firstAdded === undefined ? (await stat(`${path}.pack`)).size : firstAdded + PACK_TRAILER_BYTES
  if (end !== sent.bytes) throw pushRefused('RW_PACK_INVALID', { rule: 'pack.valid' }, { detail: 'bytes follow its end' })
  return byOffset.slice(0, sent.objects)
}

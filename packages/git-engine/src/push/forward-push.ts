import { type ForwardPermit, type RefUpdate, ZERO_ID, createRefusal, escapeUntrusted } from '@refward/core-policy'
import type { LiveSecrets } from '@refward/secret-scan'
import type { PushResult } from '@refward/upstream'
import type { ObjectWalk } from '../content/object-walk.ts'
import { GitFailure } from '../process/git-end.ts'
import { refusalOf } from './explain-fault.ts'
import type { PushDependencies, PushVoice } from './push-types.ts'
import { type Forwarded, type ForwardedRef, readBack } from './read-back.ts'
import type { UpstreamState } from './read-upstream.ts'

export interface Forwarding {
  readonly permit: ForwardPermit
  readonly state: UpstreamState
  readonly walk: ObjectWalk
  readonly answer: Pick<PushVoice, 'line' | 'forward'>
  /** Not the client's: what has been sent is seen to its end. */
  readonly signal: AbortSignal
}

/** Sends exactly what was permitted to the forge, in one request, and finds out what became of each ref. */
export async function forwardPush(deps: PushDependencies, forwarding: Forwarding): Promise<Forwarded> {
  const { permit, state, answer, signal } = forwarding
  const updates = permit.updates.toSorted(deletionsLast)
  if (updates.length > 1 && !state.listing.capabilities.atomic) {
    await answer.line('refward: the forge has no atomic push: each ref is updated by itself, deletions last')
  }
  const request = {
    permit,
    commands: updates.map(({ ref, oldId, newId }) => ({ ref, oldId, newId })),
    capabilities: state.listing.capabilities,
    pack: updates.every(({ kind }) => kind === 'delete') ? undefined : readPack(forwarding.walk),
    onProgress: (text: Uint8Array): void => void answer.forward(text),
  }
  // What throws where it should not may have been sent: the forge is asked, as for a lost answer.
  const result = await state.forge.push(request, signal).catch(asAmbiguous)
  return judge(deps, forwarding, result)
}

function asAmbiguous(error: unknown): PushResult {
  return { kind: 'ambiguous', error: error instanceof Error ? error : new Error('the push failed', { cause: error }) }
}

async function judge(deps: PushDependencies, forwarding: Forwarding, result: PushResult): Promise<Forwarded> {
  const { permit } = forwarding
  switch (result.kind) {
    case 'answered': {
      const told = new Map(result.refs.map((ref) => [ref.ref, ref]))
      const refs = permit.updates.map(({ ref }) => told.get(ref))
      // A ref that the report leaves out is not known to have been refused.
      if (!refs.every((ref) => ref !== undefined)) return readBack(deps, forwarding)
      const secrets = deps.secrets()
      return { unpack: secrets.mask(result.unpack), refs: refs.map((ref) => (ref.kind === 'ok' ? accepted(ref.ref) : rejected(ref, secrets))), settled: true }
    }
    case 'refused':
      return { unpack: 'ok', refs: permit.updates.map(({ ref }) => failed(ref, result.error)), settled: true, fault: result.error }
    case 'ambiguous':
      return { ...(await readBack(deps, forwarding)), fault: result.error }
  }
}

function accepted(ref: string): ForwardedRef {
  return { ref, result: 'accepted' }
}

/** The forge's own word. It may hold anything that a hook prints; it is shown on one line, without the gateway's credentials. */
function rejected({ ref, reason }: { readonly ref: string; readonly reason: string }, secrets: LiveSecrets): ForwardedRef {
  const shown = escapeUntrusted(secrets.mask(reason), 200)
  const refusal = createRefusal('RW_UPSTREAM_REJECTED', { rule: 'forge', ref }, { ref, reason: shown })
  return { ref, result: 'refused', message: shown, refusal, reason: shown }
}

/** Nothing can have been applied. */
function failed(ref: string, error: Error): ForwardedRef {
  const refusal = refusalOf(error, ref)
  return { ref, result: 'refused', message: refusal.code, refusal, reason: refusal.code }
}

/** The pack of the listed objects. Throws when git did not finish it, so that a cut pack never looks whole. */
async function* readPack(walk: ObjectWalk): AsyncGenerator<Uint8Array> {
  const child = walk.releasePack()
  for await (const chunk of child.stdout) yield chunk
  const end = await child.end
  if (end.kind !== 'exited' || end.code !== 0) throw new GitFailure('pack-objects', end)
}

/** Where a forge updates one ref after another, the ones that add come before those that take away. */
function deletionsLast(a: RefUpdate, b: RefUpdate): number {
  return Number(a.newId === ZERO_ID) - Number(b.newId === ZERO_ID)
}

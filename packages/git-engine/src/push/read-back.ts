import { type ForwardPermit, type Refusal, ZERO_ID, createRefusal } from '@refward/core-policy'
import type { RefOutcome } from '@refward/ledger'
import type { RefListing } from '@refward/upstream'
import type { PushDependencies } from './push-types.ts'
import type { UpstreamState } from './read-upstream.ts'

/** What became of one ref, and what the client is told if that is not plain success. */
export type ForwardedRef = RefOutcome & {
  readonly refusal?: Refusal
  /** What stands behind `ng` in the report. */
  readonly reason?: string
}

/** What became of a push that was sent. */
export interface Forwarded {
  readonly refs: readonly ForwardedRef[]
  /** What the forge says of the pack: `ok`, or why it was not taken. */
  readonly unpack: string
  /** False while nobody knows what became of it: the decision stays open until the forge can be asked. */
  readonly settled: boolean
  readonly fault?: unknown
}

export interface LostAnswer {
  readonly permit: Pick<ForwardPermit, 'updates'>
  readonly state: Pick<UpstreamState, 'forge'>
  readonly signal: AbortSignal
}

/** A forge goes on with a push whose connection is gone, so its refs are read until something shows, or until then. */
const WAITS_MS = [0, 200, 800, 2_000]

/** Finds out what became of a push whose answer was lost, by reading the refs of the forge. */
export async function readBack(deps: PushDependencies, { permit, state, signal }: LostAnswer): Promise<Forwarded> {
  let refs: readonly ForwardedRef[] | undefined
  for (const wait of WAITS_MS) {
    await deps.clock.sleep(wait)
    const listing = await state.forge.listForPush(signal).catch(() => undefined)
    if (listing === undefined) continue
    refs = judgeRefs(permit.updates, listing)
    if (refs.some(({ result }) => result !== 'refused')) break
  }
  if (refs !== undefined) return { refs, unpack: 'ok', settled: true }
  return { refs: permit.updates.map(({ ref }) => unknownRef(ref)), unpack: 'ok', settled: false }
}

/** What the refs of a forge say about updates of which it is not known whether they were made. */
export function judgeRefs(updates: readonly { readonly ref: string; readonly oldId: string; readonly newId: string }[], listing: Pick<RefListing, 'refs'>): readonly ForwardedRef[] {
  const values = new Map(listing.refs.map(({ name, id }) => [name, id]))
  return updates.map(({ ref, oldId, newId }): ForwardedRef => {
    const id = values.get(ref) ?? ZERO_ID
    if (id === newId) return { ref, result: 'accepted', message: 'read back from the forge' }
    if (id === oldId) return lost({ ref, result: 'refused', message: 'not applied: the forge still has the old value' }, id, 'its old value')
    return lost({ ref, result: 'unknown', message: `superseded: the forge has ${id}` }, id, 'neither its old nor its new value')
  })
}

function lost(outcome: RefOutcome, id: string, meaning: string): ForwardedRef {
  const { ref } = outcome
  return { ...outcome, refusal: createRefusal('RW_UPSTREAM_LOST', { rule: 'forge', ref }, { ref, id, meaning }), reason: 'RW_UPSTREAM_LOST' }
}

function unknownRef(ref: string): ForwardedRef {
  const refusal = createRefusal('RW_PUSH_OUTCOME_UNKNOWN', { rule: 'forge', ref }, { ref })
  return { ref, result: 'unknown', refusal, reason: refusal.code }
}
